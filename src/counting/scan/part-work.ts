/**
 * What the threads of a scan do next. Parts are begun in the order of the files; the chunks of streams
 * go to whoever is free. An error ends the scan when everything before it in the files is counted, so
 * that the first error of the corpus is the one that is told, whatever the number of threads.
 */
import type { Failure } from "../../base/failure.ts";
import type { CorpusPart, StreamPart } from "../../corpus/parts.ts";
import type { PartResult } from "./count-part.ts";
import type { Job } from "./counter-threads.ts";
import type { PartLedger } from "./part-ledger.ts";
import { StreamFeed, type StreamSource } from "./stream-feed.ts";

/** A job, and the part it belongs to. */
export interface Assignment {
  readonly part: number;
  readonly job: Job;
  /** The stream it was taken from. */
  readonly feed?: StreamFeed;
}

/** What is wrong with the corpus, and where: in which part, and how far into it. */
export interface FoundFailure {
  readonly part: number;
  readonly at: number;
  readonly failure: Failure;
}

export interface PartWorkOptions {
  readonly parts: readonly CorpusPart[];
  readonly ledger: PartLedger;
  /** Streams that are read at a time. */
  readonly streams: number;
  readonly openStream: (part: StreamPart, number: number) => StreamSource;
  readonly onStored: (bytes: number) => void;
}

export class PartWork {
  readonly #options: PartWorkOptions;
  readonly #numbers: number[];
  readonly #feeds = new Set<StreamFeed>();
  #failure: FoundFailure | undefined;
  #isStopped = false;
  readonly #changed = new Signal();

  constructor(options: PartWorkOptions) {
    this.#options = options;
    this.#numbers = options.ledger.numbers.filter((part) => !options.ledger.isDone(part)).reverse();
  }

  get failure(): FoundFailure | undefined {
    return this.#failure;
  }

  /** Parts behind this one are no longer wanted. */
  get lastWanted(): number {
    if (this.#isStopped) return -1;
    return this.#failure?.part ?? Infinity;
  }

  /** The next job; undefined where there is none left to take. */
  async next(): Promise<Assignment | undefined> {
    for (;;) {
      const changed = this.#changed.wait();
      const assignment = this.#takeChunk() ?? this.#takePart() ?? this.#takeChunk();
      if (assignment !== undefined || this.#feeds.size === 0) return assignment;
      await changed;
    }
  }

  /** Note what was counted of a job. */
  finish({ part, job, feed }: Assignment, result: PartResult): void {
    const { ledger } = this.#options;
    ledger.add(part, result);
    if (result.failure !== undefined)
      this.#fail({ part, at: job.kind === "chunk" ? job.chunk.start : 0, failure: result.failure });
    if (feed !== undefined) {
      feed.outstanding -= 1;
      this.#settle(feed);
    }
    this.#changed.send();
  }

  /** Take nothing more. */
  stop(): void {
    this.#isStopped = true;
    this.#closeUnwanted();
  }

  #takeChunk(): Assignment | undefined {
    for (const feed of this.#feeds) {
      if (!feed.hasChunk) continue;
      feed.outstanding += 1;
      const { part, file } = feed;
      return { part, feed, job: { kind: "chunk", file, chunk: feed.take() } };
    }
    return undefined;
  }

  /** Begin the next part, and on the way as many streams as may be open. */
  #takePart(): Assignment | undefined {
    const { parts, ledger, streams } = this.#options;
    for (;;) {
      const number = this.#numbers.at(-1);
      if (number === undefined || number > this.lastWanted) return undefined;
      const part = parts[number]!;
      if (part.kind === "stream" && this.#feeds.size >= streams) return undefined;
      this.#numbers.pop();
      if (part.kind !== "stream")
        return { part: number, job: { kind: "part", part, before: ledger.before(number) } };
      this.#open(part, number);
    }
  }

  #open(part: StreamPart, number: number): void {
    const { openStream, onStored } = this.#options;
    const source = openStream(part, number);
    const feed = new StreamFeed({ part: number, file: part.file }, source, (stored) => {
      onStored(stored);
      this.#settle(feed);
      this.#changed.send();
    });
    this.#feeds.add(feed);
  }

  /** Close a stream of which everything is counted. */
  #settle(feed: StreamFeed): void {
    if (!feed.isEnded || feed.hasChunk || feed.outstanding > 0) return;
    this.#feeds.delete(feed);
    if (feed.failure !== undefined)
      this.#fail({ part: feed.part, at: Infinity, failure: feed.failure });
    else if (feed.end !== undefined && this.#failure?.part !== feed.part)
      this.#options.ledger.endStream(feed.part, feed.end);
  }

  #fail(failure: FoundFailure): void {
    const known = this.#failure;
    const isEarlier =
      known === undefined ||
      failure.part < known.part ||
      (failure.part === known.part && failure.at < known.at);
    if (isEarlier) this.#failure = failure;
    this.#closeUnwanted();
  }

  #closeUnwanted(): void {
    for (const feed of this.#feeds) {
      if (feed.part < this.lastWanted) continue;
      feed.close();
      this.#settle(feed);
    }
    this.#changed.send();
  }
}

/** Wakes those who wait for a change. */
class Signal {
  #waiting: (() => void)[] = [];

  wait(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  send(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
