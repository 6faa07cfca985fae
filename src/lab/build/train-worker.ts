/** A worker thread that trains models on one core, one after the other, or measures how fast it would. */
import { answerRequests } from "../../base/worker-pool.ts";
import type { TrainingConfig } from "../../models/training/config.ts";
import { forecastTraining } from "../../models/training/forecast.ts";
import { trainModel, type TrainingSummary } from "../../models/training/train.ts";

/** A model to be trained into a folder, or to be trained on. */
export interface TrainRequest {
  readonly config: TrainingConfig;
  readonly out: string;
  /** One Int32 that gets the thousandths of the training that are done. */
  readonly thousandths: SharedArrayBuffer;
}

/** A training whose rate is to be measured. */
export interface RateRequest {
  readonly config: TrainingConfig;
}

/** A model that was trained, and how long that took since it was last gone on with. */
export interface TrainedModel extends TrainingSummary {
  readonly seconds: number;
}

answerRequests((request: TrainRequest | RateRequest): Promise<TrainedModel | number> =>
  "out" in request ? train(request) : measure(request),
);

async function train({ config, out, thousandths }: TrainRequest): Promise<TrainedModel> {
  const shared = new Int32Array(thousandths);
  const start = performance.now();
  const summary = await trainModel(config, {
    ...{ out, resume: true, threads: 1 },
    onProgress({ stage, done, total = Infinity }) {
      if (stage === "train") Atomics.store(shared, 0, Math.floor((1000 * done) / total));
    },
  });
  return { ...summary, seconds: (performance.now() - start) / 1000 };
}

async function measure({ config }: RateRequest): Promise<number> {
  return (await forecastTraining(config, { threads: 1 })).tokensPerSecond;
}
