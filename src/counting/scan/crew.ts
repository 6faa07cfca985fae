import type { CorpusReading } from "../../corpus/read-part.ts";
import type { PairCounts } from "../count-engine.ts";
import {
  countHere,
  type CounterThread,
  type IdleWorker,
  signs,
  startWorker,
  type ThreadSetting,
} from "./counter-threads.ts";
import { type CountedQuery, type PreparedScan, prepareScan } from "./prepare-scan.ts";

/** The threads of a scan and what they share. */
export class Crew implements AsyncDisposable {
  readonly threads: readonly CounterThread[];
  readonly #prepared: PreparedScan;
  readonly #control: Int32Array;
  readonly #bytes = new BigInt64Array(new SharedArrayBuffer(8));

  /**
   * No jobs: this thread alone. `prepare` makes the question's tables while the workers load; those
   * for which there is no room in memory end, and all where it throws.
   */
  static async start(
    reading: CorpusReading,
    prepare: () => Omit<CountedQuery, "field">,
    jobs: number,
  ): Promise<Crew> {
    const workers = Array.from({ length: jobs }, startWorker);
    const dismiss = async (from: number): Promise<void> => {
      await Promise.all(workers.slice(from).map((worker) => worker[Symbol.asyncDispose]()));
    };
    try {
      const crew = new Crew(reading, prepare(), workers);
      await dismiss(crew.threads.length);
      return crew;
    } catch (error) {
      await dismiss(0);
      throw error;
    }
  }

  private constructor(
    reading: CorpusReading,
    query: Omit<CountedQuery, "field">,
    workers: readonly IdleWorker[],
  ) {
    const count = Math.max(1, workers.length);
    this.#prepared = prepareScan({ ...query, field: reading.field }, { jobs: count });
    this.#control = new Int32Array(new SharedArrayBuffer(4 * count));
    const [counters, control, bytes] = [this.#prepared.plans, this.#control, this.#bytes];
    const setting: ThreadSetting = { counters, reading, control, bytes };
    this.threads =
      workers.length === 0
        ? [countHere(setting)]
        : counters.map((_, index) => workers[index]!.begin(setting, index));
  }

  get bytes(): number {
    return Number(Atomics.load(this.#bytes, 0));
  }

  addBytes(bytes: number): void {
    Atomics.add(this.#bytes, 0, BigInt(bytes));
  }

  sign(thread: CounterThread, sign: keyof typeof signs): void {
    Atomics.store(this.#control, thread.index, signs[sign]);
  }

  /** Add up what all threads have counted. */
  async flush(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.flush()));
  }

  totals(): PairCounts {
    return this.#prepared.totals();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread[Symbol.asyncDispose]()));
  }
}
