/**
 * The threads of a scan: workers, or the calling thread where a corpus is small. Each counts one job
 * at a time; while a long part is counted it looks, between two pieces, at its word of `control`.
 */
import { Worker } from "node:worker_threads";
import { RoteError } from "../../base/errors.ts";
import { asError, type Failure } from "../../base/failure.ts";
import type { StreamChunk } from "../../corpus/line-stream.ts";
import type { CorpusPart, StreamPart } from "../../corpus/parts.ts";
import type { CorpusReading } from "../../corpus/read-part.ts";
import { type PartBefore, type PartControl, PartCounter, type PartResult } from "./count-part.ts";
import { type CounterPlan, TextCounter } from "./text-counter.ts";

/** Something to count. */
export type Job =
  | {
      readonly kind: "part";
      readonly part: Exclude<CorpusPart, StreamPart>;
      readonly before: PartBefore;
    }
  | { readonly kind: "chunk"; readonly file: number; readonly chunk: StreamChunk }
  | { readonly kind: "texts"; readonly texts: readonly string[] };

/** What a thread is told while it counts a part. */
export const signs = { goOn: 0, pause: 1, stop: 2 } as const;
export type Sign = (typeof signs)[keyof typeof signs];

/** What the threads of a scan share. Can be sent to a worker. */
export interface ThreadSetting {
  /** A plan for each thread, over one memory. */
  readonly counters: readonly CounterPlan[];
  readonly reading: CorpusReading;
  /** A sign for each thread. */
  readonly control: Int32Array;
  /** Stored bytes read by all threads. */
  readonly bytes: BigInt64Array;
}

/** Called by a thread that has paused, with what it has counted of its part so far. */
export type OnPause = (soFar: PartResult) => void;

export interface CounterThread extends AsyncDisposable {
  readonly index: number;
  /** Count a job; the result of one that is told to stop is what it has counted. */
  count(job: Job, onPause: OnPause): Promise<PartResult>;
  /** Let a thread that has paused go on. */
  goOn(): void;
  /** Add everything counted so far to the totals. Not while a job is counted, but in a pause. */
  flush(): Promise<void>;
}

/** Counts what it is given, on the thread it was made on. */
export class ThreadCounter {
  readonly #counter: PartCounter;
  readonly #setting: ThreadSetting;
  readonly #index: number;
  #goOn: (() => void) | undefined;

  constructor(setting: ThreadSetting, index: number) {
    this.#counter = new PartCounter(new TextCounter(setting.counters[index]!), setting.reading);
    this.#setting = setting;
    this.#index = index;
  }

  count(job: Job, onPause: OnPause): Promise<PartResult> | PartResult {
    if (job.kind === "chunk") return this.#counter.countChunk(job.file, job.chunk);
    if (job.kind === "texts") return this.#counter.countTexts(job.texts);
    return this.#counter.countPart(job.part, job.before, this.#control(onPause));
  }

  goOn(): void {
    this.#goOn?.();
  }

  flush(): void {
    this.#counter.flush();
  }

  #control(onPause: OnPause): PartControl {
    const { control, bytes } = this.#setting;
    return {
      onBytes: (stored) => Atomics.add(bytes, 0, BigInt(stored)),
      goesOn: async (soFar) => {
        for (;;) {
          const sign = Atomics.load(control, this.#index) as Sign;
          if (sign !== signs.pause) return sign === signs.goOn;
          // Told to go on, a thread may find that it is to pause again.
          await new Promise<void>((resolve) => {
            this.#goOn = resolve;
            onPause(soFar());
          });
        }
      },
    };
  }
}

/** The calling thread as a thread of the scan. */
export function countHere(setting: ThreadSetting): CounterThread {
  const counter = new ThreadCounter(setting, 0);
  return {
    index: 0,
    // Between two jobs, so that a timer or a signal is not kept waiting by a stream of small ones.
    count: async (job, onPause) => {
      await new Promise(setImmediate);
      return counter.count(job, onPause);
    },
    goOn: () => {
      counter.goOn();
    },
    flush: async () => {
      await Promise.resolve();
      counter.flush();
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

export type ThreadRequest =
  | { readonly do: "begin"; readonly setting: ThreadSetting; readonly index: number }
  | { readonly do: "count"; readonly job: Job }
  | { readonly do: "goOn" }
  | { readonly do: "flush" };

export type ThreadAnswer =
  | { readonly counted: PartResult }
  | { readonly paused: PartResult }
  | { readonly flushed: true }
  | { readonly notFlushed: Failure };

/** A worker that loads while what it will count is still being prepared. */
export interface IdleWorker extends AsyncDisposable {
  begin(setting: ThreadSetting, index: number): CounterThread;
}

/** Start a worker of a scan. */
export function startWorker(): IdleWorker {
  const worker = new Worker(new URL("./scan-worker.js", import.meta.url));
  // Before it begins nobody waits for it; its failure is met by whoever sends it something.
  let failure: { readonly error: unknown } | undefined;
  worker.on("error", (error) => (failure ??= { error }));
  return {
    begin(setting, index) {
      if (failure !== undefined) throw failure.error;
      return threadOf(worker, setting, index);
    },
    [Symbol.asyncDispose]: async () => {
      await worker.terminate();
    },
  };
}

function threadOf(worker: Worker, setting: ThreadSetting, index: number): CounterThread {
  const waiting: { counted?: Waiting<PartResult>; flushed?: Waiting<true> } = {};
  let onPaused: OnPause | undefined;
  let failure: { readonly error: unknown } | undefined;
  const fail = (error: unknown): void => {
    failure ??= { error };
    waiting.counted?.reject(error);
    waiting.flushed?.reject(error);
  };
  worker.on("message", (answer: ThreadAnswer) => {
    if ("counted" in answer) waiting.counted?.resolve(answer.counted);
    else if ("paused" in answer) onPaused?.(answer.paused);
    else if ("flushed" in answer) waiting.flushed?.resolve(answer.flushed);
    else waiting.flushed?.reject(asError(answer.notFlushed));
  });
  worker.on("error", fail);
  worker.on("exit", (code) => {
    fail(new RoteError("internal", `a counting thread ended with code ${code}`));
  });
  const send = (request: ThreadRequest, transfer: readonly ArrayBuffer[] = []): void => {
    if (failure !== undefined) throw failure.error;
    worker.postMessage(request, transfer);
  };
  send({ do: "begin", setting, index });
  return {
    index,
    count: (job, onPause) =>
      new Promise((resolve, reject) => {
        onPaused = onPause;
        waiting.counted = { resolve, reject };
        send({ do: "count", job }, job.kind === "chunk" ? [job.chunk.bytes.buffer] : []);
      }),
    goOn: () => {
      send({ do: "goOn" });
    },
    flush: async () => {
      await new Promise<true>((resolve, reject) => {
        waiting.flushed = { resolve, reject };
        send({ do: "flush" });
      });
    },
    [Symbol.asyncDispose]: async () => {
      await worker.terminate();
    },
  };
}

interface Waiting<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}
