import type { OnProgress } from "../../base/progress.ts";

/**
 * Progress of requests that are scored in several calls, each of which counts its own tokens. How
 * many there are in all is taken from how many the requests so far had.
 */
export class ScoreProgress {
  readonly #onProgress: OnProgress;
  /** Requests to come in all; undefined where that is not known. */
  readonly #requests: number | undefined;
  #begun = 0;
  #done = 0;

  constructor(onProgress: OnProgress, requests: number | undefined) {
    this.#onProgress = onProgress;
    this.#requests = requests;
  }

  /** What a call about so many requests reports to. */
  call(count: number): OnProgress {
    const before = this.#done;
    this.#begun += count;
    return ({ done, total = done, ...progress }) => {
      this.#done = before + done;
      const known = before + total;
      const share = this.#requests === undefined ? undefined : this.#requests / this.#begun;
      this.#onProgress({
        ...progress,
        done: this.#done,
        ...(share === undefined ? {} : { total: Math.round(known * Math.max(1, share)) }),
      });
    };
  }
}
