import type { OnProgress } from "../base/progress.ts";
import type { CommandIo } from "./io.ts";

/** Times a pass over a corpus from its first report of progress, before which tables are made. */
export class PassTimer {
  readonly #io: Pick<CommandIo, "now" | "onProgress">;
  #start: number | undefined;
  #end: number | undefined;
  #firstByte = 0;
  #lastByte = 0;

  constructor(io: Pick<CommandIo, "now" | "onProgress">) {
    this.#io = io;
  }

  readonly onProgress: OnProgress = (progress) => {
    if (this.#start === undefined) {
      this.#start = this.#io.now();
      this.#firstByte = progress.done;
    }
    this.#lastByte = progress.done;
    this.#io.onProgress(progress);
  };

  /** Say that the pass is over. */
  stop(): void {
    this.#end = this.#io.now();
  }

  /** When reading began, in milliseconds of the world's clock. */
  get start(): number {
    return this.#start ?? this.#io.now();
  }

  get end(): number {
    return this.#end ?? this.#io.now();
  }

  get seconds(): number {
    return (this.end - this.start) / 1000;
  }

  /** Bytes read: less than the corpus has where the pass went on with an earlier one. */
  get bytes(): number {
    return this.#lastByte - this.#firstByte;
  }
}
