/** The second half of a build: every shard sorted, several at once where memory allows. */
import type { LongWork } from "../../base/progress.ts";
import { saveBuildState } from "./build-state.ts";
import {
  type FinishedShard,
  finishShard,
  type ShardToFinish,
  wholeSortingBytes,
} from "./finish-shard.ts";
import type { TokenWidth } from "./format.ts";
import { runShards } from "./run-shards.ts";
import { requireSortable } from "./shard-limits.ts";
import type { ReadState } from "./write-tokens.ts";

export interface FinishOptions extends LongWork {
  readonly folder: string;
  /** Bytes a token as it was written. */
  readonly writtenWidth: TokenWidth;
  readonly jobs: number;
  /** Bytes that sorting may take. */
  readonly memory: number;
}

/** Finish the shards that are not finished; each is written down as soon as it is. */
export async function finishShards(
  read: ReadState,
  { folder, writtenWidth, jobs, memory, signal, onProgress }: FinishOptions,
): Promise<readonly FinishedShard[]> {
  const finished = [...read.finished];
  const tasks = shardTasks(read, folder, writtenWidth);
  const total = tasks.reduce((sum, { tokens }) => sum + tokens, 0);
  const report = (): void => {
    const done = finished.reduce((sum, shard) => sum + (shard?.tokens ?? 0), 0);
    onProgress?.({ stage: "sort suffixes", done, total, unit: "tokens" });
  };
  report();
  const threads = Math.min(jobs, shardsAtOnce(tasks, memory));
  await runShards(
    tasks
      .filter(({ shard }) => finished[shard] === null)
      .map((task) => ({ ...task, memory: memory / threads })),
    {
      module: new URL("./finish-worker.js", import.meta.url),
      work: finishShard,
      byteLength: total * writtenWidth,
      threads,
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

type Planned = Omit<ShardToFinish, "memory">;

function shardTasks(
  { documents, lengths, source: { width } }: ReadState,
  folder: string,
  writtenWidth: TokenWidth,
): Planned[] {
  return lengths.map(({ tokenized }, shard) => ({
    folder,
    shard,
    documents: Math.ceil((documents - shard) / lengths.length),
    tokens: tokenized / writtenWidth,
    writtenWidth,
    width,
  }));
}

/** As many shards at once as can be sorted whole; where not even one can, one at a time, in parts. */
function shardsAtOnce(tasks: readonly Planned[], memory: number): number {
  const largest = tasks.reduce((one, other) => (other.tokens > one.tokens ? other : one));
  const { tokens, width } = largest;
  requireSortable({ ...largest, shards: tasks.length, memory });
  return Math.max(1, Math.floor(memory / wholeSortingBytes(tokens, width)));
}
