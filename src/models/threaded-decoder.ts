/** A decoder that runs in a thread of its own, so that the thread that asks stays responsive. */
import { createWorkerPool, type WorkerPool } from "../base/worker-pool.ts";
import type { DecoderDescription, DecoderRequest, DecoderThreadData } from "./decoder-worker.ts";
import type { OpenDecoderOptions } from "./open-decoder.ts";
import type { GrowingSequences, TokenModel, TokenScores } from "./token-model.ts";

/** Open a model folder like `openDecoder`, in a thread that ends when the model is disposed of. */
export async function openDecoderThread(
  folder: string,
  options: OpenDecoderOptions = {},
): Promise<TokenModel> {
  const workerData: DecoderThreadData = { folder, options };
  const thread = createWorkerPool<DecoderRequest, unknown>(
    new URL("./decoder-worker.js", import.meta.url),
    { size: 1, workerData },
  );
  try {
    return threadedModel(thread, (await thread.run({ kind: "describe" })) as DecoderDescription);
  } catch (error) {
    await thread[Symbol.asyncDispose]();
    throw error;
  }
}

type Thread = WorkerPool<DecoderRequest, unknown>;

function threadedModel(
  thread: Thread,
  { bytesPerToken, ...description }: DecoderDescription,
): TokenModel {
  return {
    ...description,
    run: async (rows, options = {}) =>
      (await thread.run({ kind: "run", rows, options })) as readonly TokenScores[],
    lastLogits: async (batch) => (await thread.run({ kind: "lastLogits", batch })) as Float32Array,
    growing: { bytesPerToken, start: (count) => startSequences(thread, count) },
    async [Symbol.asyncDispose]() {
      // Who waited for a thread that has died was told so, and it holds nothing any more.
      await thread.run({ kind: "close" }).catch(() => undefined);
      await thread[Symbol.asyncDispose]();
    },
  };
}

/** Rows to be kept are told with the next ids: `keep` has nothing to wait for. */
async function startSequences(thread: Thread, count: number): Promise<GrowingSequences> {
  const sequences = (await thread.run({ kind: "start", count })) as number;
  let keep: readonly number[] | undefined;
  return {
    async read(ids) {
      const request = { kind: "read", sequences, ids, ...(keep && { keep }) } as const;
      keep = undefined;
      return (await thread.run(request)) as Float32Array;
    },
    keep(rows) {
      keep = keep === undefined ? rows : rows.map((row) => keep![row]!);
    },
    [Symbol.dispose]() {
      // A thread that has ended keeps nothing.
      thread.run({ kind: "end", sequences }).catch(() => undefined);
    },
  };
}
