/**
 * Build a world whole: corpus, tokenizer, arms and models, truth and card. A build that was stopped, however,
 * goes on with the steps that are not done; files and folders appear whole or not at all.
 */
import { removeLeftoversBelow } from "../../base/leftovers.ts";
import type { LongWork } from "../../base/progress.ts";
import { calibrateWorld } from "../calibration/calibrate-world.ts";
import { buildTruth } from "../truth/build-truth.ts";
import type { World } from "../world/world.ts";
import { writeWorld } from "../world/write-world.ts";
import type { BuildPlan } from "./build-plan.ts";
import { BuildProgress } from "./build-progress.ts";
import { BuildRecord } from "./build-record.ts";
import { trainStep, truthStep } from "./build-steps.ts";
import type { SuiteModel } from "./suite.ts";
import { suiteTokenizer, trainSuite } from "./train-suite.ts";
import { withCheckpoints } from "./trained-models.ts";

export interface BuildWorldOptions extends LongWork {
  /** Threads in all. */
  readonly jobs: number;
  /** The command line, for provenance. */
  readonly command?: string;
  /** Called after each step that was not done before. */
  readonly onStep?: (step: FinishedStep) => void;
}

export interface FinishedStep {
  readonly name: string;
  readonly seconds: number;
}

/** Do what a plan says is not done yet. */
export async function buildWorld(
  out: string,
  world: World,
  plan: BuildPlan,
  { jobs, command = "", onStep, signal, onProgress }: BuildWorldOptions,
): Promise<void> {
  await removeLeftoversBelow(out);
  const progress = new BuildProgress(plan.steps, onProgress);
  const record = await BuildRecord.open(out, command);
  const build: Build = {
    ...{ out, world, jobs, command, progress },
    work: { ...(signal && { signal }) },
    models: plan.models,
    isLeft: (name) => plan.steps.some((step) => step.name === name && !step.done),
    finish(name, seconds) {
      progress.update(name, 1);
      record.finish(name, seconds);
      onStep?.({ name, seconds });
    },
  };
  try {
    await timed(build, "world", () => writeWorld(out, world, build.work));
    await timed(build, "tokenizer", () => suiteTokenizer(out, build.work));
    await trainModels(build);
    await askModels(build);
    await timed(build, "card", async () => {
      await calibrateWorld(out, { jobs, command, ...build.work });
      await record.keepCard();
    });
  } finally {
    await record.close();
  }
}

interface Build {
  readonly out: string;
  readonly world: World;
  readonly jobs: number;
  readonly command: string;
  readonly work: Pick<LongWork, "signal">;
  readonly models: readonly SuiteModel[];
  readonly progress: BuildProgress;
  readonly isLeft: (step: string) => boolean;
  readonly finish: (step: string, seconds: number) => void;
}

async function timed(build: Build, step: string, run: () => Promise<unknown>): Promise<void> {
  if (!build.isLeft(step)) return;
  build.work.signal?.throwIfAborted();
  build.progress.update(step, 0);
  const start = performance.now();
  await run();
  build.finish(step, (performance.now() - start) / 1000);
}

async function trainModels({ isLeft, finish, progress, ...build }: Build): Promise<void> {
  const left = build.models.filter((model) => isLeft(trainStep(model)));
  if (left.length === 0) return;
  await trainSuite(build.out, build.world, left, {
    ...{ jobs: build.jobs, ...build.work },
    onShare(model, share) {
      progress.update(trainStep(model), Math.min(share, 0.999));
    },
    onModel(model, trained) {
      finish(trainStep(model), trained?.seconds ?? 0);
    },
  });
}

/** Ask models that were not asked yet; the truth gathers what all have answered. */
async function askModels({ isLeft, finish, ...build }: Build): Promise<void> {
  const left = build.models.filter((model) => isLeft(truthStep(model)));
  if (left.length === 0) return;
  const parts = await Promise.all(left.map((model) => withCheckpoints(build.out, model)));
  const stepOf = new Map(
    parts.flatMap((own, i) => own.map(({ name }) => [name, truthStep(left[i]!)] as const)),
  );
  const open = new Map(left.map((model, i) => [truthStep(model), parts[i]!.length]));
  let start = performance.now();
  await buildTruth(build.out, {
    ...{ models: parts.flat(), threads: build.jobs, command: build.command, ...build.work },
    onModel({ name }) {
      const step = stepOf.get(name)!;
      open.set(step, open.get(step)! - 1);
      if (open.get(step) !== 0) return;
      finish(step, (performance.now() - start) / 1000);
      start = performance.now();
    },
  });
}
