/** Count the shuffled pairs of the permutation null, all tasks at once. */
import type { StudyContext } from "../context.ts";
import type { PairQuery } from "../../memorization/pair-query.ts";
import { askCorpus, corpusFile, countOptions, refuseChangedCorpus } from "../corpus-engine.ts";
import { denominatorFiles, readDenominators } from "../denominators.ts";
import { outlierFiles, readOutliers } from "../outliers.ts";
import type { Stage } from "../run-directory.ts";
import { planStudyShuffles, shuffleRule } from "../shuffles.ts";
import {
  countTable,
  pairTable,
  readTable,
  recountTable,
  type RecountRow,
  writeTable,
} from "../tables.ts";

export async function recountStage(context: StudyContext): Promise<Stage> {
  const { study, directory } = context;
  const { permutations, strata } = study.measure;
  const corpus = await countOptions(context);
  const question = async (): Promise<PairQuery> => {
    const isOutlier = await readOutliers(directory.path, study);
    const mined = await readTable(directory.file(pairTable.file), pairTable);
    const pairs = mined.filter((pair) => !isOutlier(pair));
    const counts = await readTable(directory.file(countTable.file), countTable);
    const denominatorOf = await readDenominators(directory.path, study, counts);
    return planStudyShuffles(pairs, counts, study.seed, study.measure, denominatorOf).query;
  };
  return {
    name: "recount",
    options: { corpus, seed: study.seed, permutations, strata, shuffleRule },
    reads: [
      ...[pairTable.file, countTable.file, corpusFile],
      ...[...denominatorFiles(study), ...outlierFiles(study)],
    ],
    writes: [recountTable.file],
    question: { corpus, pairs: question },
    run: async (_key, known) => {
      const query = await question();
      const { counts, identity, work } = await askCorpus(context, query, known);
      await refuseChangedCorpus(directory, identity);
      await writeTable(directory, recountTable, nonZero(query.pairs, counts.codf));
      return { pairs: counts.codf.length, ...work };
    },
  };
}

function* nonZero(pairs: Uint32Array, codf: Float64Array): Generator<RecountRow> {
  for (let i = 0; i < codf.length; i++) {
    if (codf[i]! > 0) yield { a: pairs[2 * i]!, b: pairs[2 * i + 1]!, codf: codf[i]! };
  }
}
