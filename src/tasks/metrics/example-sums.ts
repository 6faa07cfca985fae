/**
 * Scores of many examples as functions of sums over them, so that a resample of the examples is
 * scored by adding up again and never by judging again. A mean is the simplest: value and 1 are
 * added up and divided; the BLEU of a corpus is a function of its segments' counts.
 */
import type { Example } from "../task.ts";
import { bleuStatistics, scoreBleuStatistics } from "./bleu.ts";
import { type ChrfOptions, chrfStatistics, scoreChrfStatistics } from "./chrf.ts";
import { acceptedAnswers } from "./exact-match.ts";

/** What each example adds, a row an example, and the score of added rows. */
export interface ExampleSums {
  readonly rows: readonly (readonly number[])[];
  /** NaN where nothing was added. */
  readonly score: (sums: ArrayLike<number>) => number;
  /** Says all that the score depends on, where the metric has a convention for it. */
  readonly signature: string | null;
  /** Of a mean over the examples: the value of each, in the order of `rows`; NaN where one was not judged. */
  readonly values?: readonly number[];
}

/** Metrics of a corpus that are no mean over its examples, by name; on the scale from 0 to 100. */
export const corpusMetrics: ReadonlyMap<
  string,
  (outputs: readonly string[], examples: readonly Example[]) => ExampleSums
> = new Map([
  ["corpus-bleu", bleuSums],
  ["corpus-chrf", chrfSums({})],
  ["corpus-chrf++", chrfSums({ wordOrder: 2 })],
]);

/** The mean of a number of each example. */
export function meanSums(values: readonly number[]): ExampleSums {
  return {
    rows: values.map((value) => [value, 1]),
    score: (sums) => sums[0]! / sums[1]!,
    signature: null,
    values,
  };
}

function bleuSums(outputs: readonly string[], examples: readonly Example[]): ExampleSums {
  const references = referencesOf(examples);
  const count = references[0]?.length ?? 1;
  const score = (sums: ArrayLike<number>): ReturnType<typeof scoreBleuStatistics> =>
    scoreBleuStatistics(sums, count);
  const rows = outputs.map((output, i) => bleuStatistics(output, references[i]!));
  return {
    rows,
    score: (sums) => score(sums).score,
    signature: score(new Float64Array(10)).signature,
  };
}

function chrfSums(options: ChrfOptions) {
  return (outputs: readonly string[], examples: readonly Example[]): ExampleSums => {
    const references = referencesOf(examples);
    const count = references[0]?.length ?? 1;
    return {
      rows: outputs.map((output, i) => chrfStatistics(output, references[i]!, options)),
      score: (sums) => scoreChrfStatistics(sums, count, options).score,
      signature: scoreChrfStatistics([], count, options).signature,
    };
  };
}

/** All accepted answers where every example has equally many, as the scores of a corpus demand; else the gold outputs. */
function referencesOf(examples: readonly Example[]): readonly (readonly string[])[] {
  const all = examples.map((example) => [...new Set(acceptedAnswers(example))]);
  const isEven = all.every(({ length }) => length === all[0]!.length);
  return isEven ? all : examples.map(({ output }) => [output]);
}
