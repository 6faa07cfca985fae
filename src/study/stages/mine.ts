/** Mine every task at every n: the pairs of the evaluated examples, and how they were found. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { RoteError } from "../../base/errors.ts";
import { writeAtomically } from "../../base/files.ts";
import { hashFile } from "../../base/files.ts";
import type { EmbeddingModel } from "../../models/embedding-model.ts";
import type { ModelIdentity } from "../../models/language-model.ts";
import { findEncoder } from "../../models/encoders/open-encoder.ts";
import { isEmbedderFile, openEmbedder } from "../../models/open-embedder.ts";
import { isModelUrl } from "../../models/remote/model-url.ts";
import { type MinedTask, mineTask } from "../../task-grams/mine-task.ts";
import type { Split } from "../../tasks/task.ts";
import { textPolicy } from "../../text/policies.ts";
import { stopWords } from "../../text/stop-words.ts";
import {
  deviceOption,
  fingerprintOf,
  openingOf,
  type StudyContext,
  type StudyTask,
} from "../context.ts";
import type { Stage } from "../run-directory.ts";
import { pairTable, type PairRow, writeTable } from "../tables.ts";
import { embedderFile } from "./fit-embedder.ts";

/** A mined task without its pairs, which are in pairs.parquet, and without its table. */
export type MiningSummary = Omit<MinedTask, "pairs" | "table">;

/** mining.json. */
export interface MiningRecord {
  readonly embedder: ModelIdentity;
  readonly mining: readonly MiningSummary[];
}

export const miningFile = "mining.json";

export async function mineStage(context: StudyContext): Promise<Stage> {
  const { study, directory, tasks } = context;
  const own = study.embedder === "corpus";
  return {
    name: "mine",
    options: {
      tasks: tasks.map(({ entry, sha256 }) => [
        entry.name,
        entry.n,
        entry.outputs,
        entry.threshold,
        sha256,
      ]),
      mine: study.mine,
      seed: study.seed,
      policy: study.corpus.policy,
      embedder: own ? "corpus" : await embedderKey(study.embedder),
      ...deviceOption(context),
    },
    reads: own ? [embedderFile] : [],
    writes: [pairTable.file, miningFile],
    run: async () => {
      await using embedder = await openEmbedder(
        own ? directory.file(embedderFile) : study.embedder,
        openingOf(context),
      );
      const rows: PairRow[] = [];
      const mining: MiningSummary[] = [];
      for (const task of tasks) {
        const mined = await mineAllLengths(task, embedder, context);
        for (const { pairs, table: _, ...summary } of mined) {
          mining.push(summary);
          for (const pair of pairs) rows.push(pairRow(summary, pair));
        }
      }
      await writeTable(directory, pairTable, rows);
      const record: MiningRecord = { embedder: embedder.identity, mining };
      await writeAtomically(directory.file(miningFile), `${JSON.stringify(record, null, 2)}\n`);
      return { pairs: rows.length };
    },
  };
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

async function mineAllLengths(
  { entry, examples }: StudyTask,
  embedder: EmbeddingModel,
  { study, signal, onProgress }: StudyContext,
): Promise<readonly MinedTask[]> {
  const { threshold, nullPassRate, split, shortTexts } = study.mine;
  const source = {
    name: entry.name,
    // An example without a split is there to be evaluated.
    examples: (wanted: Split) =>
      streamOf(examples.filter((example) => (example.split ?? "test") === wanted)),
  };
  const mined: MinedTask[] = [];
  for (const n of entry.n) {
    const options = {
      n,
      split,
      shortTexts,
      policy: textPolicy(study.corpus.policy),
      stopWords: new Set(study.mine.stopWords.flatMap((language) => [...stopWords(language)])),
      outputs: entry.outputs,
      threshold: entry.threshold ?? threshold,
      nullShare: nullPassRate,
      seed: study.seed,
      signal,
      onProgress,
    };
    mined.push(await mineTask(source, embedder, options));
  }
  refuseWordlessOutputs(entry.name, mined);
  return mined;
}

/** Nothing can be measured of a task none of whose outputs yields an n-gram. */
function refuseWordlessOutputs(task: string, mined: readonly MinedTask[]): void {
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
