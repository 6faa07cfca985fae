/**
 * The course of one scan: its threads at work, its checkpoints, its end.
 *
 * At a checkpoint every thread comes to a pause between two pieces of text, and adds what it has counted
 * to the totals: totals and progress then tell of the same documents, and are saved together.
 */
import type { LongWork } from "../../base/progress.ts";
import type { PartResult } from "./count-part.ts";
import type { CounterThread, OnPause } from "./counter-threads.ts";
import type { Crew } from "./crew.ts";
import type { PartLedger } from "./part-ledger.ts";
import type { Assignment, FoundFailure, PartWork } from "./part-work.ts";
import type { Checkpoint } from "./scan-progress.ts";

export interface CourseOptions extends Pick<LongWork, "signal"> {
  readonly checkpoint?: Checkpoint | undefined;
}

export class ScanCourse {
  readonly #crew: Crew;
  readonly #work: PartWork;
  readonly #ledger: PartLedger;
  readonly #options: CourseOptions;
  /** What each thread that counts just now is at. */
  readonly #busy = new Map<CounterThread, Assignment>();
  /** Results so far of threads that have paused. */
  readonly #paused = new Map<CounterThread, PartResult>();
  /** Ends with the checkpoint that is being made. */
  #checkpoint: Promise<void> | undefined;
  #onQuiet: (() => void) | undefined;

  constructor(crew: Crew, work: PartWork, ledger: PartLedger, options: CourseOptions) {
    this.#crew = crew;
    this.#work = work;
    this.#ledger = ledger;
    this.#options = options;
  }

  /** Count to the end. An error or an interruption is thrown when what was counted is saved. */
  async finish(): Promise<void> {
    const { signal, checkpoint } = this.#options;
    signal?.throwIfAborted();
    const onAbort = (): void => {
      this.#work.stop();
      this.#signAll();
    };
    signal?.addEventListener("abort", onAbort);
    let failed: { readonly error: unknown } | undefined;
    const timer =
      checkpoint &&
      setInterval(() => {
        this.#save().catch((error: unknown) => {
          failed ??= { error };
          onAbort();
        });
      }, checkpoint.seconds * 1000);
    try {
      await Promise.all(this.#crew.threads.map((thread) => this.#drive(thread)));
      await this.#checkpoint;
    } finally {
      clearInterval(timer);
      signal?.removeEventListener("abort", onAbort);
    }
    if (failed !== undefined) throw failed.error;
    const { failure } = this.#work;
    try {
      await this.#crew.flush();
    } catch (error) {
      // A thread that failed in the middle of a document cannot tell what it has counted.
      throw failure === undefined ? error : await this.#errorOf(failure);
    }
    if (failure === undefined && signal?.aborted !== true) return;
    await checkpoint?.save(this.#ledger.progress(), this.#crew.totals());
    signal?.throwIfAborted();
    if (failure !== undefined) throw await this.#errorOf(failure);
  }

  #errorOf({ part, failure }: FoundFailure): Promise<Error> {
    return this.#ledger.errorOf(part, failure);
  }

  async #drive(thread: CounterThread): Promise<void> {
    for (;;) {
      await this.#checkpoint;
      const assignment = await this.#work.next();
      if (assignment === undefined) return;
      await this.#checkpoint;
      this.#busy.set(thread, assignment);
      this.#crew.sign(thread, this.#wants(assignment) ? "goOn" : "stop");
      const result = await thread.count(assignment.job, this.#onPause(thread));
      this.#busy.delete(thread);
      this.#paused.delete(thread);
      this.#work.finish(assignment, result);
      if (result.failure !== undefined && this.#checkpoint === undefined) this.#signAll();
      this.#noteQuiet();
    }
  }

  /** Whether an assignment counts: what stands behind an error in the files does not. */
  #wants({ part }: Assignment): boolean {
    return part <= this.#work.lastWanted;
  }

  /** Let every thread go on with what is wanted, and stop with what is not. */
  #signAll(): void {
    for (const [thread, assignment] of this.#busy)
      this.#crew.sign(thread, this.#wants(assignment) ? "goOn" : "stop");
    const paused = [...this.#paused.keys()];
    this.#paused.clear();
    for (const thread of paused) thread.goOn();
  }

  #onPause(thread: CounterThread): OnPause {
    return (soFar) => {
      this.#paused.set(thread, soFar);
      this.#noteQuiet();
    };
  }

  #noteQuiet(): void {
    if (this.#paused.size === this.#busy.size) this.#onQuiet?.();
  }

  /** Let every thread come to a pause, and save what has been counted. */
  async #save(): Promise<void> {
    if (this.#checkpoint !== undefined) return;
    const saved = this.#saveQuietly();
    this.#checkpoint = saved.catch(() => undefined);
    try {
      await saved;
    } finally {
      this.#checkpoint = undefined;
    }
  }

  async #saveQuietly(): Promise<void> {
    const quiet = new Promise<void>((resolve) => (this.#onQuiet = resolve));
    for (const thread of this.#busy.keys()) this.#crew.sign(thread, "pause");
    this.#noteQuiet();
    await quiet;
    this.#onQuiet = undefined;
    const progress = this.#ledger.progress(
      new Map([...this.#paused].map(([thread, soFar]) => [this.#busy.get(thread)!.part, soFar])),
    );
    await this.#crew.flush();
    await this.#options.checkpoint?.save(progress, this.#crew.totals());
    this.#signAll();
  }
}
