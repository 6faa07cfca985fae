import { describe, expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { generateIds } from "#rote/models/generate.js";
import { openDecoder } from "#rote/models/open-decoder.js";
import type { TokenModel } from "#rote/models/token-model.js";
import { goldenFolder, hasGolden, readGoldenFile } from "./golden.ts";

interface GoldenGeneration {
  readonly models: Readonly<
    Record<string, readonly { readonly prompt: number[]; readonly new: number[] }[]>
  >;
}

function randomIds(length: number, seed: number): Int32Array {
  const rng = createRng(seed);
  return Int32Array.from({ length }, () => rng.int(256));
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return Math.max(...a.map((x, i) => Math.abs(x - b[i]!)));
}

/** The model without its cache, as every model generated before. */
function withoutCache(model: TokenModel): TokenModel {
  const { growing: _, ...rest } = model;
  return {
    ...rest,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

describe.skipIf(!hasGolden)("generation with a cache", () => {
  test.each(["neox", "llama"])("%s: greedy ids equal those of PyTorch", async (name) => {
    const cases = (readGoldenFile("generation.json") as GoldenGeneration).models[name]!;
    await using model = await openDecoder(goldenFolder(name), { threads: 1 });
    const prompts = cases.map(({ prompt }) => Int32Array.from(prompt));
    const together = await generateIds(model, prompts, { maxTokens: 40 });
    expect(together.map(({ ids }) => [...ids])).toEqual(cases.map((golden) => golden.new));
  });

  // Each has something of its own for a cache: positions, shared heads, windows, caps, normalized keys.
  const names = ["neox", "gpt2", "gptj", "mistral", "qwen3", "olmo3", "gemma2"];
  test.each(names)("%s: logits of a growing batch equal those of whole sequences", async (name) => {
    await using model = await openDecoder(goldenFolder(name), { threads: 1 });
    const whole = [14, 9, 20].map((length, i) => randomIds(length, i));
    const growing = await model.growing!.start(3);
    // Pieces of unequal length: the sequences never stand at the same place.
    const cuts = [
      [0, 5, 6, 9],
      [0, 4, 7, 8],
      [0, 6, 7, 12],
    ];
    for (const step of [0, 1, 2])
      await growing.read(
        whole.map((ids, row) => ids.subarray(cuts[row]![step], cuts[row]![step + 1])),
      );
    const order = [2, 0, 0];
    growing.keep(order);
    const rest = order.map((row) => whole[row]!.subarray(cuts[row]!.at(-1)));
    const logits = await growing.read(rest);
    const expected = await model.lastLogits(order.map((row) => whole[row]!));
    expect(largestDifference(logits, expected)).toBeLessThan(1e-4);
  });

  test("gives the ids of generation without one, also where sequences end or outgrow the window", async () => {
    await using model = await openDecoder(goldenFolder("gpt2"), { threads: 1 });
    const prompts = [3, 60, 64, 90, 17].map((length) => randomIds(length, length));
    const options = {
      maxTokens: 20,
      temperature: 1.5,
      topP: 0.9,
      seed: 4,
      isFinished: (ids: readonly number[]) => ids.at(-1)! % 13 === 0,
    };
    const cached = await generateIds(model, prompts, options);
    const anew = await generateIds(withoutCache(model), prompts, options);
    expect(cached.map(({ ids }) => [...ids])).toEqual(anew.map(({ ids }) => [...ids]));
    for (const [i, { logProbs }] of cached.entries())
      for (const [t, value] of logProbs.entries())
        expect(Math.abs(value - anew[i]!.logProbs[t]!)).toBeLessThan(1e-4);
    expect(new Set(cached.map(({ ids }) => ids.length)).size).toBeGreaterThan(1);
  });
});
