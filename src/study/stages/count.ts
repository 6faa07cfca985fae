/** Count every distinct pair of the study in one pass over the corpus. */
import { writeAtomically } from "../../base/files.ts";
import { pairRows } from "../../counting/question.ts";
import type { StudyContext } from "../context.ts";
import { distinctAscending, pairsOfKeys } from "../../memorization/pair-query.ts";
import { corpusFile, corpusOptions, openStudyEngine } from "../corpus-engine.ts";
import type { Stage } from "../run-directory.ts";
import { countTable, pairTable, readTable, writeTable } from "../tables.ts";

export async function countStage(context: StudyContext): Promise<Stage> {
  const { directory, signal, onProgress } = context;
  return {
    name: "count",
    options: await corpusOptions(context),
    reads: [pairTable.file],
    writes: [countTable.file, corpusFile],
    run: async () => {
      const rows = await readTable(directory.file(pairTable.file), pairTable);
      const { phrases, pairs } = distinctPairs(rows);
      await using engine = await openStudyEngine(context);
      const counts = await engine.countPairs(phrases, pairs, { signal, onProgress });
      await writeTable(directory, countTable, pairRows({ phrases, pairs }, counts));
      await writeAtomically(
        directory.file(corpusFile),
        `${JSON.stringify(engine.identity, null, 2)}\n`,
      );
      return {
        pairs: counts.codf.length,
        phrases: phrases.length,
        bytes: engine.identity.bytes ?? 0,
      };
    },
  };
}

/** Distinct phrases and pairs of rows, both in code-unit order. */
function distinctPairs(rows: readonly { readonly a: string; readonly b: string }[]): {
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
