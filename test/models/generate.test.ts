import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { generateTexts } from "#rote/models/generate.js";
import { greedy, sampler } from "#rote/models/sampling.js";
import type { TokenModel } from "#rote/models/token-model.js";
import { openTokenizer } from "#rote/tokenizers/open.js";
import type { Tokenizer } from "#rote/tokenizers/tokenizer.js";
import { trainByteLevelBpe } from "#rote/tokenizers/train-bpe.js";

const folder = mkdtempSync(join(tmpdir(), "rote-generate-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
let tokenizer: Tokenizer;
beforeAll(async () => {
  const path = join(folder, "tokenizer.json");
  writeFileSync(path, JSON.stringify(await trainByteLevelBpe([], { vocabularySize: 257 })));
  tokenizer = await openTokenizer(path);
});

/** After a letter the next letter of the alphabet is most probable, after "z" the end of the text. */
function alphabetModel(): TokenModel {
  const successor = (id: number): number => {
    const letter = tokenizer.decode([id]);
    return letter === "z" ? 0 : tokenizer.encode(String.fromCharCode(letter.charCodeAt(0) + 1))[0]!;
  };
  return {
    identity: { name: "alphabet", family: "toy", parameters: 0, sha256: "" },
    vocabularySize: 257,
    maximumLength: 4,
    shape: { hiddenSize: 1, innerSize: 1, heads: 1, vocabularySize: 257 },
    run: () => Promise.reject(new Error("not asked for")),
    lastLogits(batch) {
      const logits = new Float32Array(batch.length * 257);
      for (const [row, ids] of batch.entries()) {
        expect(ids.length).toBeLessThanOrEqual(4);
        logits[row * 257 + successor(ids.at(-1)!)] = 5;
      }
      return Promise.resolve(logits);
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

const texts = async (prompts: string[], options = {}): Promise<string[]> =>
  (await generateTexts(alphabetModel(), tokenizer, prompts, options)).map(({ text }) => text);

describe("generateTexts", () => {
  test("goes on to the end of the text or the most tokens allowed", async () => {
    expect(await texts(["xyzabcdef", "w"], { maxTokens: 5 })).toEqual(["ghijk", "xyz"]);
    const many = Array.from({ length: 40 }, (_, i) => "abcdefghij".slice(i % 10));
    expect(await texts(many, { maxTokens: 2 })).toEqual(many.map(() => "kl"));
  });

  test("ends before the first stop string, with the ids of the text", async () => {
    const [generation] = await generateTexts(alphabetModel(), tokenizer, ["a"], {
      stop: ["hi", "de", "x"],
    });
    expect(generation!.text).toBe("bc");
    expect(tokenizer.decode(generation!.ids)).toBe("bc");
    expect(generation!.logProbs.length).toBe(2);
    expect(generation!.logProbs[0]).toBeCloseTo(5 - Math.log(Math.exp(5) + 256), 5);
  });

  test("a seed decides, and a prompt's text does not depend on its neighbours", async () => {
    const options = { temperature: 2, maxTokens: 12, seed: 7 };
    const [first, second] = await texts(["a", "b"], options);
    expect(await texts(["a", "b"], options)).toEqual([first, second]);
    expect(await texts(["a"], options)).toEqual([first]);
    expect(await texts(["a", "b"], { ...options, seed: 8 })).not.toEqual([first, second]);
  });

  test("options out of range are refused", async () => {
    await expect(texts(["a"], { maxTokens: 0 })).rejects.toThrow("maxTokens must be at least 1");
    await expect(texts(["a"], { temperature: NaN })).rejects.toThrow("temperature");
    await expect(texts(["a"], { topP: 0 })).rejects.toMatchObject({ code: "usage" });
    await expect(texts(["a"], { topK: 1.5 })).rejects.toThrow("topK must be a whole number");
  });
});

describe("sampling", () => {
  const logits = Float32Array.of(Math.log(0.5), Math.log(0.3), Math.log(0.15), Math.log(0.05));

  /** Shares of 20,000 draws; their standard error is below 0.004. */
  function shares(temperature: number, topP: number, topK = 4): number[] {
    const choose = sampler({ temperature, topP, topK }, createRng(1));
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 20_000; i++) counts[choose(logits).id]! += 1 / 20_000;
    return counts;
  }

  test("draws follow the softmax at a temperature", () => {
    for (const temperature of [1, 0.5]) {
      const powers = Array.from(logits, (logit) => Math.exp(logit / temperature));
      const sum = powers.reduce((a, b) => a + b);
      for (const [id, share] of shares(temperature, 1).entries())
        expect(Math.abs(share - powers[id]! / sum)).toBeLessThan(0.015);
    }
  });

  test("the nucleus is the fewest tokens that reach topP", () => {
    const [a, b, c, d] = shares(1, 0.79);
    expect([c, d]).toEqual([0, 0]);
    expect(Math.abs(a! - 0.625)).toBeLessThan(0.015);
    expect(Math.abs(b! - 0.375)).toBeLessThan(0.015);
    expect(shares(1, 0.0001)[0]).toBeCloseTo(1);
  });

  test("topK is applied before topP", () => {
    const [a, b, c, d] = shares(1, 1, 3);
    expect(d).toBe(0);
    for (const [share, value] of [
      [a, 50],
      [b, 30],
      [c, 15],
    ] as const)
      expect(Math.abs(share! - value / 95)).toBeLessThan(0.015);
    // Of the three that are left the first two have 80 / 95 of the probability.
    expect(shares(1, 0.84, 3)[2]).toBe(0);
    expect(shares(1, 0.85, 3)[2]).toBeGreaterThan(0.1);
    expect(shares(1, 1, 1)[0]).toBeCloseTo(1);
  });

  test("a temperature next to nothing is greedy", () => {
    expect(shares(Number.MIN_VALUE, 1)[0]).toBeCloseTo(1);
  });

  test("greedy takes the first of equals and tells its probability", () => {
    expect(greedy(Float32Array.of(0, 1, 1)).id).toBe(1);
    expect(greedy(logits).logProb).toBeCloseTo(Math.log(0.5), 6);
  });
});
