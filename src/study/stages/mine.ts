/** Mine every task at every n: the pairs of the evaluated examples, and how they were found. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { RoteError } from "../../base/errors.ts";
import { hashFile, writeAtomically } from "../../base/files.ts";
import { canonicalJson, sha256 } from "../../base/json.ts";
import type { EmbeddingModel } from "../../models/embedding-model.ts";
import type { ModelIdentity } from "../../models/language-model.ts";
import { cacheVectors } from "../../models/encoders/vector-cache.ts";
import { findEncoder } from "../../models/encoders/open-encoder.ts";
import { isEmbedderFile, openEmbedder } from "../../models/open-embedder.ts";
import { isModelUrl } from "../../models/remote/model-url.ts";
import { type MinedTask, mineTask } from "../../task-grams/mine-task.ts";
import { type MinedSource, type OtherTask, planSplit } from "../../task-grams/splits.ts";
import { passRate } from "../../task-grams/threshold.ts";
import type { SkippedRow } from "../../tasks/formats/task-source.ts";
import { PARTIAL_FOLDER } from "../batches.ts";
import {
  deviceOption,
  fingerprintOf,
  openingOf,
  type StudyContext,
  type StudyTask,
} from "../context.ts";
import { Journal } from "../journal.ts";
import { miningChoicesOf, miningKeyOf } from "../mining-choices.ts";
import type { Stage } from "../run-directory.ts";
import {
  pairTable,
  type PairRow,
  type PassCurveRow,
  passCurveTable,
  readTable,
  type Table,
  writeTable,
} from "../tables.ts";
import { embedderFile } from "./fit-embedder.ts";

/** A mined task without its pairs, which are in pairs.parquet, and without its table. */
export interface MiningSummary extends Omit<MinedTask, "pairs" | "table"> {
  /** Why there are no pairs, where that is no error. */
  readonly empty?: string;
}

/** mining.json. */
export interface MiningRecord {
  readonly embedder: ModelIdentity;
  readonly mining: readonly MiningSummary[];
  /** Rows of task files that are no examples; only of tasks with such rows. */
  readonly skipped?: readonly { readonly task: string; readonly rows: readonly SkippedRow[] }[];
}

export const miningFile = "mining.json";

export async function mineStage(context: StudyContext): Promise<Stage> {
  const { study, directory, tasks } = context;
  const own = study.embedder === "corpus";
  const { split, folds } = study.mine;
  return {
    name: "mine",
    options: {
      tasks: tasks.map(({ entry, sha256 }) => [
        entry.name,
        entry.n.map((n) => miningKeyOf(study, entry, n)),
        sha256,
        ...(entry.minedOn === undefined ? [] : [entry.minedOn]),
      ]),
      ...{ split, folds },
      seed: study.seed,
      embedder: own ? "corpus" : await embedderKey(study.embedder),
      ...deviceOption(context),
    },
    reads: own ? [embedderFile] : [],
    writes: [pairTable.file, passCurveTable.file, miningFile],
    run: async (key) => {
      await using parts = await Journal.open<MiningSummary>(directory.file(partsFile), key);
      const path = own ? directory.file(embedderFile) : study.embedder;
      await using opened = await openEmbedder(path, openingOf(context));
      const cache = await vectorFile(path, context);
      await using cached = cache === undefined ? undefined : await cacheVectors(opened, cache);
      const embedder = cached ?? opened;
      const mining = await mineTasks(embedder, parts, context);
      const rows: PairRow[] = [];
      for (const part of mining.keys())
        for (const row of await readTable(directory.file(partOf(part).file), pairTable))
          rows.push(row);
      await writeTable(directory, pairTable, rows);
      await writeTable(directory, passCurveTable, mining.flatMap(curveRows));
      const record: MiningRecord = { embedder: embedder.identity, mining, ...skippedRows(tasks) };
      await writeAtomically(directory.file(miningFile), `${JSON.stringify(record, null, 2)}\n`);
      await parts.remove();
      return { pairs: rows.length };
    },
  };
}

function curveRows({ task, n, passCurve }: MiningSummary): readonly PassCurveRow[] {
  return passCurve.map((point) => ({ task, n, ...point }));
}

function skippedRows(tasks: readonly StudyTask[]): Pick<MiningRecord, "skipped"> {
  const some = tasks.filter(({ skipped }) => skipped.length > 0);
  if (some.length === 0) return {};
  return { skipped: some.map(({ entry, skipped }) => ({ task: entry.name, rows: skipped })) };
}

/** What decides an embedder's vectors. An encoder's dense layers lie in folders inside its own. */
async function embedderKey(path: string): Promise<string | readonly string[]> {
  if (isModelUrl(path)) return path;
  if (await isEmbedderFile(path)) return hashFile(path);
  const { folder } = await findEncoder(path);
  const inside = await readdir(folder, { withFileTypes: true });
  const folders = inside.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const parts = [folder, ...folders.sort().map((name) => join(folder, name))];
  return (await Promise.all(parts.map(fingerprintOf))).flat();
}

