/**
 * Counts of a question over part of a corpus: what a long count has reached, or a shard of a corpus
 * that several machines share. Counts of disjoint sets of documents add up exactly, so the partials
 * of all shards make the counts of the whole.
 */
import { RoteError } from "../base/errors.ts";
import type { PairCounts } from "./count-engine.ts";
import type { CountQuestion } from "./question.ts";
import type { FileState } from "../corpus/part-plan.ts";
import { type PartProgress, reportProgress, type ScanReport } from "./scan/scan-progress.ts";

/** A question and its counts over the documents of some shards. */
export interface PartialCounts {
  readonly question: CountQuestion;
  readonly terms: CountTerms;
  readonly plan: PlanIdentity;
  /** The shards these counts are of, by rising index. */
  readonly shards: readonly ShardProgress[];
  readonly counts: PairCounts;
}

/** What counts depend on besides the question and the files. */
export interface CountTerms {
  /** Version of the text policy. */
  readonly policy: string;
  readonly window?: number;
  readonly field: string;
  readonly lines: boolean;
  readonly where: Readonly<Record<string, string>>;
}

/** How a corpus was cut into parts and the parts dealt to shards. */
export interface PlanIdentity {
  readonly files: readonly FileState[];
  readonly partCount: number;
  /** As `ScanProgress.plan`. */
  readonly hash: string;
  /** Number of shards; 1 where the corpus is counted in one go. */
  readonly shardCount: number;
}

/** How far the count of one shard has come. */
export interface ShardProgress {
  /** From 1. */
  readonly index: number;
  /** Parts that were dealt to it. */
  readonly dealtCount: number;
  /** Parts that were begun. */
  readonly parts: readonly PartProgress[];
}

/** Parts of a shard that are counted to their end. */
export function doneCount({ parts }: ShardProgress): number {
  return parts.filter(({ counted }) => counted === undefined).length;
}

/** Whether every part of every shard is counted. */
export function isFinished({ shards }: Pick<PartialCounts, "shards">): boolean {
  return shards.every((shard) => doneCount(shard) === shard.dealtCount);
}

/** What was read in all shards together. */
export function reportOf({ plan, shards }: Pick<PartialCounts, "plan" | "shards">): ScanReport {
  const parts = shards.flatMap((shard) => shard.parts).sort((a, b) => a.part - b.part);
  const bytes = plan.files.reduce((sum, { byteLength }) => sum + byteLength, 0);
  return reportProgress({ parts, partCount: plan.partCount }, bytes);
}

/** Add counts to a sum, which changes. */
export function addCounts(sum: PairCounts, next: PairCounts): void {
  for (const kind of ["df", "tf", "codf"] as const) {
    const [total, more] = [sum[kind], next[kind]];
    for (let i = 0; i < total.length; i++) total[i]! += more[i]!;
    if (total.every((count) => count <= Number.MAX_SAFE_INTEGER)) continue;
    throw new RoteError(
      "count/limit",
      `a sum of ${kind} is beyond 2^53, from where on counts are not exact`,
    );
  }
}
