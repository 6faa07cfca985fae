/** A worker thread that trains models on one core, one after the other. */
import { answerRequests } from "../../base/worker-pool.ts";
import type { TrainingConfig } from "../../models/training/config.ts";
import { trainModel, type TrainingSummary } from "../../models/training/train.ts";

/** A model to be trained into a folder, or to be trained on. */
export interface TrainRequest {
  readonly config: TrainingConfig;
  readonly out: string;
}

answerRequests(({ config, out }: TrainRequest): Promise<TrainingSummary> =>
  trainModel(config, { out, resume: true, threads: 1 }),
);
