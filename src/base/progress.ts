/**
 * Progress of long work, as data: libraries call `onProgress`, only the command line draws it.
 */
export interface Progress {
  /** What is being done, in two or three words: "count pairs". */
  readonly stage: string;
  /** 0 where the reading of a corpus begins: rates leave out what was prepared before. */
  readonly done: number;
  /** Absent where the end is not known in advance. */
  readonly total?: number;
  /** What `done` counts: "bytes", "tokens", "pairs". */
  readonly unit: string;
  /** Where units differ so much that their rate says nothing of the time left. */
  readonly secondsLeft?: number;
  /** Documents counted so far, where that is not the unit. */
  readonly documents?: number;
}

/** Called now and then while work goes on. */
export type OnProgress = (progress: Progress) => void;

/** What every long-running function takes. */
export interface LongWork {
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
}

/** Rate and time left, from progress reports and a clock in milliseconds. */
export class ProgressMeter {
  readonly #clock: () => number;
  #start: { readonly done: number; readonly time: number } | undefined;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Units a second since the first report, and seconds left where a total is known. */
  update({ done, total }: Progress): { rate?: number; secondsLeft?: number } {
    const time = this.#clock();
    if (this.#start === undefined || done < this.#start.done) this.#start = { done, time };
    const seconds = (time - this.#start.time) / 1000;
    const rate = seconds > 0 ? (done - this.#start.done) / seconds : 0;
    if (!(rate > 0)) return {};
    return total === undefined ? { rate } : { rate, secondsLeft: Math.max(0, total - done) / rate };
  }
}
