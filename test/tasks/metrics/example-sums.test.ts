import { expect, test } from "vitest";
import { corpusBleu } from "#rote/tasks/metrics/bleu.js";
import { corpusChrf } from "#rote/tasks/metrics/chrf.js";
import { corpusMetrics, type ExampleSums, meanSums } from "#rote/tasks/metrics/example-sums.js";

const outputs = ["the cat sat on the mat", "a dog barked at the moon", "nothing of it"];
const gold = ["the cat sat on a mat", "the dog barked at the moon", "all of it"];
const examples = gold.map((output, i) => ({ id: String(i), input: "x", output, split: undefined }));

/** The score of examples taken as often as `weights` says. */
function scoreOf({ rows, score }: ExampleSums, weights: readonly number[]): number {
  const sums = rows[0]!.map((_, j) => rows.reduce((sum, row, i) => sum + weights[i]! * row[j]!, 0));
  return score(sums);
}

test.each([
  ["corpus-bleu", (given: string[], wanted: string[][]) => corpusBleu(given, wanted)],
  ["corpus-chrf", (given: string[], wanted: string[][]) => corpusChrf(given, wanted)],
  [
    "corpus-chrf++",
    (given: string[], wanted: string[][]) => corpusChrf(given, wanted, { wordOrder: 2 }),
  ],
])("%s of weights is that of the corpus with repeated segments", (name, ofCorpus) => {
  const sums = corpusMetrics.get(name)!(outputs, examples);
  for (const weights of [
    [1, 1, 1],
    [2, 0, 1],
    [0, 3, 1],
  ]) {
    const chosen = weights.flatMap((weight, i) => Array.from({ length: weight }, () => i));
    const whole = ofCorpus(
      chosen.map((i) => outputs[i]!),
      chosen.map((i) => [gold[i]!]),
    );
    expect(scoreOf(sums, weights)).toBeCloseTo(whole.score, 10);
    expect(sums.signature).toBe(whole.signature);
  }
});

test("answers are references where every example has equally many, else the gold output alone", () => {
  const bleu = corpusMetrics.get("corpus-bleu")!;
  const withAnswers = examples.map((example) => ({ ...example, answers: ["another answer"] }));
  expect(bleu(outputs, withAnswers).signature).toMatch(/^nrefs:2\|/);
  expect(bleu(outputs, [examples[0]!, ...withAnswers.slice(1)]).signature).toMatch(/^nrefs:1\|/);
});

test("a mean is value over number", () => {
  expect(scoreOf(meanSums([1, 0, 0.5]), [1, 2, 2])).toBeCloseTo(2 / 5, 12);
  expect(meanSums([]).score([0, 0])).toBeNaN();
});
