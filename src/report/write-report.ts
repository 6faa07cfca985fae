import { join } from "node:path";
import { exists, writeAtomically } from "../base/files.ts";
import { reportFile } from "../study/run-file.ts";
import { readSpecifications } from "../study/sweep/sweep-file.ts";
import { replicateTable } from "../study/tables.ts";
import { readCountedPairs, readExampleFacts, readOutcomes } from "./outcomes.ts";
import { renderPage } from "./page.ts";
import { largestModel } from "./pairs-section.ts";
import { readRunRecord } from "./run-record.ts";
import { readEvidence, readFirstExamples, readOutlierKeys, readScoredPairs } from "./run-tables.ts";

/**
 * Write `report.html` of a run directory from `run.json` and the Parquet files alone, whole or not
 * at all, and return its path. The same run gives the same bytes.
 */
export async function writeReport(runDirectory: string): Promise<string> {
  const run = await readRunRecord(join(runDirectory, "run.json"));
  const model = largestModel(run);
  const isOutlier = await readOutlierKeys(run, runDirectory);
  const scored = model === undefined ? [] : await readScoredPairs(runDirectory, model.name);
  const pairs = scored.filter((pair) => !isOutlier(pair));
  const countedPairs = await readCountedPairs(runDirectory);
  const content = {
    ...{ run, pairs },
    examples: await readFirstExamples(runDirectory, pairs),
    facts: await readExampleFacts(runDirectory),
    outcomes: await readOutcomes(runDirectory),
    countedPairs: countedPairs.filter((pair) => !isOutlier(pair)),
    evidence: await readEvidence(runDirectory),
    specifications:
      run.sweep === undefined ? [] : await readSpecifications(runDirectory, run.sweep.level),
    hasReplicates: await exists(join(runDirectory, replicateTable.file)),
  };
  const figures = await import("./figure.ts"); // slow to load, and only reports need it
  const path = join(runDirectory, reportFile);
  await writeAtomically(path, renderPage(content, figures));
  return path;
}
