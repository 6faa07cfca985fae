/** A stream of a corpus, read and decompressed ahead of those who count its chunks. */
import { assert } from "../../base/errors.ts";
import { asFailure, type Failure } from "../../base/failure.ts";
import { createWorkerPool, type WorkerPool } from "../../base/worker-pool.ts";
import type { CorpusFile } from "../../corpus/files.ts";
import {
  type StreamChunk,
  type StreamEnd,
  type StreamOptions,
  type StreamStep,
} from "../../corpus/line-stream.ts";
import type { StreamPart } from "../../corpus/parts.ts";
import type { StreamRequest } from "../../corpus/stream-worker.ts";

/** Where a stream's steps come from, one after another. */
export interface StreamSource {
  next(): Promise<StreamStep>;
  /** Let go of the file; nothing is asked for afterwards. */
  close(): void;
}

// One chunk waits while the next one is made.
const CHUNKS_AHEAD = 2;

/** The chunks of one stream that wait to be counted. */
export class StreamFeed {
  readonly part: number;
  readonly file: number;
  readonly #source: StreamSource;
  readonly #onChange: (stored: number) => void;
  readonly #ready: StreamChunk[] = [];
  /** Chunks that are counted just now. */
  outstanding = 0;
  /** The end of the stream. */
  end: StreamEnd | undefined;
  failure: Failure | undefined;
  #isClosed = false;
  #isReading = false;

  /** `onChange` is told whenever something new can be taken, and how many stored bytes were read for it. */
  constructor(
    { part, file }: { readonly part: number; readonly file: number },
    source: StreamSource,
    onChange: (stored: number) => void,
  ) {
    this.part = part;
    this.file = file;
    this.#source = source;
    this.#onChange = onChange;
    void this.#readAhead();
  }

  get hasChunk(): boolean {
    return this.#ready.length > 0;
  }

  /** Whether no further chunk will come. */
  get isEnded(): boolean {
    return this.#isClosed || this.end !== undefined || this.failure !== undefined;
  }

  take(): StreamChunk {
    const chunk = this.#ready.shift()!;
    void this.#readAhead();
    return chunk;
  }

  /** Read nothing more, and forget what nobody has taken. */
  close(): void {
    this.#isClosed = true;
    this.#source.close();
    this.#ready.length = 0;
    // Whoever closes a stream has not had all of it.
    this.end = undefined;
    this.failure = undefined;
  }

  async #readAhead(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    while (!this.isEnded && this.#ready.length < CHUNKS_AHEAD) {
      const stored = await this.#step();
      this.#onChange(stored);
    }
    this.#isReading = false;
  }

  async #step(): Promise<number> {
    try {
      const step = await this.#source.next();
      if (this.#isClosed) return 0;
      if ("end" in step) this.end = step.end;
      else this.#ready.push(step.chunk);
      return step.stored;
    } catch (error) {
      if (!this.#isClosed) this.failure = asFailure(error);
      return 0;
    }
  }
}

type StreamFile = Pick<CorpusFile, "path" | "compression">;

/** A stream that is read on this thread. */
export function readHere(stream: AsyncGenerator<StreamStep, undefined>): StreamSource {
  return {
    next: async () => {
      const { value } = await stream.next();
      assert(value !== undefined, "a stream is asked for what it has");
      return value;
    },
    close: () => {
      // Nobody waits for a stream that is no longer wanted, nor for its errors.
      stream.return(undefined).catch(() => undefined);
    },
  };
}

/** Workers that read streams, each one at a time. */
export class StreamWorkers implements AsyncDisposable {
  readonly #idle: StreamWorker[] = [];
  readonly #all: StreamWorker[] = [];

  open(
    { path, compression }: StreamFile,
    range: StreamPart["range"],
    options: StreamOptions,
  ): StreamSource {
    const worker = this.#idle.pop() ?? this.#start();
    const opened = worker.run({ file: { path, compression }, range, options });
    opened.catch(() => undefined); // thrown to whoever asks for the first step
    return {
      next: async () => {
        try {
          await opened;
          const step = await worker.run("next");
          assert(step !== null, "a stream's worker answers with a step");
          if ("end" in step) this.#idle.push(worker);
          return step;
        } catch (error) {
          this.#idle.push(worker);
          throw error;
        }
      },
      // A worker that is in the middle of a stream ends with the scan.
      close: () => undefined,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#all.map((worker) => worker[Symbol.asyncDispose]()));
  }

  #start(): StreamWorker {
    const url = new URL("../../corpus/stream-worker.js", import.meta.url);
    const worker = createWorkerPool<StreamRequest, StreamStep | null>(url, { size: 1 });
    this.#all.push(worker);
    return worker;
  }
}

type StreamWorker = WorkerPool<StreamRequest, StreamStep | null>;
