import { availableParallelism } from "node:os";
import { join } from "node:path";
import { RoteError } from "../../base/errors.ts";
import { type BuildPlan, planBuild } from "../../lab/build/build-plan.ts";
import { buildWorld } from "../../lab/build/build-world.ts";
import { chooseSuiteModels, suiteModels } from "../../lab/build/suite.ts";
import { type WorldSettings, type WorldSize, worldSettings } from "../../lab/world/settings.ts";
import { readSources } from "../../lab/world/sources.ts";
import { planWorld } from "../../lab/world/world.ts";
import { readWorldSettings } from "../../lab/world/write-world.ts";
import { writeCalibrationPage } from "../../report/write-calibration-page.ts";
import { demoFolder } from "../../study/load-study.ts";
import type { ExitCode } from "../define-command.ts";
import type { CommandIo } from "../io.ts";
import { amount, type Column, formatDuration, formatInteger, tableLines } from "../output.ts";

export interface LabBuildValues {
  readonly out: string;
  readonly size: WorldSize | undefined;
  readonly small: boolean;
  readonly seed: number | undefined;
  readonly only: readonly string[];
  readonly sources: string | undefined;
  readonly dryRun: boolean;
  readonly jobs: number | undefined;
  readonly json: boolean;
}

const columns: readonly Column[] = [
  { title: "step", align: "left" },
  { title: "tokens", align: "right" },
  { title: "time", align: "right" },
];

/** `rote lab build`: a world with models, truth and card, or what is left to do for it. */
export async function labBuild(values: LabBuildValues, io: CommandIo): Promise<ExitCode> {
  const { out, dryRun, jobs = availableParallelism(), json } = values;
  const { signal, onProgress, stdout, commandLine: command } = io;
  const sources = await readSources(values.sources ?? join(demoFolder, "sources"));
  const settings = await settingsOf(values);
  const all = suiteModels(settings, { dilution: sources.dilution.length > 0 });
  const models = chooseSuiteModels(all, values.only);
  const world = await planWorld(sources, settings, { signal, onProgress });
  const tokenizer = join(demoFolder, "tokenizer");
  const plan = await planBuild(out, world, models, { tokenizer, jobs, signal, onProgress });
  if (dryRun) await printSteps(plan, json, io);
  io.say(planSentence(plan, jobs));
  if (dryRun) return 0;
  const start = io.now();
  await buildWorld(out, world, plan, {
    ...{ jobs, command, signal, onProgress },
    onStep({ name, seconds }) {
      io.say(`${name}: ${formatDuration(seconds)}`);
    },
  });
  const page = await writeCalibrationPage(out);
  if (json) await stdout.writeJson({ page, models: models.map(({ name }) => name) });
  else await stdout.write(`${page}\n`);
  io.say(`${amount(models.length, "model")} in ${formatDuration((io.now() - start) / 1000)}`);
  return 0;
}

/** Those of the folder where it holds a world, unless flags say otherwise. */
async function settingsOf({ out, size, small, seed }: LabBuildValues): Promise<WorldSettings> {
  if (small && size !== undefined && size !== "small")
    throw new RoteError("usage", `--small and --size ${size} contradict each other`, { size });
  const written = await readWorldSettings(out);
  return worldSettings({
    size: small ? "small" : (size ?? written?.size ?? "full"),
    seed: seed ?? written?.seed ?? 1,
  });
}

function planSentence({ steps }: BuildPlan, jobs: number): string {
  const left = steps.filter(({ done }) => !done);
  if (left.length === 0) return `all ${amount(steps.length, "step")} are done`;
  const seconds = left.reduce((sum, step) => sum + step.seconds, 0);
  return `${formatInteger(left.length)} of ${amount(steps.length, "step")} left, about ${formatDuration(seconds)} on ${amount(jobs, "thread")}`;
}

async function printSteps(
  { steps }: BuildPlan,
  json: boolean,
  { stdout }: CommandIo,
): Promise<void> {
  if (json) {
    for (const step of steps) await stdout.writeJson(step);
    return;
  }
  const rows = steps.map(({ name, tokens, seconds, done }) => [
    name,
    tokens === undefined ? "" : formatInteger(tokens),
    done ? "done" : formatDuration(seconds),
  ]);
  for (const line of tableLines(columns, rows)) await stdout.write(`${line}\n`);
}
