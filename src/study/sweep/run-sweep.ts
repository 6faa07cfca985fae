/** A study under every combination of its sweep's options: run, estimated, and summarized as specification curves. */
import { join } from "node:path";
import { writeAtomically } from "../../base/files.ts";
import { groupBy } from "../../base/group-by.ts";
import type { Study } from "../load-study.ts";
import { readRunFile, type RunFile, runFile } from "../run-file.ts";
import { runStudy, type RunStudyOptions } from "../run-study.ts";
import { planVariants, type VariantsPlan } from "../variants/plan-variants.ts";
import { runVariants } from "../variants/run-variants.ts";
import type { VariantRun } from "../variants/variant.ts";
import { sweepAxes } from "./axes.ts";
import { specificationCurves } from "./curve.ts";
import { type Specification, specificationsOf } from "./specifications.ts";
import { axisLabels, type SweepRecord, writeSweep } from "./sweep-file.ts";
import { sweepVariants } from "./sweep-variants.ts";

/** A sweep and the run of the study that it belongs to. */
export interface SweepRun {
  readonly run: RunFile & { readonly sweep: SweepRecord };
  readonly specifications: readonly Specification[];
}

/**
 * Run or resume a study and its sweep. The run directory then holds `sweep.parquet`, a row a
 * specification, and its run.json the curves.
 */
export async function runSweep(study: Study, options: RunStudyOptions): Promise<SweepRun> {
  const { out } = options;
  // A preset's comparison is made by its own variants.
  if (study.preset !== "default") await runStudy(study, options);
  const axes = sweepAxes(study);
  const swept = sweepVariants(study, axes);
  const variants = swept.map(({ variant }) => variant);
  const runs = await runVariants(study, variants, options);
  const specifications = runs.flatMap(({ variant, run }) =>
    specificationsOf(study, axes, {
      swept: swept.find((own) => own.variant === variant)!,
      run,
    }),
  );
  const { level } = study.measure;
  const record: SweepRecord = {
    axes: axisLabels(axes),
    variants: swept.length,
    empty: emptyOf(runs),
    level,
    curves: specificationCurves(specifications, level),
  };
  await writeSweep(out, study, { specifications, record });
  const run = { ...(await readRunFile(out)), sweep: record };
  await writeAtomically(join(out, runFile), `${JSON.stringify(run, null, 2)}\n`);
  return { run, specifications };
}

function emptyOf(runs: readonly VariantRun[]): SweepRecord["empty"] {
  const found = runs.flatMap(({ variant: { name }, run: { mining } }) =>
    mining.flatMap(({ task, n, empty: because }) =>
      because === undefined ? [] : [{ task, n, because, name }],
    ),
  );
  const alike = groupBy(found, ({ task, n, because }) => JSON.stringify([task, n, because]));
  return Array.from(alike.values(), (own) => {
    const { task, n, because } = own[0]!;
    return { task, n, because, variants: own.map(({ name }) => name) };
  });
}

/** What a sweep would do. */
export interface SweepPlan extends VariantsPlan {
  /** The options of every choice, by label. */
  readonly axes: SweepRecord["axes"];
  /** Estimates: of each task and model, one for each combination. */
  readonly specifications: number;
}

/** What `runSweep` would do, without writing anything. */
export async function planSweep(
  study: Study,
  options: Pick<RunStudyOptions, "out" | "clock">,
): Promise<SweepPlan> {
  const axes = sweepAxes(study);
  const variants = sweepVariants(study, axes).map(({ variant }) => variant);
  const plan = await planVariants(study, variants, options);
  const estimated = variants.length * axes.n.length * axes.zeros.length;
  const specifications = estimated * study.tasks.length * study.models.length;
  return { ...plan, axes: axisLabels(axes), specifications };
}
