/** Which rows run together: those of like length, within the memory that a run may take. */
import type { PlannedRow } from "./plan-rows.ts";
import { estimateRunBytes, type RunLimits } from "./run-memory.ts";

/** Tokens run together, padding included: more fill the cores no better. */
const RUN_TOKENS = 2048;

/** Padding that costs less than another run would. */
const FREE_PADDING = 64;

/** The largest share of a run's tokens that may be padding. */
const PADDING_SHARE = 1 / 8;

/**
 * Batches, longest rows first, so that a batch is padded little and memory peaks at the start. A row
 * alone may take more than the limits allow.
 */
export function* planBatches(
  rows: readonly PlannedRow[],
  limits: RunLimits,
): Generator<readonly PlannedRow[]> {
  const sorted = rows.toSorted((a, b) => lengthOf(b) - lengthOf(a));
  for (let start = 0; start < sorted.length;) {
    const length = lengthOf(sorted[start]!);
    let [end, tokens, asked] = [start, 0, 0];
    for (; end < sorted.length; end++) {
      const { tree } = sorted[end]!;
      const size = { rows: end + 1 - start, length, asked: asked + tree.places.length };
      const padding = size.rows * length - tokens - tree.ids.length;
      const isFull =
        size.rows * length > RUN_TOKENS ||
        padding > Math.max(FREE_PADDING, PADDING_SHARE * size.rows * length) ||
        estimateRunBytes(limits, size) > limits.memory;
      if (isFull && end > start) break;
      [tokens, asked] = [tokens + tree.ids.length, size.asked];
    }
    yield sorted.slice(start, end);
    start = end;
  }
}

function lengthOf({ tree }: PlannedRow): number {
  return tree.ids.length;
}
