/**
 * Threads that answer requests, so that a long one holds up neither the server nor, while there is
 * another thread, other requests. A thread that takes longer than allowed is ended, and a new one
 * takes its place; so nothing that is asked can occupy it for ever. Where no other can be started, each
 * request that waits has another try, and is told so where no thread is left.
 */
import { Worker } from "node:worker_threads";
import { messageOf, RoteError } from "../base/errors.ts";
import type { AnswerWork, ThreadAnswer, ThreadStart } from "./answer-worker.ts";

export interface AnswerThreadsOptions {
  readonly threads: number;
  /** Of one group of requests, from when a thread takes it up. */
  readonly timeLimitMs: number;
  /** Groups that may wait for a thread. */
  readonly waiting: number;
  /** Told why a thread could not be started in place of another. */
  readonly onFailure?: ((message: string) => void) | undefined;
}

/** Requests are answered by none of the threads. */
export class Unavailable extends Error {
  override readonly name = "Unavailable";
}

interface Group {
  readonly requests: readonly unknown[];
  readonly signal: AbortSignal;
  readonly resolve: (answers: readonly ThreadAnswer[]) => void;
  readonly reject: (error: unknown) => void;
}

export class AnswerThreads implements AsyncDisposable {
  readonly #work: AnswerWork;
  readonly #options: AnswerThreadsOptions;
  readonly #workers = new Set<Worker>();
  readonly #idle: Worker[] = [];
  readonly #queue: Group[] = [];
  #isClosed = false;

  private constructor(work: AnswerWork, options: AnswerThreadsOptions) {
    this.#work = work;
    this.#options = options;
  }

  /** Start the threads; an index that cannot be opened is an error here. */
  static async start(work: AnswerWork, options: AnswerThreadsOptions): Promise<AnswerThreads> {
    const threads = new AnswerThreads(work, options);
    try {
      // One after another: what is wrong with an index is said once.
      for (let i = 0; i < options.threads; i++) threads.#idle.push(await threads.#startWorker());
    } catch (error) {
      await threads[Symbol.asyncDispose]();
      throw error;
    }
    return threads;
  }

  /**
   * Answer requests, in their order: the first ones at least, where the answers are large; the others
   * are to be asked again. What waits is dropped when the signal aborts.
   */
  async answer(
    requests: readonly unknown[],
    signal: AbortSignal,
  ): Promise<readonly ThreadAnswer[]> {
    if (this.#queue.length >= this.#options.waiting)
      throw new Unavailable("too many requests are waiting; ask again later");
    return new Promise((resolve, reject) => {
      this.#queue.push({ requests, signal, resolve, reject });
      this.#dispatch();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#turnAway("the server ends");
    await Promise.all([...this.#workers].map((worker) => worker.terminate()));
  }

  #dispatch(): void {
    while (this.#idle.length > 0) {
      const group = this.#queue.shift();
      if (group === undefined) return;
      if (group.signal.aborted) group.reject(group.signal.reason);
      else void this.#answerIn(this.#idle.pop()!, group);
    }
    if (this.#queue.length > 0) void this.#replace();
  }

  /** Give a group to a thread; the thread, or one in its place, is idle again afterwards. */
  async #answerIn(worker: Worker, { requests, resolve, reject }: Group): Promise<void> {
    const { timeLimitMs } = this.#options;
    try {
      resolve(await ask(worker, requests, timeLimitMs));
      if (this.#workers.has(worker)) this.#idle.push(worker);
      this.#dispatch();
    } catch (error) {
      reject(error);
      await worker.terminate();
      await this.#replace();
    }
  }

  /** Start a thread where one is missing; where that fails and none is left, what waits is told so. */
  async #replace(): Promise<void> {
    if (!this.#isShort()) return;
    try {
      this.#idle.push(await this.#startWorker());
      this.#dispatch();
    } catch (error) {
      if (this.#isClosed) return;
      this.#options.onFailure?.(`no thread can be started: ${messageOf(error)}`);
      if (this.#workers.size === 0) this.#turnAway("the server cannot answer; ask again later");
    }
  }

  #isShort(): boolean {
    return !this.#isClosed && this.#workers.size < this.#options.threads;
  }

  #turnAway(reason: string): void {
    for (const { reject } of this.#queue.splice(0)) reject(new Unavailable(reason));
  }

  async #startWorker(): Promise<Worker> {
    const worker = new Worker(new URL("./answer-worker.js", import.meta.url), {
      workerData: this.#work,
    });
    this.#workers.add(worker);
    worker.on("error", () => undefined); // whoever waits for the thread hears of it
    worker.once("exit", () => {
      this.#workers.delete(worker);
      const place = this.#idle.indexOf(worker);
      if (place !== -1) this.#idle.splice(place, 1);
    });
    try {
      const { error } = (await nextMessage(worker)) as ThreadStart;
      if (error !== undefined) throw new RoteError(error.code, error.message);
      return worker;
    } catch (error) {
      await worker.terminate();
      throw error;
    }
  }
}

async function ask(
  worker: Worker,
  requests: readonly unknown[],
  timeLimitMs: number,
): Promise<readonly ThreadAnswer[]> {
  const answers = nextMessage(worker);
  worker.postMessage(requests);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Unavailable(`stopped: it took longer than ${timeLimitMs / 1000} s`));
    }, timeLimitMs);
  });
  try {
    return (await Promise.race([answers, late])) as readonly ThreadAnswer[];
  } finally {
    clearTimeout(timer);
    answers.catch(() => undefined);
  }
}

/** What a thread says next; an error where it ends instead. */
async function nextMessage(worker: Worker): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number): void => {
      settle(() => {
        reject(new RoteError("internal", `a thread of the server ended with code ${code}`));
      });
    };
    const onError = (error: Error): void => {
      settle(() => {
        reject(error);
      });
    };
    const onMessage = (message: unknown): void => {
      settle(() => {
        resolve(message);
      });
    };
    const settle = (end: () => void): void => {
      worker.off("message", onMessage).off("exit", onExit).off("error", onError);
      end();
    };
    worker.once("message", onMessage).once("exit", onExit).once("error", onError);
  });
}
