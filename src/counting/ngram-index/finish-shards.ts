/** The second half of a build: every shard sorted, several at once where memory allows. */
import { totalmem } from "node:os";
import { RoteError } from "../../base/errors.ts";
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
import { partSortingBytes } from "./sort-in-parts.ts";
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
  const least = partSortingBytes(tokens, width);
  if (least <= memory) return Math.max(1, Math.floor(memory / wholeSortingBytes(tokens, width)));
  throw new RoteError(
    "count/limit",
    `sorting a shard of ${tokens} tokens takes at least ${Math.ceil(least / 1e6)} MB of memory, and ${Math.floor(memory / 1e6)} MB may be taken; ` +
      `allow more with --memory, or remove the unfinished folder and ask for at least ${Math.ceil((tasks.length * least) / memory)} --shards`,
    { tokens, needed: least, memory },
  );
}
