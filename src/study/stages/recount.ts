/** Count the shuffled pairs of the permutation null, all tasks at once. */
import type { StudyContext } from "../context.ts";
import {
  corpusFile,
  countOptions,
  openStudyEngine,
  refuseChangedCorpus,
  workOf,
} from "../corpus-engine.ts";
import type { Stage } from "../run-directory.ts";
import { planStudyShuffles } from "../shuffles.ts";
import {
  countTable,
  pairTable,
  readTable,
  recountTable,
  type RecountRow,
  writeTable,
} from "../tables.ts";

export async function recountStage(context: StudyContext): Promise<Stage> {
  const { study, directory, signal, onProgress } = context;
  const { permutations, strata } = study.measure;
  return {
    name: "recount",
    options: { corpus: await countOptions(context), seed: study.seed, permutations, strata },
    reads: [pairTable.file, countTable.file, corpusFile],
    writes: [recountTable.file],
    run: async () => {
      const pairs = await readTable(directory.file(pairTable.file), pairTable);
      const counts = await readTable(directory.file(countTable.file), countTable);
      const { query } = planStudyShuffles(pairs, counts, study.seed, study.measure);
      await using engine = await openStudyEngine(context);
      const { codf } = await engine.countPairs(query.phrases, query.pairs, { signal, onProgress });
      await refuseChangedCorpus(directory, engine.identity);
      await writeTable(directory, recountTable, nonZero(query.pairs, codf));
      return { pairs: codf.length, ...workOf(study, engine) };
    },
  };
}

function* nonZero(pairs: Uint32Array, codf: Float64Array): Generator<RecountRow> {
  for (let i = 0; i < codf.length; i++) {
    if (codf[i]! > 0) yield { a: pairs[2 * i]!, b: pairs[2 * i + 1]!, codf: codf[i]! };
  }
}
