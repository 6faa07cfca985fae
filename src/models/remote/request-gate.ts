/** Lets requests pass: so many at a time, so many a minute, none while the server asks for a pause. */
import { setTimeout as sleep } from "node:timers/promises";

export interface GateOptions {
  /** Requests under way at once. */
  readonly concurrency: number;
  /** Requests begun a minute; no limit where it is absent. */
  readonly requestsPerMinute?: number;
}

export class RequestGate {
  readonly #concurrency: number;
  /** Milliseconds between the beginnings of two requests. */
  readonly #spacing: number;
  #underWay = 0;
  #nextStart = 0;
  readonly #waiting: (() => void)[] = [];

  constructor({ concurrency, requestsPerMinute }: GateOptions) {
    this.#concurrency = concurrency;
    this.#spacing = requestsPerMinute === undefined ? 0 : 60_000 / requestsPerMinute;
  }

  /** Do `work` when it is its turn; the signal's reason is thrown where it aborts before. */
  async pass<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    while (this.#underWay >= this.#concurrency)
      await new Promise<void>((resume) => this.#waiting.push(resume));
    this.#underWay += 1;
    try {
      await this.#ownTurn(signal);
      return await work();
    } finally {
      this.#underWay -= 1;
      this.#waiting.shift()?.();
    }
  }

  /** Begin no request for so long. */
  pause(milliseconds: number): void {
    this.#nextStart = Math.max(this.#nextStart, performance.now() + milliseconds);
  }

  async #ownTurn(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    // A pause may begin while this request waits, hence the second look.
    for (let wait = this.#wait(); wait > 0; wait = this.#wait())
      await sleep(wait, undefined, { signal });
    this.#nextStart = performance.now() + this.#spacing;
  }

  #wait(): number {
    return Math.ceil(this.#nextStart - performance.now());
  }
}
