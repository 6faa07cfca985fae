import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { freshDirectory, jsonLines, rote } from "./rote.ts";

async function imported(lines: readonly unknown[], name = "samples.jsonl") {
  using directory = freshDirectory();
  const path = directory.in(name);
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return await rote(["score", "--import", path]);
}

/** A line as the harness writes it since 0.4.3. */
function sample(
  doc_id: number,
  requests: readonly (readonly [string, string, string, string])[],
  more = {},
) {
  return {
    doc_id,
    doc: { any: "thing" },
    target: "0",
    arguments: Object.fromEntries(
      requests.map(([arg_0, arg_1], i) => [`gen_args_${i}`, { arg_0, arg_1 }]),
    ),
    resps: requests.map(([, , value, greedy]) => [[value, greedy]]),
    filtered_resps: requests.map(([, , value, greedy]) => [value, greedy]),
    ...more,
  };
}

test("samples of the harness become one row a request", async () => {
  const { stdout, stderr, code } = await imported([
    sample(0, [
      ["The capital of France is", " Paris", "-1.5", "True"],
      ["The capital of France is", " Rome", "-inf", "False"],
    ]),
    { doc_id: 1, arguments: [["a", " b"]], resps: [[[-2, false]]] },
    sample(2, [["x", "y", "-3", "False"]], { filter: "none" }),
    sample(2, [["x", "y", "-3", "False"]], { filter: "strict" }),
    {
      doc_id: 3,
      arguments: { gen_args_0: { arg_0: "Q:", arg_1: { until: ["\n"] } } },
      resps: [["42"]],
    },
    { doc_id: 4, arguments: { gen_args_0: { arg_0: "a text" } }, resps: [["-12.5"]] },
  ]);
  expect(code).toBe(0);
  expect(jsonLines(stdout)).toEqual([
    {
      example: "0",
      context: "The capital of France is",
      continuation: " Paris",
      logLikelihood: -1.5,
      isGreedy: true,
    },
    {
      example: "0",
      context: "The capital of France is",
      continuation: " Rome",
      logLikelihood: "-Infinity",
      isGreedy: false,
    },
    { example: "1", context: "a", continuation: " b", logLikelihood: -2, isGreedy: false },
    { example: "2", context: "x", continuation: "y", logLikelihood: -3, isGreedy: false },
  ]);
  expect(stderr.trimEnd().split("\n")).toEqual([
    "4 log-probabilities imported",
    "left out: 1, repeated by another filter",
    "left out: 1, generations",
    "left out: 1, rolling log-likelihoods",
  ]);
});

const golden = resolve("../shared/data/golden/metrics/lm_eval_scores.json");

test.skipIf(!existsSync(golden))(
  "every log-likelihood the harness gave comes through unchanged",
  async () => {
    const { loglikelihood } = JSON.parse(readFileSync(golden, "utf8")) as {
      loglikelihood: {
        context: string;
        continuation: string;
        loglikelihood: number;
        is_greedy: boolean;
      }[];
    };
    const { stdout } = await imported(
      loglikelihood.map(({ context, continuation, loglikelihood: value, is_greedy }, i) =>
        sample(i, [[context, continuation, String(value), is_greedy ? "True" : "False"]]),
      ),
    );
    expect(jsonLines(stdout)).toEqual(
      loglikelihood.map(
        ({ context, continuation, loglikelihood: logLikelihood, is_greedy: isGreedy }, i) => ({
          ...{ example: String(i), context, continuation, logLikelihood, isGreedy },
        }),
      ),
    );
  },
);

test("rows of measure are checked and printed with its keys", async () => {
  const row = {
    example: 7,
    task: "t",
    model: "m",
    n: 2,
    a: "x",
    b: "y",
    logLikelihood: -1,
    extra: true,
  };
  const { stdout } = await imported([
    row,
    { ...row, matched: false },
    { ...row, logLikelihood: "-Infinity" },
  ]);
  const kept = { example: "7", task: "t", model: "m", checkpoint: null, n: 2, a: "x", b: "y" };
  expect(jsonLines(stdout)).toEqual([
    { ...kept, logLikelihood: -1 },
    { ...kept, logLikelihood: null },
    { ...kept, logLikelihood: "-Infinity" },
  ]);
});

test.each<[string, unknown, string]>([
  ["NaN", sample(1, [["a", "b", "nan", "False"]]), '.jsonl:2 has the log-likelihood "nan"'],
  [
    "a probability",
    sample(1, [["a", "b", "0.5", "False"]]),
    '.jsonl:2 has the log-likelihood "0.5"',
  ],
  [
    "an answer too few",
    { ...sample(1, [["a", "b", "-1", "False"]]), resps: [] },
    ".jsonl:2 has 1 requests",
  ],
  [
    "a document twice",
    sample(0, [["a", "b", "-1", "False"]]),
    ".jsonl:2 has the document 0 a second time",
  ],
  [
    "no greedy flag",
    { ...sample(1, [["a", "b", "-1", "False"]]), resps: [[["-1"]]] },
    ".jsonl:2 does not say whether",
  ],
  ["another kind of row", { example: 1 }, '.jsonl:2 has no "doc_id"'],
])("%s is an error that names its line", async (_name, line, message) => {
  const { stderr, code } = await imported([sample(0, [["a", "b", "-1", "False"]]), line]);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

test("--import goes with neither --model nor --requests, and one of both is needed", async () => {
  for (const args of [[], ["--model", "m"], ["--import", "f", "--model", "m"]]) {
    const { stderr, code } = await rote(["score", ...args]);
    expect(stderr).toContain("give either --model and --requests, or --import alone");
    expect(code).toBe(2);
  }
});
