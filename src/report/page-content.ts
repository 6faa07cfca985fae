import type { Specification } from "../study/sweep/specifications.ts";
import type { CountedPair, ExampleFact, Outcome } from "./outcomes.ts";
import type { RunRecord } from "./run-record.ts";
import type { Evidence, ExampleRecord, ScoredPair } from "./run-tables.ts";

/** Everything the page is made from, read from a run directory. */
export interface PageContent {
  readonly run: RunRecord;
  /** Scored pairs of the largest model. */
  readonly pairs: readonly ScoredPair[];
  /** The first of each task. */
  readonly examples: readonly ExampleRecord[];
  readonly facts: readonly ExampleFact[];
  readonly outcomes: readonly Outcome[];
  readonly countedPairs: readonly CountedPair[];
  readonly evidence: readonly Evidence[];
  /** Estimates under other choices; none of a run that was not swept. */
  readonly specifications: readonly Specification[];
  /** Whether replicates.parquet is there. */
  readonly hasReplicates: boolean;
}
