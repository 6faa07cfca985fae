/** Threads that train models side by side. */
import { createWorkerPool } from "../../base/worker-pool.ts";
import type { TrainingConfig } from "../../models/training/config.ts";
import type { RateRequest, TrainedModel, TrainRequest } from "./train-worker.ts";

/** How often trainings are asked how far they are. */
const LOOK_MILLISECONDS = 500;

export interface TrainPool extends AsyncDisposable {
  /** Train a model on a free thread; `onShare` learns now and then which share of it is done. */
  train(
    request: Pick<TrainRequest, "config" | "out">,
    onShare: (share: number) => void,
  ): Promise<TrainedModel>;
  /** Tokens a second of all threads together while each trains by this configuration. */
  measureRate(config: TrainingConfig): Promise<number>;
}

/** Start threads. Letting go of the pool stops them; what they trained is saved now and then. */
export function openTrainPool(jobs: number): TrainPool {
  const worker = new URL("./train-worker.js", import.meta.url);
  const pool = createWorkerPool<TrainRequest | RateRequest, unknown>(worker, { size: jobs });
  return {
    async train(request, onShare) {
      const thousandths = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
      const shared = new Int32Array(thousandths);
      const timer = setInterval(() => {
        onShare(Atomics.load(shared, 0) / 1000);
      }, LOOK_MILLISECONDS);
      try {
        return (await pool.run({ ...request, thousandths })) as TrainedModel;
      } finally {
        clearInterval(timer);
      }
    },
    async measureRate(config) {
      const rates = (await pool.runOnEach({ config })) as readonly number[];
      return rates.reduce((sum, rate) => sum + rate, 0);
    },
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  };
}
