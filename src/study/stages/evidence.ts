/**
 * The documents behind the strongest pairs of each task: pairs of the task's first n that occur
 * together, ordered by the sum of the corpus's and the largest model's log-probability.
 */
import { writeAtomically } from "../../base/files.ts";
import type { CountEngine } from "../../counting/count-engine.ts";
import { keywordInContext } from "../../counting/keyword-in-context.ts";
import type { StudyContext } from "../context.ts";
import {
  corpusFile,
  hasFiles,
  openTextEngine,
  refuseChangedCorpus,
  textOptions,
} from "../corpus-engine.ts";
import { largestModel } from "../headline.ts";
import { modelFile, readModelRecords } from "../identities.ts";
import { refuseOtherCorpus } from "../indexed-corpus.ts";
import { outlierFiles, readOutliers } from "../outliers.ts";
import type { Stage } from "../run-directory.ts";
import { countTable, readTable, scoreTable, tableRows } from "../tables.ts";

/** A pair and documents that hold both n-grams. */
export interface Evidence {
  readonly task: string;
  readonly a: string;
  readonly b: string;
  readonly codf: number;
  readonly documents: readonly {
    readonly id: string;
    readonly source: string | null;
    readonly snippets: readonly {
      readonly before: string;
      readonly match: string;
      readonly after: string;
    }[];
  }[];
}

const evidenceFile = "evidence.json";

export async function evidenceStage(context: StudyContext): Promise<Stage> {
  const { study, directory, modelNames } = context;
  return {
    name: "evidence",
    options: {
      corpus: await textOptions(context),
      seed: study.seed,
      report: study.report,
      n: firstN(context),
      models: modelNames,
    },
    reads: [
      ...[countTable.file, corpusFile, scoreTable.file, ...outlierFiles(study)],
      ...modelNames.map(modelFile),
    ],
    writes: [evidenceFile],
    run: async () => {
      if (study.report.pairs === 0) {
        await writeAtomically(directory.file(evidenceFile), "[]\n");
        return { pairs: 0 };
      }
      const pairs = await strongestPairs(context);
      await using engine = await openTextEngine(context);
      const found = await findDocuments(engine, pairs, context);
      const { bytes = 0, documents, words } = engine.identity;
      await refuseChangedCorpus(directory, engine.identity);
      await refuseOtherCorpus(study, { documents, words });
      const evidence = pairs.map((pair, i): Evidence => ({ ...pair, documents: found[i]! }));
      await writeAtomically(directory.file(evidenceFile), `${JSON.stringify(evidence, null, 2)}\n`);
      return { pairs: pairs.length, ...(hasFiles(study) ? { bytes } : {}) };
    },
  };
}

/** A sample of the documents that hold both phrases of each pair. */
async function findDocuments(
  engine: CountEngine,
  pairs: readonly Omit<Evidence, "documents">[],
  { study, signal, onProgress }: StudyContext,
): Promise<readonly Evidence["documents"][]> {
  const found: Evidence["documents"][number][][] = pairs.map(() => []);
  const queries = pairs.map(({ a, b }) => ({ phrases: [a, b] }));
  const options = { sample: study.report.documents, seed: study.seed, signal, onProgress };
  for await (const hit of engine.findDocuments(queries, options)) {
    const { query, id, source, text, hits } = hit;
    const snippets = [0, 1].flatMap((phrase) => {
      const first = hits.find((candidate) => candidate.phrase === phrase);
      if (first === undefined) return [];
      const { before, keyword, after } = keywordInContext(text, first);
      return [{ before, match: keyword, after }];
    });
    found[query]!.push({ id, source: source ?? null, snippets });
  }
  return found;
}

function firstN({ tasks }: StudyContext): readonly (readonly [string, number])[] {
  return tasks.map(({ entry }) => [entry.name, entry.n[0]!] as const);
}

async function strongestPairs(
  context: StudyContext,
): Promise<readonly Omit<Evidence, "documents">[]> {
  const { study, directory } = context;
  const isOutlier = await readOutliers(directory.path, study);
  const counts = await readTable(directory.file(countTable.file), countTable);
  const countOf = new Map(counts.map((row) => [JSON.stringify([row.a, row.b]), row]));
  const model = largestModel(
    (await readModelRecords(directory.path, context.modelNames)).map((record) => record.model),
  );
  const lengths = firstN(context);
  const strengths = new Map(lengths.map(([task]) => [task, new Map<string, number>()]));
  const firstOf = new Map(lengths);
  for await (const row of tableRows(directory.file(scoreTable.file), scoreTable)) {
    const { task, n, logLikelihood } = row;
    if (firstOf.get(task) !== n || row.model !== model || logLikelihood === null) continue;
    if (isOutlier(row)) continue;
    const key = JSON.stringify([row.a, row.b]);
    const { codf, dfA } = countOf.get(key)!;
    if (codf === 0) continue;
    const own = strengths.get(task)!;
    own.set(key, Math.max(own.get(key) ?? -Infinity, logLikelihood + Math.log(codf / dfA)));
  }
  return [...strengths].flatMap(([task, strength]) => {
    const strongest = [...strength]
      .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
      .slice(0, study.report.pairs);
    return strongest.map(([key]) => {
      const { a, b, codf } = countOf.get(key)!;
      return { task, a, b, codf };
    });
  });
}
