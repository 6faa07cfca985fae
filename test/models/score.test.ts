import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { generateIds } from "#rote/models/generate.js";
import { openDecoder } from "#rote/models/open-decoder.js";
import type { IdsRequest, ScoreRequest } from "#rote/models/language-model.js";
import { openLanguageModel } from "#rote/models/open-model.js";
import { requestEncoder } from "#rote/models/score.js";
import { scoreIds } from "#rote/models/scoring/score-ids.js";
import type { TokenTree } from "#rote/models/scoring/token-tree.js";
import type { TokenModel } from "#rote/models/token-model.js";
import { openTokenizer } from "#rote/tokenizers/open.js";

const golden = "../shared/data/golden";
const neox = `${golden}/transformers/neox`;
const gpt2 = "../shared/data/tokenizers/gpt2/gpt2.tokenizer.json";
const hasData = existsSync(neox);
const skipped = hasData ? "" : " (skipped: ../shared/data is absent)";

const read = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));

interface HarnessScore extends ScoreRequest {
  readonly encoded_by_lm_eval: readonly [readonly number[], readonly number[]];
  readonly loglikelihood: number;
  readonly is_greedy: boolean;
}

/**
 * p(next) is a function of the number of ids before it and of the last two; the window is 8 ids.
 * It keeps the rows it reads.
 */
