import { RoteError } from "../../base/errors.ts";

/** How long and how fast to train. */
export interface Schedule {
  /** Where training ends: after this many tokens, steps, or passes over the data. */
  readonly length: { readonly unit: "tokens" | "steps" | "epochs"; readonly amount: number };
  readonly batchSize: number;
  readonly sequenceLength: number;
  /** The highest, reached at the end of the warm-up. */
  readonly learningRate: number;
  /** The last. */
  readonly minimumLearningRate: number;
  /** Steps of linear rise from 0; default: a twentieth of all. */
  readonly warmupSteps?: number;
  /** On matrices, embeddings included; none on biases and normalizations. */
  readonly weightDecay: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Longest gradient that is applied as it is. */
  readonly clip: number;
}

/** Optimization steps of a schedule over a number of sequences. */
export function stepCount(
  { length, batchSize, sequenceLength }: Schedule,
  sequences: number,
): number {
  if (length.unit === "steps") return length.amount;
  if (length.unit === "tokens") return Math.ceil(length.amount / (batchSize * sequenceLength));
  return Math.ceil((length.amount * sequences) / batchSize);
}

/** Learning rate of a step (counted from 1): linear warm-up, then half a cosine down to the minimum. */
export function learningRateAt(
  {
    learningRate,
    minimumLearningRate,
    warmupSteps,
  }: Pick<Schedule, "learningRate" | "minimumLearningRate" | "warmupSteps">,
  step: number,
  steps: number,
): number {
  const warmup = warmupSteps ?? Math.ceil(steps / 20);
  if (step <= warmup) return (learningRate * step) / warmup;
  const progress = (step - warmup) / Math.max(1, steps - warmup);
  const share = (1 + Math.cos(Math.PI * Math.min(1, progress))) / 2;
  return minimumLearningRate + (learningRate - minimumLearningRate) * share;
}

/** Sequences in a stream of tokens; each needs one token more than it reads, which is the next one's first. */
export function sequenceCount(tokens: number, sequenceLength: number): number {
  const count = Math.floor((tokens - 1) / sequenceLength);
  if (count >= 1) return count;
  throw new RoteError(
    "corpus/empty",
    `${tokens} tokens do not fill one sequence of ${sequenceLength}; give more text or a smaller schedule.sequenceLength`,
    { tokens, sequenceLength },
  );
}
