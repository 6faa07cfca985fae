/** Count every distinct pair of the study at once. */
import { writeAtomically } from "../../base/files.ts";
import { pairRows } from "../../counting/question.ts";
import type { StudyContext } from "../context.ts";
import { distinctAscending, type PairQuery, pairsOfKeys } from "../../memorization/pair-query.ts";
import { askCorpus, corpusFile, countedIndex, countOptions } from "../corpus-engine.ts";
import { identifyIndex, indexFile, refuseOtherBytes } from "../indexed-corpus.ts";
import type { Stage } from "../run-directory.ts";
import { countTable, pairTable, readTable, writeTable } from "../tables.ts";

export const countStageName = "count";

export async function countStage(context: StudyContext): Promise<Stage> {
  const { study, directory, signal, onProgress } = context;
  const hasIndex = countedIndex(study) !== undefined;
  const options = await countOptions(context);
  const question = async (): Promise<PairQuery> =>
    distinctPairs(await readTable(directory.file(pairTable.file), pairTable));
  return {
    name: countStageName,
    options,
    reads: [pairTable.file],
    writes: [countTable.file, corpusFile, ...(hasIndex ? [indexFile] : [])],
    question: { corpus: options, pairs: question },
    run: async (_key, known) => {
      const query = await question();
      if (known === undefined) await refuseOtherBytes(study, { signal, onProgress });
      const { counts, identity, work } = await askCorpus(context, query, known);
      await writeTable(directory, countTable, pairRows(query, counts));
      await writeRecord(directory.file(corpusFile), identity);
      if (hasIndex) await writeRecord(directory.file(indexFile), await identifyIndex(study));
      return { pairs: counts.codf.length, phrases: query.phrases.length, ...work };
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
