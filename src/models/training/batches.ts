/**
 * Which tokens a step sees. Each epoch reads all sequences, by default in an order of its own. A batch depends
 * on seed and step alone, so training resumes anywhere.
 */
import { createRng } from "../../base/random.ts";
import { documentStarts, packSequences, type Packing, type Stretches } from "./packing.ts";
import { rowsPerStep, type Schedule } from "./schedule.ts";
import type { BatchShape } from "./step-graph.ts";
import type { TrainingTokens } from "./token-stream.ts";

/** Row-major, `batchSize` rows of `sequenceLength`. Padding at the end of a row has the weight 0. */
export interface Batch {
  readonly ids: Int32Array;
  /** The token after each of `ids`. */
  readonly labels: Int32Array;
  /** 1 for labels that have a loss. */
  readonly weights: Float32Array;
  /** See `BatchShape.separate`; absent where that is not set. */
  readonly starts?: Int32Array;
}

/** The sequence at each place of an endless reading, counted from 0; shuffled anew in each epoch by default. */
export function sequenceOrder(
  count: number,
  seed: number,
  { order: given }: Pick<Schedule, "order"> = {},
): (index: number) => number {
  if (given === "corpus") return (index) => index % count;
  const rng = createRng(seed);
  let order = { epoch: -1, sequences: new Uint32Array(0) };
  return (index) => {
    const epoch = Math.floor(index / count);
    if (order.epoch !== epoch) {
      const ascending = Uint32Array.from({ length: count }, (_, i) => i);
      order = { epoch, sequences: rng.fork(`epoch ${epoch}`).shuffle(ascending) };
    }
    return order.sequences[index % count]!;
  };
}

/** The batches of a training. */
export interface Batches {
  /** Sequences that an epoch visits. */
  readonly sequences: number;
  /** The batch of a step, counted from 1, with the rows of all its parts. */
  read(step: number): Batch;
}

export interface BatchOptions {
  readonly schedule: Schedule;
  readonly packing: Packing;
  readonly seed: number;
}

/** Pack tokens into the sequences that the steps of a schedule read. */
export function openBatches(
  tokens: TrainingTokens,
  { schedule, packing: { attention, documents }, seed }: BatchOptions,
): Batches {
  const { sequenceLength } = schedule;
  const stretches = packSequences(tokens, { sequenceLength, documents });
  const sequences = stretches.starts.length;
  const sequenceAt = sequenceOrder(sequences, seed, schedule);
  const rows = rowsPerStep(schedule);
  const shape = { batchSize: rows, sequenceLength, separate: attention === "within" };
  const read = (step: number): Batch => {
    const first = (step - 1) * rows;
    const places = Array.from({ length: rows }, (_, row) => sequenceAt(first + row));
    return readBatch(tokens, stretches, places, shape);
  };
  return { sequences, read };
}

/** Read sequences into a batch; rows without one stay padding. */
export function readBatch(
  { ids, begins, weights }: TrainingTokens,
  stretches: Stretches,
  sequences: readonly number[],
  { batchSize, sequenceLength, separate = false }: BatchShape,
): Batch {
  const places = batchSize * sequenceLength;
  const batch = {
    ids: new Int32Array(places),
    labels: new Int32Array(places),
    weights: new Float32Array(places),
    ...(separate && { starts: new Int32Array(places) }),
  };
  for (const [row, sequence] of sequences.entries()) {
    const [start, end] = [stretches.starts[sequence]!, stretches.ends[sequence]!];
    const at = row * sequenceLength;
    batch.ids.set(ids.subarray(start, end), at);
    batch.labels.set(ids.subarray(start + 1, end + 1), at);
    if (weights) batch.weights.set(weights.subarray(start + 1, end + 1), at);
    else batch.weights.fill(1, at, at + end - start);
    batch.starts?.set(documentStarts(begins, start, end), at);
  }
  return batch;
}

/** Some rows of a batch, as views. */
export function rowsOf(
  batch: Batch,
  first: number,
  { batchSize, sequenceLength }: BatchShape,
): Batch {
  const range = [first * sequenceLength, (first + batchSize) * sequenceLength] as const;
  const { ids, labels, weights, starts } = batch;
  return {
    ids: ids.subarray(...range),
    labels: labels.subarray(...range),
    weights: weights.subarray(...range),
    ...(starts && { starts: starts.subarray(...range) }),
  };
}
