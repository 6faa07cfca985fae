/** Whether a scan may go on from earlier progress: only where it would read the same. */
import { RoteError } from "../../base/errors.ts";
import { type PartPlan, refuseChangedFile } from "../../corpus/part-plan.ts";
import type { PartProgress, ScanProgress, Shard } from "./scan-progress.ts";

const wayOut =
  "put it back as it was, where malformed lines can be skipped with --skip-malformed, or start again";

/**
 * Refuse progress of another plan or shard, or of files that have changed since. A file may change
 * that no part was counted of, or that was left in the middle and still begins as it did, which is
 * found out when it is read.
 */
export function refuseOtherPlan(plan: PartPlan, shard: Shard, progress: ScanProgress): void {
  const now = new Map(plan.files.map((file) => [file.path, file]));
  const fixed = new Set(filesOf(plan, progress.parts));
  if (shard.of > 1) for (const file of sharedFiles(plan)) fixed.add(file);
  for (const [i, file] of progress.files.entries())
    if (fixed.has(i))
      refuseChangedFile(file, now.get(file.path), "after parts of it were counted", wayOut);
  const { index, of } = progress.shard;
  if (index !== shard.index || of !== shard.of)
    throw new RoteError(
      "usage",
      `this is shard ${shard.index} of ${shard.of}, and what was counted before is shard ${index} of ${of}`,
      { shard, before: progress.shard },
    );
  if (plan.hash !== progress.plan || !sameFiles(plan, progress))
    throw new RoteError(
      "corpus/changed",
      `the files are not those of which parts were counted before (${progress.files.length} files in ${progress.partCount} parts before; ${plan.files.length} files in ${plan.parts.length} parts now), or they are read in another way; start again`,
    );
}

function sameFiles({ files }: PartPlan, before: ScanProgress): boolean {
  return (
    files.length === before.files.length &&
    files.every(({ path }, i) => path === before.files[i]!.path)
  );
}

/** Indexes of the files of several parts, of which other shards may have counted some. */
function sharedFiles({ parts }: PartPlan): readonly number[] {
  return parts.filter((part, i) => parts[i - 1]?.file === part.file).map(({ file }) => file);
}

/** Indexes of the files of which parts are counted. */
function filesOf(plan: PartPlan, begun: readonly PartProgress[]): ReadonlySet<number> {
  const files = new Set<number>();
  for (const { part: number, blocks, left } of begun) {
    const part = plan.parts[number];
    if (part === undefined) continue;
    const end = part.kind === "files" ? part.endFile : part.file + 1;
    const fixedEnd = blocks === undefined && left !== undefined ? left.file : end;
    for (let file = part.file; file < fixedEnd; file++) files.add(file);
  }
  return files;
}
