/** A whole study: its stages one after another, each skipped where its files are there already, and the statistics. */
import { openContext } from "./open-study.ts";
import { openStudyFiles } from "./corpus-engine.ts";
import { identifyIndex } from "./indexed-corpus.ts";
import type { Study } from "./load-study.ts";
import { planStudy, type StudyPlan } from "./plan.ts";
import { runPreset } from "./preset/run-preset.ts";
import { RunDirectory } from "./run-directory.ts";
import type { RunFile } from "./run-file.ts";
import { runTogether, type TogetherOptions } from "./run-together.ts";
import { stagesOf } from "./study-stages.ts";
import { ownVariants } from "./variants/own-variants.ts";
import { placesOf } from "./variants/run-variants.ts";

/** Where a study runs and who is told of it. */
export interface RunStudyOptions extends TogetherOptions {
  /** The run directory. */
  readonly out: string;
}

/** Run or resume a study with its other corpora and its tasks' tables; the run directory is complete when this returns. */
export async function runStudy(study: Study, options: RunStudyOptions): Promise<RunFile> {
  if (study.preset !== "default") return runPreset(study, options);
  const [run] = await runTogether(placesOf(study, ownVariants(study), options.out), options);
  return run!;
}

/**
 * What `runStudy` would do of the study itself, without writing anything; `planVariants` knows its other
 * corpora and its tasks' tables, too.
 */
export async function planRun(
  study: Study,
  { out, clock }: Pick<RunStudyOptions, "out" | "clock">,
): Promise<StudyPlan> {
  const directory = await RunDirectory.inspect(out);
  const context = await openContext(study, directory, { clock });
  const files = (await openStudyFiles(study))?.files ?? [];
  const corpusBytes = files.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const index = (await identifyIndex(study)) ?? null;
  return planStudy(context, await stagesOf(context), { corpusBytes, index });
}
