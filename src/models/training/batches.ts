/**
 * Which tokens a step sees. The stream is cut into sequences; each epoch reads all of them in an
 * order of its own. A batch depends on seed and step alone, so training resumes anywhere.
 */
import { createRng } from "../../base/random.ts";
import type { BatchShape } from "./step-graph.ts";
import { sequenceCount } from "./schedule.ts";

export interface Batch {
  /** Row-major, `batchSize` rows of `sequenceLength`. */
  readonly ids: Int32Array;
  /** The token after each of `ids`. */
  readonly labels: Int32Array;
}

export interface BatchReader {
  /** The batch of a step, counted from 1. */
  read(step: number): Batch;
}

export function batchReader(
  tokens: Int32Array,
  { batchSize, sequenceLength }: BatchShape,
  seed: number,
): BatchReader {
  const sequences = sequenceCount(tokens.length, sequenceLength);
  const rng = createRng(seed);
  let order = { epoch: -1, sequences: new Uint32Array(0) };
  const sequenceAt = (index: number): number => {
    const epoch = Math.floor(index / sequences);
    if (order.epoch !== epoch) {
      const ascending = Uint32Array.from({ length: sequences }, (_, i) => i);
      order = { epoch, sequences: rng.fork(`epoch ${epoch}`).shuffle(ascending) };
    }
    return order.sequences[index % sequences]!;
  };
  return {
    read(step) {
      const ids = new Int32Array(batchSize * sequenceLength);
      const labels = new Int32Array(batchSize * sequenceLength);
      for (let row = 0; row < batchSize; row++) {
        const start = sequenceAt((step - 1) * batchSize + row) * sequenceLength;
        ids.set(tokens.subarray(start, start + sequenceLength), row * sequenceLength);
        labels.set(tokens.subarray(start + 1, start + 1 + sequenceLength), row * sequenceLength);
      }
      return { ids, labels };
    },
  };
}
