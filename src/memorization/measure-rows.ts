/** The measures on counts and log-probabilities from anywhere, without a corpus at hand. */
import {
  distributionalMemorization,
  type MemorizationOptions,
} from "./distributional-memorization.ts";
import type { DropRow } from "./drop-table.ts";
import { adjustEstimates, type MemorizationEstimate } from "./memorization-estimate.ts";
import { type CountRow, joinRows, type ScoreRow } from "./rows.ts";

/** The estimates of one report and the fate of every pair. */
export interface MeasuredRows {
  /** Adjusted over all of them: the rows given are one report. */
  readonly estimates: readonly MemorizationEstimate[];
  readonly drops: readonly DropRow[];
}

/** Join, estimate and adjust. */
export function measureRows(
  counts: Iterable<CountRow>,
  scores: Iterable<ScoreRow>,
  options: MemorizationOptions,
): MeasuredRows {
  const joined = joinRows(counts, scores);
  const estimates = adjustEstimates(distributionalMemorization(joined, options));
  return { estimates, drops: joined.drops };
}
