/** How fast models are trained on this machine: a few steps on each shape, as many at once as there are threads. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { orAborted } from "../../base/abort.ts";
import { writeLines } from "../../base/files.ts";
import type { LongWork } from "../../base/progress.ts";
import { parseTrainingConfig } from "../../models/training/config.ts";
import { batchSize, sequenceLength, type ShapeName, shapes } from "./suite.ts";
import { openTrainPool } from "./train-pool.ts";

/** Tokens a second of all threads together, by shape. */
export type TrainingRates = Readonly<Partial<Record<ShapeName, number>>>;

export interface MeasureRatesOptions extends Pick<LongWork, "signal"> {
  /** Models trained at once. */
  readonly jobs: number;
  /** A tokenizer.json or its folder; what the steps read is of no matter to their time. */
  readonly tokenizer: string;
}

/** Text enough for a step, whatever the tokenizer. */
const TEXT = "the rate of a step ".repeat(batchSize * sequenceLength);

/** Measure the rates of shapes; some seconds for each. */
export async function measureRates(
  names: Iterable<ShapeName>,
  { jobs, tokenizer, signal }: MeasureRatesOptions,
): Promise<TrainingRates> {
  const folder = await mkdtemp(join(tmpdir(), "rote-rates-"));
  try {
    await writeLines(join(folder, "text.jsonl"), [JSON.stringify({ text: TEXT })]);
    await using pool = openTrainPool(jobs);
    const rates: Partial<Record<ShapeName, number>> = {};
    for (const name of new Set(names)) {
      const training = {
        corpus: { files: "text.jsonl" },
        tokenizer: resolve(tokenizer),
        shape: { ...shapes[name], maximumLength: sequenceLength },
        schedule: { steps: 1, batchSize },
      };
      const config = parseTrainingConfig(training, { folder });
      rates[name] = await orAborted(pool.measureRate(config), signal);
    }
    return rates;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
