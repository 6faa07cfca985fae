import { availableParallelism } from "node:os";
import { join } from "node:path";
import { RoteError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import { planSuite } from "../../lab/build/plan-suite.ts";
import { measureRates } from "../../lab/build/measure-rates.ts";
import { chooseSuiteModels, type SuiteModel, suiteModels } from "../../lab/build/suite.ts";
import { trainSuite } from "../../lab/build/train-suite.ts";
import { readSources } from "../../lab/world/sources.ts";
import { planWorld, type World } from "../../lab/world/world.ts";
import { readWorldSettings } from "../../lab/world/write-world.ts";
import { demoFolder } from "../../study/load-study.ts";
import { openTokenizer } from "../../tokenizers/open.ts";
import type { ExitCode } from "../define-command.ts";
import type { CommandIo } from "../io.ts";
import { amount, type Column, formatDuration, formatInteger, tableLines } from "../output.ts";

export interface LabTrainValues {
  readonly out: string;
  readonly model: readonly string[];
  readonly sources: string | undefined;
  readonly dryRun: boolean;
  readonly jobs: number | undefined;
  readonly json: boolean;
}

const columns: readonly Column[] = [
  { title: "model", align: "left" },
  { title: "tokens", align: "right" },
  { title: "time", align: "right" },
];

/** `rote lab train`: the models of a world, or what they would take. */
export async function labTrain(values: LabTrainValues, io: CommandIo): Promise<ExitCode> {
  const { out, dryRun, jobs, json } = values;
  const { signal, onProgress, stdout } = io;
  const settings = await readWorldSettings(out);
  if (settings === undefined)
    throw new RoteError("file/missing", `${out} holds no world; write one with rote lab world`);
  const sources = await readSources(values.sources ?? join(demoFolder, "sources"));
  const all = suiteModels(settings, { dilution: sources.dilution.length > 0 });
  const models = chooseSuiteModels(all, values.model);
  const world = await planWorld(sources, settings, { signal });
  if (dryRun) {
    await printPlan(world, models, values, io);
    return 0;
  }
  const start = io.now();
  const written: string[] = [];
  await trainSuite(out, world, models, {
    ...{ jobs, signal, onProgress },
    onModel({ name }, summary) {
      const folder = join(out, "models", name);
      written.push(json ? JSON.stringify({ name, folder, ...summary }) : folder);
      if (summary !== undefined)
        io.say(
          `${name}: ${formatInteger(summary.trainedTokens)} tokens, loss ${summary.loss.toFixed(3)}`,
        );
    },
  });
  for (const line of written) await stdout.write(`${line}\n`);
  io.say(`${amount(models.length, "model")} in ${formatDuration((io.now() - start) / 1000)}`);
  return 0;
}

async function printPlan(
  world: World,
  models: readonly SuiteModel[],
  { out, json, jobs = availableParallelism() }: LabTrainValues,
  { stdout, say, signal, onProgress }: CommandIo,
): Promise<void> {
  const own = join(out, "tokenizer");
  const path = (await exists(own)) ? own : join(demoFolder, "tokenizer");
  const shapes = models.map(({ shape }) => shape);
  const rates = await measureRates(shapes, { jobs, tokenizer: path, signal });
  const tokenizer = await openTokenizer(path);
  const planned = await planSuite(world, models, { tokenizer, rates }, { signal, onProgress });
  const rows = planned.map(({ model: { name, arm, shape, seed }, tokens, seconds }) => ({
    ...{ name, arm, shape, seed, tokens, seconds },
  }));
  if (json) for (const row of rows) await stdout.writeJson(row);
  else {
    const cells = rows.map(({ name, tokens, seconds }) => [
      name,
      formatInteger(tokens),
      formatDuration(seconds),
    ]);
    for (const line of tableLines(columns, cells)) await stdout.write(`${line}\n`);
  }
  const seconds = rows.reduce((sum, row) => sum + row.seconds, 0);
  say(
    `${amount(rows.length, "model")}, about ${formatDuration(seconds)} on ${amount(jobs, "thread")}`,
  );
}
