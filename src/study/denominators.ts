/**
 * What the counts of pairs are divided by where that is not the documents that hold a: its occurrences,
 * or either under a policy that keeps case. Documents of the pair over occurrences of a is what the
 * released code of Wang et al. 2025 computes; such a ratio is no probability and can exceed 1.
 */
import { join } from "node:path";
import type { PairRow as CountedPairRow } from "../counting/question.ts";
import type { Study } from "./load-study.ts";
import { denominatorTable, readTable } from "./tables.ts";

/** Files that hold what counts are divided by; none where counts.parquet does. */
export function denominatorFiles({
  measure,
  corpus,
}: Pick<Study, "measure" | "corpus">): readonly string[] {
  const isOwn = measure.denominatorPolicy !== "same" && measure.denominatorPolicy !== corpus.policy;
  return isOwn ? [denominatorTable.file] : [];
}

/** What the counts of pairs with an n-gram as a are divided by; undefined where that is df(a). */
export async function readDenominators(
  directory: string,
  study: Pick<Study, "measure" | "corpus">,
  counts: readonly CountedPairRow[],
): Promise<((a: string) => number) | undefined> {
  const isOccurrences = study.measure.denominator === "occurrences";
  const [file] = denominatorFiles(study);
  if (file === undefined && !isOccurrences) return undefined;
  const known =
    file === undefined
      ? new Map(counts.map(({ a, tfA }) => [a, tfA]))
      : new Map(
          (await readTable(join(directory, file), denominatorTable)).map(({ a, df, tf }) => [
            a,
            isOccurrences ? tf : df,
          ]),
        );
  return (a) => known.get(a) ?? 0;
}
