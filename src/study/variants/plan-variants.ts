/** What running a study with its variants would do: what is shared is known before anything is made. */
import { groupBy } from "../../base/group-by.ts";
import { canonicalJson, sha256 } from "../../base/json.ts";
import type { Study } from "../load-study.ts";
import { type OpenRun, openRuns, stageOrder } from "../open-study.ts";
import { passesOf, planRates, readersOf, type StudyPlan } from "../plan.ts";
import { RunDirectory, type Stage } from "../run-directory.ts";
import { planRun, type RunStudyOptions } from "../run-study.ts";
import { ownVariants } from "./own-variants.ts";
import { placesOf } from "./run-variants.ts";
import type { Variant } from "./variant.ts";

/** The work that lies ahead of a study and its variants. */
export interface VariantsPlan extends Pick<
  StudyPlan,
  | "index"
  | "corpusBytes"
  | "corpusPasses"
  | "examples"
  | "models"
  | "modelTokens"
  | "estimatedSeconds"
> {
  readonly variants: number;
  /** For each stage, in how many of the directories it is performed, and in how many it stands. */
  readonly stages: readonly {
    readonly name: string;
    readonly performed: number;
    readonly directories: number;
  }[];
}

/** Plan a study and its variants, without writing anything. */
export async function planVariants(
  study: Study,
  variants: readonly Variant[],
  options: Pick<RunStudyOptions, "out" | "clock">,
): Promise<VariantsPlan> {
  const { stages: _, ...base } = await planRun(study, options);
  const places = placesOf(study, [...ownVariants(study), ...variants], options.out);
  const directories = await Promise.all(places.map(({ out }) => RunDirectory.inspect(out)));
  const runs = await openRuns(places, directories, options);
  const planned = (await Promise.all(runs.map(plannedStages))).flat();
  const done = new Set(planned.flatMap(({ key, finished }) => (finished ? [key] : [])));
  const byName = groupBy(planned, ({ stage }) => stage.name);
  const stages = stageOrder(runs).map((name) => {
    const own = byName.get(name)!;
    return { name, open: distinct(own.filter(({ key }) => !done.has(key))), own };
  });
  const corpusPasses = stages.reduce((sum, { open }) => sum + jointPasses(open), 0);
  const mined = variants.length * base.examples;
  const more = corpusPasses - base.corpusPasses;
  return {
    ...{ ...base, corpusPasses, variants: variants.length },
    stages: stages.map(({ name, open, own }) => ({
      ...{ name, performed: open.length, directories: own.length },
    })),
    estimatedSeconds: Math.ceil(
      base.estimatedSeconds +
        (more * base.corpusBytes) / planRates.corpusBytesPerSecond +
        mined / planRates.variantExamplesPerSecond,
    ),
  };
}

interface PlannedStage {
  readonly run: OpenRun;
  readonly stage: Stage;
  /** Equal where the stages will have one key, of options and of files that are yet to be made. */
  readonly key: string;
  readonly finished: boolean;
}

async function plannedStages(run: OpenRun): Promise<readonly PlannedStage[]> {
  const made = new Map<string, string>();
  const planned: PlannedStage[] = [];
  for (const stage of run.stages) {
    const { name, options, reads, writes } = stage;
    const inputs = reads.map((file) => made.get(file) ?? "absent");
    const key = sha256(canonicalJson([name, options, inputs]));
    for (const file of writes) made.set(file, key);
    planned.push({ run, stage, key, finished: await run.context.directory.isFinished(stage) });
  }
  return planned;
}

function distinct(planned: readonly PlannedStage[]): readonly PlannedStage[] {
  return [...new Map(planned.map((own) => [own.key, own])).values()];
}

/** Passes over the files: what is counted together takes one for each corpus. */
function jointPasses(open: readonly PlannedStage[]): number {
  const reading = open.filter(({ run, stage }) => readersOf(run.study).includes(stage.name));
  const asked = reading.flatMap(({ stage: { question } }) =>
    question === undefined ? [] : [canonicalJson(question.corpus)],
  );
  const alone = reading.filter(({ stage }) => stage.question === undefined);
  return alone.reduce((sum, { stage }) => sum + passesOf(stage.name), new Set(asked).size);
}
