import { describe, expect, test } from "vitest";
import type { LanguageModel, ScoredIds } from "#rote/models/language-model.js";
import { parsePrompt, parseScoreRequest, scoreRequests } from "#rote/models/requests.js";
import { RoteError } from "#rote/base/errors.js";

const scored = (logLikelihood: number): ScoredIds => ({
  logLikelihood,
  isGreedy: false,
  ids: new Int32Array(0),
  logProbs: new Float64Array(0),
  cutTokens: 0,
});

/** Scores a text by its length and ids by their start; refuses starts above 9. */
const model: LanguageModel = {
  identity: { name: "toy", family: "toy", parameters: 0, sha256: "" },
  can: new Set(["score"]),
  score: (requests) =>
    Promise.resolve(
      requests.map(({ continuation }) => ({
        ...scored(continuation.length),
        offsets: new Int32Array(0),
      })),
    ),
  scoreIds: async (requests) => {
    const request = requests.findIndex(({ start }) => start > 9);
    if (request >= 0)
      throw new RoteError("usage", `request ${request + 1}: start is too high`, { request });
    return Promise.resolve(requests.map(({ start }) => scored(-start)));
  },
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

describe("requests", () => {
  test("are read from lines of two kinds", () => {
    const text = { context: "", continuation: "b", more: 1 };
    expect(parseScoreRequest(text, "x:1")).toEqual({ context: "", continuation: "b" });
    const ids = parseScoreRequest({ ids: [1, 2], start: 1 }, "x:1");
    expect(ids).toEqual({ ids: Int32Array.of(1, 2), start: 1 });
    expect(parsePrompt({ prompt: "" }, "x:1")).toBe("");
  });

  test("name the line where they are malformed", () => {
    const lines = [
      null,
      [],
      { context: "a" },
      { ids: [1, -1], start: 1 },
      { ids: [1], start: "1" },
    ];
    for (const line of lines)
      expect(() => parseScoreRequest(line, "r.jsonl:3")).toThrow(/^r\.jsonl:3 /);
    expect(() => parsePrompt({ text: "a" }, "r.jsonl:3")).toThrow(
      'r.jsonl:3 needs a string "prompt"',
    );
  });

  test("of both kinds are answered in order", async () => {
    const [a, b] = [
      { context: "", continuation: "four" },
      { ids: [1, 2, 3], start: 2 },
    ];
    const results = await scoreRequests(model, [b, a, b, a]);
    expect(results.map(({ logLikelihood }) => logLikelihood)).toEqual([-2, 4, -2, 4]);
  });

  test("an error names the request by its place among all", async () => {
    const requests = [
      { context: "", continuation: "a" },
      { ids: [1, 2], start: 1 },
      { ids: [1, 2], start: 10 },
    ];
    await expect(scoreRequests(model, requests)).rejects.toMatchObject({
      message: "request 3: start is too high",
      detail: { request: 2 },
    });
  });
});