/** Where vectors are kept. A static embedder makes them as fast as they are read. */
async function vectorFile(embedder: string, context: StudyContext): Promise<string | undefined> {
  const { cache } = context.study.mine;
  if (cache !== undefined) return cache;
  if (!isModelUrl(embedder) && (await isEmbedderFile(embedder))) return undefined;
  // An unfinished stage may have had another embedder.
  const key = canonicalJson([await embedderKey(embedder), deviceOption(context)]);
  return join(context.vectorFolder, `vectors.${sha256(key).slice(0, 16)}`);
}

/** The journal of what is mined: a line for each task and n, whose pairs stand in a table of their own. */
const partsFile = `${PARTIAL_FOLDER}/mine.jsonl`;

function partOf(index: number): Table<PairRow> {
  return { ...pairTable, file: `${PARTIAL_FOLDER}/pairs.${index}.parquet` };
}

/** Mine every task at every n, behind what an interrupted run has finished. */
async function mineTasks(
  embedder: EmbeddingModel,
  parts: Journal<MiningSummary>,
  context: StudyContext,
): Promise<readonly MiningSummary[]> {
  let index = 0;
  for (const task of context.tasks) {
    const first = index;
    for (const n of task.entry.n) {
      if (index === parts.entries.length) {
        const {
          pairs,
          table: _,
          ...summary
        } = await mineLength(task, n, embedder, context).catch((error: unknown) =>
          emptyLength(task, n, error, context),
        );
        const rows = pairs.map((pair) => pairRow(summary, pair));
        await writeTable(context.directory, partOf(index), rows);
        await parts.append([summary]);
      }
      index++;
    }
    if (context.study.allowsEmptyTasks !== true)
      refuseWordlessOutputs(task.entry.name, parts.entries.slice(first, index));
  }
  return parts.entries;
}

async function mineLength(
  task: StudyTask,
  n: number,
  embedder: EmbeddingModel,
  { study, tasks, signal, onProgress }: StudyContext,
): Promise<MinedTask> {
  const { split, folds } = study.mine;
  const { entry } = task;
  const other = tasks.find(({ entry: { name } }) => name === entry.minedOn);
  return mineTask(sourceOf(task), embedder, {
    ...miningChoicesOf(study, entry, n),
    ...{ split, folds },
    minedOn: other && { ...sourceOf(other), ...tableOf(study, other, n) },
    seed: study.seed,
    signal,
    onProgress,
  });
}

/** What is mined where nothing can be, if the study goes on without. */
async function emptyLength(
  task: StudyTask,
  n: number,
  error: unknown,
  { study, tasks }: StudyContext,
): Promise<Omit<MinedTask, "table"> & { readonly table?: undefined; readonly empty: string }> {
  const isEmpty = error instanceof RoteError && error.code === "task/empty";
  if (!isEmpty || study.allowsEmptyTasks !== true) throw error;
  const { name, minedOn } = task.entry;
  const other = tasks.find(({ entry }) => entry.name === minedOn);
  const plan = await planSplit(sourceOf(task), study.mine.split, other && sourceOf(other));
  return {
    ...{ task: name, n, ...plan, thresholds: [], passCurve: [], pairs: [], drops: [] },
    passRates: { real: passRate(0, 0), null: passRate(0, 0) },
    overlap: { examples: 0, evaluated: 0 },
    empty: error.message,
  };
}

/** A task's examples as mining reads them. */
export function sourceOf({ entry: { name }, examples }: StudyTask): MinedSource {
  return {
    name,
    // An example without a split is there to be evaluated.
    examples: (wanted) =>
      streamOf(examples.filter((example) => (example.split ?? "test") === wanted)),
  };
}

/** How a task's table is made, whoever uses it. */
function tableOf(
  study: StudyContext["study"],
  { entry }: StudyTask,
  n: number,
): Pick<OtherTask, "outputs" | "threshold" | "languages"> {
  const { outputs, threshold, languages } = miningChoicesOf(study, entry, n);
  return { outputs, threshold, languages };
}

/** Nothing can be measured of a task none of whose outputs yields an n-gram. */
function refuseWordlessOutputs(task: string, mined: readonly MiningSummary[]): void {
  const pairs = mined.flatMap(({ drops }) => drops.filter(({ reason }) => reason === "mined"));
  if (pairs.some(({ count }) => count > 0)) return;
  throw new RoteError(
    "task/empty",
    `task "${task}": no example has an n-gram on both sides; its inputs or outputs hold too few words`,
    {
      task,
    },
  );
}

function pairRow({ task, n }: MiningSummary, pair: MinedTask["pairs"][number]): PairRow {
  const { example, a, b, similarity, bSpan, aShort, bShort } = pair;
  return {
    task,
    example,
    n,
    a,
    b,
    similarity,
    start: bSpan.start,
    end: bSpan.end,
    short: aShort || bShort,
  };
}

async function* streamOf<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const item of items) yield await Promise.resolve(item);
}
