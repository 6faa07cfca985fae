/** Partials of several shards to one. */
import { RoteError } from "../base/errors.ts";
import { refuseOtherCount, refuseOtherPlan } from "./compare-partials.ts";
import { addCounts, doneCount, type PartialCounts } from "./partial-counts.ts";
import { readPartial } from "./partial-file.ts";

const wayOut = "count all shards with the same question, flags, files and version of Rote";

/**
 * Add the partials of some files, which must be finished and agree in everything. Holds two of them
 * in memory.
 */
export async function mergePartials(paths: readonly string[]): Promise<PartialCounts> {
  const [first, ...others] = paths;
  if (first === undefined)
    throw new RoteError("usage", "nothing to merge; give the partials of all shards");
  const sum = await readFinished(first);
  const shards = sum.shards.map((shard) => ({ shard, path: first }));
  for (const path of others) {
    const next = await readFinished(path);
    const sides = { names: [first, path], wayOut } as const;
    refuseOtherCount(sides, sum, next);
    refuseOtherPlan(sides, sum.plan, next.plan);
    for (const shard of next.shards) {
      const twin = shards.find((known) => known.shard.index === shard.index);
      if (twin !== undefined) throw sameShard(shard.index, sum.plan.shardCount, [twin.path, path]);
      shards.push({ shard, path });
    }
    addCounts(sum.counts, next.counts);
  }
  const inOrder = shards.map(({ shard }) => shard).sort((a, b) => a.index - b.index);
  return { ...sum, shards: inOrder };
}

/** Throw unless the shards make the whole corpus. */
export function requireWhole({ shards, plan: { shardCount } }: PartialCounts): void {
  const there = new Set(shards.map(({ index }) => index));
  const missing = Array.from({ length: shardCount }, (_, i) => i + 1).filter((i) => !there.has(i));
  if (missing.length === 0) return;
  const named = missing.slice(0, 10).join(", ") + (missing.length > 10 ? ", …" : "");
  throw new RoteError(
    "count/incomplete",
    `${missing.length} of ${shardCount} shards are missing: ${named}; give their partials too, or merge these into one with --partial FILE`,
    { missing, shardCount },
  );
}

async function readFinished(path: string): Promise<PartialCounts> {
  const partial = await readPartial(path);
  const open = partial.shards.find((shard) => doneCount(shard) < shard.dealtCount);
  if (open === undefined) return partial;
  const { shardCount } = partial.plan;
  throw new RoteError(
    "count/incomplete",
    `${path} is not finished: of shard ${open.index} of ${shardCount}, ${doneCount(open)} of ${open.dealtCount} parts are counted; finish it with the command that began it and --resume`,
    { path, shard: open.index },
  );
}

function sameShard(index: number, shardCount: number, paths: readonly [string, string]): RoteError {
  return new RoteError(
    "count/mismatch",
    `${paths[0]} and ${paths[1]} both hold shard ${index} of ${shardCount}; its documents would count twice, so leave one of them out`,
    { paths, shard: index },
  );
}
