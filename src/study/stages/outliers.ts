/** List the pairs whose counts lie outside the study's quantiles, once they are counted. */
import type { StudyContext } from "../context.ts";
import { findOutliers } from "../outliers.ts";
import type { Stage } from "../run-directory.ts";
import type { OutlierEntry } from "../study-file.ts";
import { countTable, outlierTable, pairTable, readTable, writeTable } from "../tables.ts";

export function outlierStage({ directory }: StudyContext, entry: OutlierEntry): Stage {
  return {
    name: "outliers",
    options: { ...entry },
    reads: [pairTable.file, countTable.file],
    writes: [outlierTable.file],
    run: async () => {
      const pairs = await readTable(directory.file(pairTable.file), pairTable);
      const counts = await readTable(directory.file(countTable.file), countTable);
      const rows = findOutliers(pairs, counts, entry);
      await writeTable(directory, outlierTable, rows);
      return { pairs: rows.length };
    },
  };
}
