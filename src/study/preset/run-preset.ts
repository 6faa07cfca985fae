/** A study under a preset, run beside what the default makes of it: what each option changes stands in run.json. */
import { join } from "node:path";
import { writeAtomically } from "../../base/files.ts";
import type { Study } from "../load-study.ts";
import type { RunStudyOptions } from "../run-study.ts";
import { readRunFile, runFile, type RunFile } from "../run-file.ts";
import { planVariants, type VariantsPlan } from "../variants/plan-variants.ts";
import { runVariants } from "../variants/run-variants.ts";
import { comparePreset, type PresetComparison, presetVariants } from "./compare.ts";
import { keepComparison } from "./preset-record.ts";

/** Run or resume a study and the variants it is compared with; run.json has the comparison when this returns. */
export async function runPreset(study: Study, options: RunStudyOptions): Promise<RunFile> {
  const { out, onFailed } = options;
  const failed: PresetComparison["failed"][number][] = [];
  const variants = presetVariants(study);
  const runs = await runVariants(study, variants, {
    ...options,
    onFailed: (variant, error) => {
      failed.push({ variant, because: error.message });
      onFailed?.(variant, error);
    },
  });
  const run = await readRunFile(out);
  if (run.preset === null) return run;
  const comparison = variants.length === 0 ? null : { ...comparePreset(study, runs, run), failed };
  await keepComparison(out, study, comparison);
  const compared: RunFile = { ...run, preset: { ...run.preset, comparison } };
  await writeAtomically(join(out, runFile), `${JSON.stringify(compared, null, 2)}\n`);
  return compared;
}

/** What `runPreset` would do, without writing anything. */
export function planPreset(
  study: Study,
  options: Pick<RunStudyOptions, "out" | "clock">,
): Promise<VariantsPlan> {
  return planVariants(study, presetVariants(study), options);
}
