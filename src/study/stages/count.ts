/** Count every distinct pair of the study at once. */
import { writeAtomically } from "../../base/files.ts";
import { pairRows } from "../../counting/question.ts";
import type { StudyContext } from "../context.ts";
import { distinctAscending, pairsOfKeys } from "../../memorization/pair-query.ts";
import {
  corpusFile,
  countedIndex,
  countOptions,
  openStudyEngine,
  workOf,
} from "../corpus-engine.ts";
import { identifyIndex, indexFile, refuseOtherBytes } from "../indexed-corpus.ts";
import type { Stage } from "../run-directory.ts";
import { countTable, pairTable, readTable, writeTable } from "../tables.ts";

export async function countStage(context: StudyContext): Promise<Stage> {
  const { study, directory, signal, onProgress } = context;
  const hasIndex = countedIndex(study) !== undefined;
  return {
    name: "count",
    options: await countOptions(context),
    reads: [pairTable.file],
    writes: [countTable.file, corpusFile, ...(hasIndex ? [indexFile] : [])],
    run: async () => {
      const rows = await readTable(directory.file(pairTable.file), pairTable);
      const { phrases, pairs } = distinctPairs(rows);
      await refuseOtherBytes(study, { signal, onProgress });
      await using engine = await openStudyEngine(context);
      const counts = await engine.countPairs(phrases, pairs, { signal, onProgress });
      await writeTable(directory, countTable, pairRows({ phrases, pairs }, counts));
      await writeRecord(directory.file(corpusFile), engine.identity);
      if (hasIndex) await writeRecord(directory.file(indexFile), await identifyIndex(study));
      return {
        pairs: counts.codf.length,
        phrases: phrases.length,
        ...workOf(study, engine),
      };
    },
  };
}

async function writeRecord(path: string, record: unknown): Promise<void> {
  await writeAtomically(path, `${JSON.stringify(record, null, 2)}\n`);
}

/** Distinct phrases and pairs of rows, both in code-unit order. */
export function distinctPairs(rows: readonly { readonly a: string; readonly b: string }[]): {
  phrases: readonly string[];
  pairs: Uint32Array;
} {
  const phrases = [...new Set(rows.flatMap(({ a, b }) => [a, b]))].sort();
  const indexes = new Map(phrases.map((phrase, index) => [phrase, index]));
  const keys = Float64Array.from(
    rows,
    ({ a, b }) => indexes.get(a)! * phrases.length + indexes.get(b)!,
  );
  return { phrases, pairs: pairsOfKeys(distinctAscending([keys]), phrases.length) };
}
