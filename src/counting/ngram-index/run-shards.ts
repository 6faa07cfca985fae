/** Work on every shard of an index, in worker threads where there is enough of it. */
import { orAborted } from "../../base/abort.ts";
import { createWorkerPool } from "../../base/worker-pool.ts";

/** Bytes of tokens that are worked on in this thread: starting another would take longer. */
const FEW_BYTES = 1 << 20;

export interface ShardRun<Task, Result> {
  /** A worker module that answers with what `work` gives. */
  readonly module: URL;
  readonly work: (task: Task) => Promise<Result> | Result;
  /** Bytes of tokens of all tasks. */
  readonly byteLength: number;
  readonly threads: number;
  readonly signal?: AbortSignal | undefined;
  /** Called as each is done. */
  readonly onResult: (result: Result, task: Task) => Promise<void> | void;
}

export async function runShards<Task, Result>(
  tasks: readonly Task[],
  { module, work, byteLength, threads, signal, onResult }: ShardRun<Task, Result>,
): Promise<void> {
  if (byteLength <= FEW_BYTES) {
    for (const task of tasks) {
      signal?.throwIfAborted();
      await onResult(await work(task), task);
    }
    return;
  }
  await using pool = createWorkerPool<Task, Result>(module, {
    size: Math.min(threads, tasks.length),
  });
  const running = tasks.map(async (task) => {
    await onResult(await pool.run(task), task);
  });
  await orAborted(Promise.all(running), signal);
}
