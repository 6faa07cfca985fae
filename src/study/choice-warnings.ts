/** What a reader must know of the choices of a study that make its numbers something else than the default's. */
import { amount } from "../base/amounts.ts";
import type { DropRow } from "../memorization/drop-table.ts";
import type { Study } from "./load-study.ts";
import type { ReleasedEntry } from "./study-file.ts";

/** What each mistake does to a run. */
const releasedMistakes: Readonly<Record<keyof ReleasedEntry, string>> = {
  wholeTail:
    "log-probabilities are those of all tokens from b's first occurrence to the end of the output",
  unseenAsProbabilityOne:
    "under the paper's ∞-gram rule b has probability 1 where none of its tokens was seen",
  minOfSingleCounts:
    "a pair's count is the smaller of its n-grams' occurrences, not of documents that hold both; counts.parquet has the true ones",
  characterLengthSize: "n-grams of exactly n characters are left out (n-characters in the drops)",
  dropLastNgram: "the last n-gram of each input and output is missing",
};

/** One sentence a warning. */
export function choiceWarnings(
  { measure, released }: Pick<Study, "measure" | "released">,
  drops: readonly DropRow[],
): readonly string[] {
  const repeated = (Object.keys(releasedMistakes) as (keyof ReleasedEntry)[])
    .filter((name) => released[name])
    .map(
      (name) =>
        `released.${name} repeats a mistake of the code released with the paper: ${releasedMistakes[name]}. The numbers of this run are not the default's; leave it out to measure anything.`,
    );
  const uncorrected =
    measure.correction === "none"
      ? [
          "Signs are read from p-values that are not corrected for the number of tests (measure.correction: none): of tests of nothing, " +
            `${Number((100 * (1 - measure.level)).toFixed(2))} % show a sign.`,
        ]
      : [];
  return [...repeated, ...uncorrected, ...aboveOne(drops)];
}

/** Ratios that are no probabilities: documents over occurrences, or over documents under another policy. */
function aboveOne(drops: readonly DropRow[]): readonly string[] {
  return drops
    .filter(({ reason }) => reason === "ratio>1")
    .map(({ task, n, model, count }) => {
      const scored = drops.find(
        (row) => row.task === task && row.n === n && row.model === model && row.reason === "scored",
      );
      const of = scored === undefined ? "" : ` of ${amount(scored.count, "scored pair")}`;
      return `${task}, n = ${n}${model === undefined ? "" : `, ${model}`}: in ${count}${of} more documents hold both n-grams than a is counted by measure.denominator and denominatorPolicy, so that P(b|a) exceeds 1 and is no probability.`;
    });
}