function toyModel(): TokenModel & { readonly rows: TokenTree[] } {
  const rows: TokenTree[] = [];
  return {
    identity: { name: "toy", family: "toy", parameters: 0, sha256: "" },
    vocabularySize: 100,
    maximumLength: 8,
    shape: { hiddenSize: 4, innerSize: 8, heads: 1, vocabularySize: 100 },
    rows,
    run(batch) {
      rows.push(...batch);
      const scores = batch.map((tree) => {
        const paths = Array.from(tree.places, (place) => pathTo(tree, place));
        return {
          logProbs: Float32Array.from(
            paths,
            (path, i) => -(tree.labels[i]! + path.at(-1)! / 128 + (path.length - 1) / 1024),
          ),
          argmax: Int32Array.from(paths, (path) => path.at(-1)! + 1),
        };
      });
      return Promise.resolve(scores);
    },
    lastLogits: () => Promise.reject(new Error("not asked for")),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** The ids that a token of a row sees, itself included. */
function pathTo({ ids, ends }: TokenTree, place: number): number[] {
  return Array.from(ids).filter((_, k) => k <= place && place < ends[k]!);
}

describe.skipIf(!hasData)(`the scores of lm-evaluation-harness${skipped}`, () => {
  const scores = hasData ? (read(`${golden}/metrics/lm_eval_scores.json`) as Golden) : undefined;
  interface Golden {
    readonly loglikelihood: readonly HarnessScore[];
    readonly generate_until: { context: string; max_gen_toks: number; greedy_text: string };
  }

  test("log-likelihoods, greediness and boundaries", async () => {
    await using model = await openLanguageModel(neox, { threads: 1 });
    const expected = scores!.loglikelihood;
    const results = await model.score(expected);
    for (const [i, { encoded_by_lm_eval, loglikelihood, is_greedy }] of expected.entries()) {
      const { logLikelihood, isGreedy, ids, logProbs, cutTokens } = results[i]!;
      const [context, continuation] = encoded_by_lm_eval;
      expect(Array.from(ids)).toEqual(continuation);
      expect(Math.abs(logLikelihood - loglikelihood)).toBeLessThan(3e-5 * ids.length + 1e-5);
      expect(isGreedy).toBe(is_greedy);
      expect(logProbs.length).toBe(ids.length);
      expect(cutTokens).toBe(Math.max(0, context.length + continuation.length - 129));
    }
    expect(results.some(({ cutTokens }) => cutTokens > 0)).toBe(true);
  });

  test("ids score as their text does", async () => {
    await using model = await openLanguageModel(neox, { threads: 1 });
    const expected = scores!.loglikelihood.filter(({ context }) => context !== "");
    const requests = expected.map(({ encoded_by_lm_eval: [context, continuation] }) => ({
      ids: [...context, ...continuation],
      start: context.length,
    }));
    const byIds = await model.scoreIds!(requests);
    const byText = await model.score(expected);
    expect(byIds).toEqual(byText.map(({ offsets, ...score }) => (expect(offsets), score)));
  });

  test("greedy text", async () => {
    await using model = await openLanguageModel(neox, { threads: 1 });
    const { context, max_gen_toks, greedy_text } = scores!.generate_until;
    const [generation] = await model.generate!([context], { maxTokens: max_gen_toks });
    expect(generation!.text).toBe(greedy_text);
    const [scored] = await model.scoreIds!([continued(await encodeNeox(context), generation!.ids)]);
    expect(scored!.isGreedy).toBe(true);
    for (const [i, logProb] of scored!.logProbs.entries())
      expect(Math.abs(logProb - generation!.logProbs[i]!)).toBeLessThan(3e-5);
  });

  test("the greedy ids of transformers", async () => {
    await using model = await openDecoder(neox, { threads: 1 });
    const { models } = read(`${golden}/transformers/generation.json`) as {
      models: { neox: { prompt: number[]; new: number[] }[] };
    };
    const prompts = models.neox.map(({ prompt }) => Int32Array.from(prompt));
    const generated = await generateIds(model, prompts, { maxTokens: 40 });
    expect(generated.map(({ ids }) => Array.from(ids))).toEqual(models.neox.map((one) => one.new));
  });
});

const encodeNeox = async (text: string): Promise<Int32Array> =>
  (await openTokenizer(neox)).encode(text);

function continued(context: Int32Array, ids: Int32Array): IdsRequest {
  return { ids: [...context, ...ids], start: context.length };
}

describe.skipIf(!hasData)(`the boundary between context and continuation${skipped}`, () => {
  // Words, spaces and marks that merge over borders.
  const piece = fc.constantFrom("the", " the", "re", "'s", " ", "  ", "\n", "é", "😀", "1", "東");
  const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(""));

  test("is that of lm-evaluation-harness, and offsets cover the continuation", async () => {
    const tokenizer = await openTokenizer(gpt2);
    const encode = requestEncoder(tokenizer);
    fc.assert(
      fc.property(text, text, (context, continuation) => {
        const head = context.trimEnd();
        const headIds = tokenizer.encode(head);
        const whole = tokenizer.encode(context + continuation);
        const request = { context, continuation };
        if (whole.length <= headIds.length) {
          expect(() => encode(request, 0)).toThrow("has no token of its own");
          return;
        }
        const { ids, start, offsets } = encode(request, 0);
        expect(ids.slice(start)).toEqual(whole.slice(headIds.length));
        expect(ids.slice(start - headIds.length, start)).toEqual(whole.slice(0, headIds.length));
        expect(start).toBe(head === "" ? 1 : headIds.length);
        if (headIds.every((id, i) => whole[i] === id))
          expectCover(offsets, head.length - context.length, continuation.length);
      }),
      { numRuns: 1000 },
    );
  });

  test("a context of any length is read", async () => {
    const encode = requestEncoder(await openTokenizer(gpt2));
    const { ids, start } = encode({ context: "a b".repeat(200_000), continuation: " c" }, 0);
    expect([ids.length, start]).toEqual([200_002, 200_001]);
  });

  test("an empty context is the end-of-text token, given already or put in front", async () => {
    const encode = requestEncoder(await openTokenizer(gpt2));
    const put = encode({ context: "", continuation: "x" }, 0);
    const given = encode({ context: "", continuation: "<|endoftext|>x" }, 0);
    expect([...put.ids]).toEqual([50256, 87]);
    expect({ ...given, offsets: [...given.offsets] }).toEqual({ ...put, offsets: [13, 14] });
  });
});

/** Tokens follow each other without a gap; those of one character share it. */
function expectCover(offsets: Int32Array, start: number, end: number): void {
  let reached = start;
  for (let i = 0; i < offsets.length; i += 2) {
    expect(offsets[i]).toBeLessThanOrEqual(reached);
    reached = Math.max(reached, offsets[i + 1]!);
  }
  expect(offsets[0]).toBe(start);
  expect(reached).toBe(end);
}

describe("scoreIds", () => {
  test("a model whose weights give no numbers is refused, not taken at its word", async () => {
    const model = toyModel();
    const broken: TokenModel = {
      ...model,
      run: (batch) =>
        Promise.resolve(
          batch.map(({ places }) => ({
            logProbs: new Float32Array(places.length).fill(NaN),
            argmax: new Int32Array(places.length),
          })),
        ),
    };
    await expect(scoreIds(broken, [{ ids: [1, 2, 3], start: 1 }])).rejects.toMatchObject({
      code: "model/malformed",
      message: expect.stringMatching(/^toy gives request 1 the log-probability NaN/) as string,
    });
  });

  test("batches change nothing, and what is asked twice is run once", async () => {
    const ids = fc.array(fc.nat(5), { minLength: 2, maxLength: 9 });
    const request = ids.chain((list) =>
      fc.record({ ids: fc.constant(list), start: fc.integer({ min: 1, max: list.length - 1 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(request, { maxLength: 30 }), async (requests) => {
        const model = toyModel();
        const together = await scoreIds(model, requests);
        const alone = await Promise.all(requests.map((one) => scoreIds(toyModel(), [one])));
        expect(together).toEqual(alone.flat());
        const twice = toyModel();
        await scoreIds(twice, [...requests, ...requests]);
        expect(twice.rows).toEqual(model.rows);
      }),
    );
  });

  test("the last tokens are kept and the cut is told", async () => {
    const ids = Array.from({ length: 20 }, (_, i) => i);
    const [long] = await scoreIds(toyModel(), [{ ids, start: 15 }]);
    const [short] = await scoreIds(toyModel(), [{ ids: ids.slice(11), start: 4 }]);
    expect(long).toEqual({ ...short, cutTokens: 11 });
    expect([...long!.ids]).toEqual([15, 16, 17, 18, 19]);
  });

  test("a request that cannot be scored is named", async () => {
    const score = (start: number): Promise<unknown> =>
      scoreIds(toyModel(), [
        { ids: [1, 2], start: 1 },
        { ids: new Array<number>(12).fill(1), start },
      ]);
    await expect(score(0)).rejects.toThrow("request 2: start must lie between 1 and 11");
    await expect(score(12)).rejects.toMatchObject({ code: "usage" });
    await expect(score(2)).rejects.toThrow("request 2 asks for 10 tokens at once");
  });

  test("progress counts tokens", async () => {
    const reports: number[] = [];
    await scoreIds(toyModel(), [{ ids: [1, 2, 3], start: 1 }], {
      onProgress: ({ done, unit }) => reports.push(unit === "tokens" ? done : NaN),
    });
    expect(reports).toEqual([2]);
  });
});
