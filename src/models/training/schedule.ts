/** How long and how fast to train. */
export interface Schedule {
  /** Where training ends: after this many tokens, steps, or passes over the data. */
  readonly length: { readonly unit: "tokens" | "steps" | "epochs"; readonly amount: number };
  /** Sequences read at once. */
  readonly batchSize: number;
  /** Batches whose gradients add up before a step is made; default 1. */
  readonly accumulate?: number;
  readonly sequenceLength: number;
  /** Read sequences in the order of the corpus in each epoch; default: shuffled. */
  readonly order?: "corpus";
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

/** Sequences that one step learns from. */
export function rowsPerStep({
  batchSize,
  accumulate = 1,
}: Pick<Schedule, "batchSize" | "accumulate">): number {
  return batchSize * accumulate;
}

/** Optimization steps of a schedule over a number of sequences. */
export function stepCount(schedule: Schedule, sequences: number): number {
  const { length, sequenceLength } = schedule;
  const rows = rowsPerStep(schedule);
  if (length.unit === "steps") return length.amount;
  if (length.unit === "tokens") return Math.ceil(length.amount / (rows * sequenceLength));
  return Math.ceil((length.amount * sequences) / rows);
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
