/**
 * A count that keeps what it has in a file, and goes on from there after an interruption, a crash or
 * an error. The file is a partial (partial-file.ts), written every few minutes, where the count stops
 * early, and at the end.
 */
import { assert, RoteError } from "../base/errors.ts";
import { exists } from "../base/files.ts";
import { removeLeftovers } from "../base/leftovers.ts";
import type { Corpus } from "../corpus/corpus.ts";
import type { CorpusReading } from "../corpus/read-part.ts";
import { wordsPolicy } from "../text/policies.ts";
import type { TextPolicy } from "../text/policy.ts";
import {
  refuseOther,
  refuseOtherCount,
  type TermedQuestion,
  type TwoSides,
} from "./compare-partials.ts";
import type { PairCounts, PairOptions } from "./count-engine.ts";
import { addCounts, type CountTerms, isFinished, type PartialCounts } from "./partial-counts.ts";
import { readPartial, writePartial } from "./partial-file.ts";
import type { CountQuestion } from "./question.ts";
import { openScan, type ScanOptions } from "./scan/scan-engine.ts";
import type { ScanProgress, Shard } from "./scan/scan-progress.ts";

/** How a count is kept. */
export interface ResumableOptions extends PairOptions, Pick<ScanOptions, "policy" | "jobs"> {
  /** The file. */
  readonly path: string;
  /** What `findPartial` found in it. */
  readonly earlier?: PartialCounts;
  /** Seconds between two savings; default 120. */
  readonly checkpointSeconds?: number;
  /** Save nothing before the first checkpoint is due, so that a short count leaves no file; default false. */
  readonly isLazy?: boolean;
  /** The share of the corpus to count; default all of it. */
  readonly shard?: Shard;
  /** Told what was saved. */
  readonly onSave?: (partial: PartialCounts) => void;
}

/**
 * The partial a count goes on with; undefined where it begins. A file that is there and not to be
 * gone on with is an error: it may hold hours of counting.
 */
export async function findPartial(
  path: string,
  { resume }: { readonly resume: boolean },
): Promise<PartialCounts | undefined> {
  if (resume) await removeLeftovers(path);
  if (!(await exists(path))) return undefined;
  if (resume) return readPartial(path);
  throw new RoteError(
    "usage",
    `${path} is there already and may hold counts of an earlier run; go on with it with --resume, or remove it`,
    { path },
  );
}

/** Count a question, keeping what is counted in a file; the partial of all that is counted in the end. */
export async function countResumably(
  corpus: Corpus,
  question: CountQuestion,
  {
    path,
    earlier,
    checkpointSeconds = 120,
    isLazy = false,
    policy = wordsPolicy,
    jobs = 1,
    shard = { index: 1, of: 1 },
    onSave,
    ...options
  }: ResumableOptions,
): Promise<PartialCounts> {
  const terms = termsOf(corpus.parts.reading, policy, options.window);
  if (earlier !== undefined) refuseAnother(path, earlier, { question, terms }, shard);
  const due = performance.now() + 1000 * checkpointSeconds;
  let latest: PartialCounts | undefined;
  const save = async (progress: ScanProgress, counts: PairCounts): Promise<void> => {
    latest = { question, terms, ...placeOf(progress), counts: sumOf(earlier?.counts, counts) };
    if (isLazy && performance.now() < due) return;
    await writePartial(path, latest);
    onSave?.(latest);
  };
  await using engine = await openScan(corpus, {
    ...{ policy, jobs, shard, checkpoint: { seconds: checkpointSeconds, save } },
    ...(earlier === undefined ? {} : { resume: progressOf(earlier, shard) }),
  });
  await engine.countPairs(question.phrases, question.pairs, options);
  assert(latest !== undefined && isFinished(latest), "a scan saves its end");
  return latest;
}

function termsOf(
  { field, lines, where }: CorpusReading,
  policy: TextPolicy,
  window: number | undefined,
): CountTerms {
  const windowed = window === undefined ? {} : { window };
  return { policy: policy.version, ...windowed, field, lines, where };
}

function refuseAnother(
  path: string,
  earlier: PartialCounts,
  count: TermedQuestion,
  shard: Shard,
): void {
  const sides: TwoSides = {
    names: [path, "this command"],
    wayOut: "repeat the command that began it, or begin another file",
  };
  refuseOther(sides, "the shard", shardsText(earlier), `${shard.index} of ${shard.of}`);
  refuseOtherCount(sides, earlier, count);
}

function shardsText({ shards, plan }: PartialCounts): string {
  return `${shards.map(({ index }) => index).join(" and ")} of ${plan.shardCount}`;
}

/** A scan's progress as a partial tells it, and back. */
function placeOf(progress: ScanProgress): Pick<PartialCounts, "plan" | "shards"> {
  const { files, partCount, plan: hash, shard, dealtCount, parts } = progress;
  return {
    plan: { files, partCount, hash, shardCount: shard.of },
    shards: [{ index: shard.index, dealtCount, parts }],
  };
}

function progressOf({ plan, shards }: PartialCounts, shard: Shard): ScanProgress {
  const { files, partCount, hash } = plan;
  const { dealtCount, parts } = shards[0]!;
  return { files, partCount, plan: hash, shard, dealtCount, parts };
}

function sumOf(earlier: PairCounts | undefined, counts: PairCounts): PairCounts {
  if (earlier === undefined) return counts;
  const { df, tf, codf } = earlier;
  const sum = { df: df.slice(), tf: tf.slice(), codf: codf.slice() };
  addCounts(sum, counts);
  return sum;
}
