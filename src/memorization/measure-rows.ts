/** The measures on counts and log-probabilities from anywhere, without a corpus at hand. */
import { drawnMemorization, type MemorizationOptions } from "./distributional-memorization.ts";
import type { DropRow } from "./drop-table.ts";
import {
  adjustEstimates,
  type MemorizationEstimate,
  testFamily,
  type TestFamily,
} from "./memorization-estimate.ts";
import type { Replicates } from "./replicates.ts";
import { type CountRow, type JoinedRows, joinRows, type ScoreRow } from "./rows.ts";

/** The estimates of one report and the fate of every pair. */
export interface MeasuredRows {
  /** Adjusted over all of them: the rows given are one report. */
  readonly estimates: readonly MemorizationEstimate[];
  readonly drops: readonly DropRow[];
  readonly family: TestFamily;
  /** What intervals and nulls were read from. */
  readonly replicates: readonly Replicates[];
}

/** Join, estimate and adjust. */
export async function measureRows(
  counts: Iterable<CountRow>,
  scores: Iterable<ScoreRow>,
  options: MemorizationOptions,
): Promise<MeasuredRows> {
  return measureJoined(joinRows(counts, scores), options);
}

/** Estimate and adjust rows that are joined already. */
export async function measureJoined(
  joined: JoinedRows,
  options: MemorizationOptions,
): Promise<MeasuredRows> {
  const { estimates: found, replicates } = await drawnMemorization(joined, options);
  const estimates = adjustEstimates(found, options);
  return { estimates, drops: joined.drops, family: testFamily(estimates), replicates };
}
