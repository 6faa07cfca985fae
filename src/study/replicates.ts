/** The draws behind a run's intervals and nulls, as `replicates.parquet` has them. 8 bytes a value, a few more a thousand. */
import { join } from "node:path";
import { writeParquet } from "../base/parquet.ts";
import type { Replicates } from "../memorization/replicates.ts";
import { type ReplicateRow, replicateTable } from "./tables.ts";

/** Write the draws of a run's estimates and of its parts'. */
export async function writeReplicates(
  directory: string,
  lists: Readonly<Record<ReplicateRow["list"], readonly Replicates[]>>,
): Promise<void> {
  const { file, columns } = replicateTable;
  await writeParquet(join(directory, file), columns, rowsOf(lists));
}

function* rowsOf(
  lists: Readonly<Record<ReplicateRow["list"], readonly Replicates[]>>,
): Generator<Record<string, unknown>> {
  for (const list of ["estimates", "parts"] as const)
    for (const { estimate, resamples, permutations } of lists[list])
      for (const [kind, values] of [
        ["resample", resamples],
        ["permutation", permutations],
      ] as const)
        for (const value of values)
          yield { list, estimate, kind, value: Number.isNaN(value) ? null : value };
}
