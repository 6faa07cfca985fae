/** Which long n-grams of the evaluated examples stand in the corpus, and what share of the examples has one that does. */
import { join } from "node:path";
import { exists, readJson, writeAtomically } from "../../base/files.ts";
import { findOverlap } from "../../overlap/find-overlap.ts";
import type { OverlapRow } from "../../overlap/overlap-rows.ts";
import { type OverlapShare, summarizeOverlap } from "../../overlap/summary.ts";
import { textPolicy } from "../../text/policies.ts";
import { evaluatedItems, type StudyContext } from "../context.ts";
import {
  corpusFile,
  countOptions,
  openStudyEngine,
  refuseChangedCorpus,
} from "../corpus-engine.ts";
import type { Stage } from "../run-directory.ts";
import { type OverlapTableRow, overlapTable, writeTable } from "../tables.ts";

/** The overlap of a study's evaluated examples with its corpus. */
export interface StudyOverlap {
  /** How it was searched, in words. */
  readonly method: string;
  /** By task, length and part. */
  readonly shares: readonly (OverlapShare & { readonly task: string })[];
}

const overlapFile = "overlap.json";

export const overlapStageName = "overlap";

/** Several tasks are looked for together, so that the corpus is read twice at most. */
export async function overlapStage(context: StudyContext): Promise<Stage> {
  const { study, directory, tasks, signal, onProgress } = context;
  const lengths = study.measure.overlap;
  return {
    name: overlapStageName,
    options: {
      corpus: await countOptions(context),
      lengths,
      tasks: tasks.map(({ entry, sha256, evaluated }) => [entry.name, sha256, evaluated.length]),
    },
    reads: [corpusFile],
    writes: [overlapTable.file, overlapFile],
    run: async () => {
      const policy = textPolicy(study.corpus.policy);
      await using engine = await openStudyEngine(context);
      const examples = evaluatedItems(context).map(({ example }) => example);
      const rows = await findOverlap(examples, engine, { lengths, policy, signal, onProgress });
      await refuseChangedCorpus(directory, engine.identity);
      const byTask = rowsByTask(context, rows);
      await writeTable(
        directory,
        overlapTable,
        byTask.flatMap(({ task, rows }) => rows.map((row) => tableRow(task, row))),
      );
      const overlap: StudyOverlap = {
        method: `every n-gram of words of inputs and outputs, exactly, under ${policy.version}`,
        shares: byTask.flatMap(({ task, rows }) =>
          summarizeOverlap(rows).map((share) => ({ task, ...share })),
        ),
      };
      await writeAtomically(directory.file(overlapFile), `${JSON.stringify(overlap, null, 2)}\n`);
      return { examples: examples.length };
    },
  };
}

/** What the stage found; null where the study has none. */
export async function readOverlap(
  directory: string,
  stageNames: readonly string[],
): Promise<StudyOverlap | null> {
  const path = join(directory, overlapFile);
  if (!stageNames.includes(overlapStageName) || !(await exists(path))) return null;
  return (await readJson(path)) as StudyOverlap;
}

/** Each example has as many rows as every other. */
function rowsByTask(
  { tasks }: StudyContext,
  rows: readonly OverlapRow[],
): readonly { readonly task: string; readonly rows: readonly OverlapRow[] }[] {
  const examples = tasks.reduce((sum, { evaluated }) => sum + evaluated.length, 0);
  const rowsEach = examples === 0 ? 0 : rows.length / examples;
  let next = 0;
  return tasks.map(({ entry, evaluated }) => ({
    task: entry.name,
    rows: rows.slice(next, (next += rowsEach * evaluated.length)),
  }));
}

function tableRow(task: string, { id, documents, ...row }: OverlapRow): OverlapTableRow {
  return { task, example: id, ...row, documents: JSON.stringify(documents) };
}
