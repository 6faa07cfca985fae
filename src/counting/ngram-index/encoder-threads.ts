/**
 * Texts to tokens in the order they come, in worker threads once there is enough to do. Memory holds
 * at most three batches a thread.
 */
import { createWorkerPool, type WorkerPool } from "../../base/worker-pool.ts";
import {
  createEncoder,
  type EncodedTexts,
  type EncoderPlan,
  type EncodeTexts,
} from "./encode-texts.ts";

/** Texts that are encoded together, and what stays with them meanwhile. */
export interface TextBatch<T> {
  readonly texts: readonly string[];
  readonly rest: T;
}

export interface EncoderOptions {
  readonly jobs: number;
  /** Characters that are encoded in this thread before others are started. */
  readonly alone: number;
}

/** Encode batches; results come in the order of the batches. */
export async function* encodeInOrder<T>(
  batches: AsyncIterable<TextBatch<T>>,
  plan: EncoderPlan,
  { jobs, alone }: EncoderOptions,
): AsyncGenerator<{ readonly encoded: EncodedTexts; readonly rest: T }> {
  // Thread ids begin at 1 in workers.
  let here: EncodeTexts | undefined;
  let characters = 0;
  await using threads = new Threads(plan, jobs);
  const waiting: { readonly encoded: Promise<EncodedTexts>; readonly rest: T }[] = [];
  for await (const { texts, rest } of batches) {
    if (characters < alone) {
      here ??= await createEncoder(plan, 0);
      characters += texts.reduce((sum, text) => sum + text.length, 0);
      // They prepare themselves while this thread goes on.
      if (characters >= alone / 8) threads.start();
      yield { encoded: here(texts), rest };
      continue;
    }
    waiting.push({ encoded: threads.encode(texts), rest });
    if (waiting.length > 2 * jobs) yield await settled(waiting.shift()!);
  }
  for (const each of waiting) yield await settled(each);
}

class Threads implements AsyncDisposable {
  #pool: WorkerPool<readonly string[], EncodedTexts> | undefined;
  readonly #plan: EncoderPlan;
  readonly #size: number;

  constructor(plan: EncoderPlan, size: number) {
    this.#plan = plan;
    this.#size = size;
  }

  start(): WorkerPool<readonly string[], EncodedTexts> {
    return (this.#pool ??= createWorkerPool(new URL("./encode-worker.js", import.meta.url), {
      size: this.#size,
      workerData: this.#plan,
    }));
  }

  encode(texts: readonly string[]): Promise<EncodedTexts> {
    const encoded = this.start().run(texts);
    // It is awaited in its turn; until then, a failure waits.
    encoded.catch(() => undefined);
    return encoded;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool?.[Symbol.asyncDispose]();
  }
}

async function settled<T>(batch: {
  readonly encoded: Promise<EncodedTexts>;
  readonly rest: T;
}): Promise<{ readonly encoded: EncodedTexts; readonly rest: T }> {
  return { encoded: await batch.encoded, rest: batch.rest };
}
