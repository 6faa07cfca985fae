/** What the steps of a build take on this machine, before any of them is done. */
import { join } from "node:path";
import type { LongWork } from "../../base/progress.ts";
import { openTokenizer } from "../../tokenizers/open.ts";
import type { World } from "../world/world.ts";
import { stepNames, stepsDone, trainStep } from "./build-steps.ts";
import { measureRates } from "./measure-rates.ts";
import { countArms, type PlannedModel, planSuite } from "./plan-suite.ts";
import { slowness, stepCosts } from "./step-costs.ts";
import type { SuiteModel } from "./suite.ts";

/** A step and what is left of it. */
export interface PlannedStep {
  readonly name: string;
  /** Tokens that are read or trained on; absent where it is done, and where items are asked for. */
  readonly tokens?: number;
  /** Of the time of the whole, 0 where it is done; models share the time while they are trained side by side. */
  readonly seconds: number;
  readonly done: boolean;
}

/** A build before any of it is done. */
export interface BuildPlan {
  readonly models: readonly SuiteModel[];
  readonly steps: readonly PlannedStep[];
}

export interface PlanBuildOptions extends LongWork {
  /** A tokenizer.json or its folder, to count by where the world has none yet. */
  readonly tokenizer: string;
  /** Models trained at once. */
  readonly jobs: number;
}

/** Plan a build. Where models are to be trained, a few steps of each shape are timed. */
export async function planBuild(
  out: string,
  world: World,
  models: readonly SuiteModel[],
  { tokenizer: estimator, jobs, ...work }: PlanBuildOptions,
): Promise<BuildPlan> {
  const done = await stepsDone(out, world, models);
  const path = done.has("tokenizer") ? join(out, "tokenizer") : estimator;
  const missing = models.filter((model) => !done.has(trainStep(model)));
  const shapes = missing.map(({ shape }) => shape);
  const rates = await measureRates(shapes, { jobs, tokenizer: path, ...work });
  const tokenizer = await openTokenizer(path);
  const trained = await planSuite(world, missing, { tokenizer, rates }, work);
  const tokens = done.has("tokenizer")
    ? 0
    : (await countArms(world, ["perturbed"], tokenizer, work)).get("perturbed")!;
  const costs = new Map([
    ...stepCosts({ tokens, items: world.items.length, models, slowness: slowness(rates) }),
    ...trained.map(({ model, ...cost }: PlannedModel) => [trainStep(model), cost] as const),
  ]);
  const steps = stepNames(models).map((name) =>
    done.has(name) ? { name, seconds: 0, done: true } : { name, ...costs.get(name)!, done: false },
  );
  return { models, steps };
}
