/**
 * A variant that leaves a task without pairs has no run.json: `failed.json` in its directory says why, and
 * goes as soon as a stage changes a file there. What the study asked for stands in its results all the same.
 */
import { join } from "node:path";
import type { RoteError } from "../../base/errors.ts";
import { exists, readJsonObject, writeAtomically } from "../../base/files.ts";
import type { MemorizationEstimate } from "../../memorization/memorization-estimate.ts";
import { failedFile, runFile } from "../run-file.ts";

/** Say in a variant's directory why it has no results. */
export async function writeFailure(directory: string, { message }: RoteError): Promise<void> {
  const content = { because: message };
  await writeAtomically(join(directory, failedFile), `${JSON.stringify(content, null, 2)}\n`);
}

/** Why a variant has no results; undefined where it has some, or has not run. */
export async function readFailure(directory: string): Promise<string | undefined> {
  const path = join(directory, failedFile);
  if ((await exists(join(directory, runFile))) || !(await exists(path))) return undefined;
  const { because } = await readJsonObject(path);
  return String(because);
}

/** What would stand in an estimate's place had the other table told a pair. */
export function estimateWithoutPairs(
  own: MemorizationEstimate,
  { minedOn, because }: { readonly minedOn: string; readonly because: string },
): MemorizationEstimate {
  const { measure, method, task, n, model, checkpoint, unit, zeros, corpus, smoothing } = own;
  return {
    ...{ measure, method, task, n, model, checkpoint, unit, zeros, minedOn },
    ...(corpus === undefined ? {} : { corpus }),
    ...(smoothing === undefined ? {} : { smoothing }),
    ...{ points: 0, examples: 0, value: null, interval: null, pValue: null, null: null },
    ...{ adjusted: { holm: null, bh: null }, approximate: false, resamples: 0 },
    ...{ clusters: 0, drawnClusters: 0, clusteredBy: own.clusteredBy },
    ...{ controls: [], constantControls: [], undefinedBecause: `inconclusive: ${because}` },
  };
}
