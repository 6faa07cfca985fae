/** What running a study with its variants would do: what is shared is known before anything is made. */
import { groupBy } from "../../base/group-by.ts";
import { canonicalJson, sha256 } from "../../base/json.ts";
import type { Study } from "../load-study.ts";
import { corpusName, openStudyFiles } from "../corpus-engine.ts";
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
  /** Besides those that the study asks for itself. */
  readonly variants: number;
  /** Each corpus's stored bytes and how often they are read; `corpusBytes` are the first's, `corpusPasses` all. */
  readonly corpora: readonly CorpusReads[];
  /** For each stage, in how many of the directories it is performed, and in how many it stands. */
  readonly stages: readonly {
    readonly name: string;
    readonly performed: number;
    readonly directories: number;
  }[];
}

/** How often a corpus is read. */
export interface CorpusReads {
  readonly name: string;
  readonly bytes: number;
  readonly passes: number;
}

/** Plan a study and its variants, its own among them, without writing anything. */
export async function planVariants(
  study: Study,
  variants: readonly Variant[],
  options: Pick<RunStudyOptions, "out" | "clock">,
): Promise<VariantsPlan> {
  const { stages: _, ...base } = await planRun(study, options);
  const beside = [...ownVariants(study), ...variants];
  const places = placesOf(study, beside, options.out);
  const directories = await Promise.all(places.map(({ out }) => RunDirectory.inspect(out)));
  const runs = await openRuns(places, directories, options);
  const planned = (await Promise.all(runs.map(plannedStages))).flat();
  const done = new Set(planned.flatMap(({ key, finished }) => (finished ? [key] : [])));
  const byName = groupBy(planned, ({ stage }) => stage.name);
  const stages = stageOrder(runs).map((name) => {
    const own = byName.get(name)!;
    return { name, open: distinct(own.filter(({ key }) => !done.has(key))), own };
  });
  const corpora = await corpusReads(
    runs,
    stages.map(({ open }) => open),
  );
  const corpusPasses = corpora.reduce((sum, { passes }) => sum + passes, 0);
  const read = corpora.reduce((sum, { bytes, passes }) => sum + bytes * passes, 0);
  const mined = beside.length * base.examples;
  return {
    ...{ ...base, corpora, corpusPasses, variants: variants.length },
    stages: stages.map(({ name, open, own }) => ({
      ...{ name, performed: open.length, directories: own.length },
    })),
    estimatedSeconds: Math.ceil(
      base.estimatedSeconds +
        (read - base.corpusPasses * base.corpusBytes) / planRates.corpusBytesPerSecond +
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

/** Each key once, of the first that has it. */
function distinct(planned: readonly PlannedStage[]): readonly PlannedStage[] {
  const keys = planned.map(({ key }) => key);
  return planned.filter(({ key }, i) => keys.indexOf(key) === i);
}

/** The corpora of some runs, and the passes over each that open stages, name by name, take. */
async function corpusReads(
  runs: readonly OpenRun[],
  open: readonly (readonly PlannedStage[])[],
): Promise<readonly CorpusReads[]> {
  const reads: CorpusReads[] = [];
  for (const [name, [first]] of groupBy(runs, ({ study }) => corpusName(study))) {
    const files = (await openStudyFiles(first!.study))?.files ?? [];
    const own = open.map((stages) =>
      jointPasses(stages.filter(({ run: { study } }) => corpusName(study) === name)),
    );
    reads.push({
      name,
      bytes: files.reduce((sum, { byteLength }) => sum + byteLength, 0),
      passes: own.reduce((sum, passes) => sum + passes, 0),
    });
  }
  return reads;
}

/** Passes over a corpus's files: what is counted together takes one for each way to read them. */
function jointPasses(open: readonly PlannedStage[]): number {
  const reading = open.filter(({ run, stage }) => readersOf(run.study).includes(stage.name));
  const asked = reading.flatMap(({ stage: { question } }) =>
    question === undefined ? [] : [canonicalJson(question.corpus)],
  );
  const alone = reading.filter(({ stage }) => stage.question === undefined);
  return alone.reduce((sum, { stage }) => sum + passesOf(stage.name), new Set(asked).size);
}
