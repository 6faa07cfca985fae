/** The second half of a build: every shard sorted, several at once where memory allows. */
import { totalmem } from "node:os";
import { RoteError } from "../../base/errors.ts";
import type { LongWork } from "../../base/progress.ts";
import { saveBuildState } from "./build-state.ts";
import { type FinishedShard, finishShard, type ShardToFinish } from "./finish-shard.ts";
import type { TokenWidth } from "./format.ts";
import { runShards } from "./run-shards.ts";
import { sortingBytes } from "./suffix-sort.ts";
import type { ReadState } from "./write-tokens.ts";

export interface FinishOptions extends LongWork {
  readonly folder: string;
  /** Bytes a token as it was written. */
  readonly writtenWidth: TokenWidth;
  readonly jobs: number;
  /** Bytes that sorting may take; default three quarters of the machine's. */
  readonly memory?: number | undefined;
}

/** Finish the shards that are not finished; each is written down as soon as it is. */
export async function finishShards(
  read: ReadState,
  { folder, writtenWidth, jobs, memory = 0.75 * totalmem(), signal, onProgress }: FinishOptions,
): Promise<readonly FinishedShard[]> {
  const finished = [...read.finished];
  const tasks = shardTasks(read, folder, writtenWidth);
  const total = tasks.reduce((sum, { tokens }) => sum + tokens, 0);
  const report = (): void => {
    const done = finished.reduce((sum, shard) => sum + (shard?.tokens ?? 0), 0);
    onProgress?.({ stage: "sort suffixes", done, total, unit: "tokens" });
  };
  report();
  await runShards(
    tasks.filter(({ shard }) => finished[shard] === null),
    {
      module: new URL("./finish-worker.js", import.meta.url),
      work: finishShard,
      byteLength: total * writtenWidth,
      threads: Math.min(jobs, shardsAtOnce(tasks, memory)),
      signal,
      async onResult(result, { shard }) {
        finished[shard] = result;
        report();
        await saveBuildState(folder, { ...read, finished });
      },
    },
  );
  return finished.filter((shard) => shard !== null);
}

function shardTasks(
  { documents, lengths, source: { width } }: ReadState,
  folder: string,
  writtenWidth: TokenWidth,
): ShardToFinish[] {
  return lengths.map(({ tokenized }, shard) => ({
    folder,
    shard,
    documents: Math.ceil((documents - shard) / lengths.length),
    tokens: tokenized / writtenWidth,
    writtenWidth,
    width,
  }));
}

function shardsAtOnce(tasks: readonly ShardToFinish[], memory: number): number {
  const largest = Math.max(...tasks.map(memoryOf));
  if (largest <= memory) return Math.floor(memory / largest);
  throw new RoteError(
    "count/limit",
    `sorting a shard takes ${Math.ceil(largest / 1e6)} MB of memory, and ${Math.floor(memory / 1e6)} MB may be taken; ` +
      `allow more with --memory, or remove the unfinished folder and build at least ${Math.ceil((tasks.length * largest) / memory)} --shards`,
    { needed: largest, memory },
  );
}

/** The tokens twice, as read and as sorted, and what sorting takes besides. */
function memoryOf({ tokens, width }: ShardToFinish): number {
  return tokens * width + sortingBytes(tokens, width);
}
