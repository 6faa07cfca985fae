import { basename, dirname, extname } from "node:path";
import { RoteError } from "../../base/errors.ts";
import { readYaml } from "../../base/yaml.ts";
import type { Device } from "../../graph/device.ts";
import { parseTrainingConfig, type TrainingConfig } from "../../models/training/config.ts";
import { forecastTraining, type TrainingForecast } from "../../models/training/forecast.ts";
import { trainModel, type TrainingSummary } from "../../models/training/train.ts";
import type { ExitCode } from "../define-command.ts";
import type { CommandIo } from "../io.ts";
import { amount, formatBytes, formatDuration, formatInteger } from "../output.ts";
import { drawTrainingCurves } from "./training-curves.ts";

export interface TrainValues {
  readonly config: string;
  readonly out: string | undefined;
  readonly resume: boolean;
  readonly dryRun: boolean;
  readonly jobs: number | undefined;
  readonly device: Device;
  readonly json: boolean;
}

/** `rote train`: the model's folder, and what was done to make it; or what it would take. */
export async function train(values: TrainValues, io: CommandIo): Promise<ExitCode> {
  const { config: path, resume, dryRun, jobs, device, json } = values;
  const { out = basename(path, extname(path)) } = values;
  const config = parseTrainingConfig(await readYaml(path), {
    folder: dirname(path),
    source: path,
  });
  if (dryRun) return forecast(config, values, io);
  const { signal, onProgress } = io;
  const start = io.now();
  const summary = await trainModel(config, {
    ...{ out, resume, device, signal, onProgress },
    threads: jobs,
  });
  await drawTrainingCurves(summary.folder);
  if (json) await io.stdout.writeJson(summary);
  else await io.stdout.write(`${summary.folder}\n`);
  io.say(`${sentence(summary)} in ${formatDuration((io.now() - start) / 1000)}`);
  const { cutDocuments = 0 } = summary;
  if (cutDocuments > 0) io.say(cutSentence(cutDocuments));
  return 0;
}

function sentence({ parameters, steps, trainedTokens, loss, heldOut }: TrainingSummary): string {
  const observed = heldOut ? `, perplexity ${heldOut.perplexity.toFixed(2)} held out` : "";
  return (
    `${formatInteger(parameters)} parameters, ${formatInteger(steps)} steps, ` +
    `${formatInteger(trainedTokens)} tokens, loss ${loss.toFixed(3)}${observed}`
  );
}

function cutSentence(documents: number): string {
  return `${amount(documents, "document")} longer than a sequence: cut into several`;
}

async function forecast(
  config: TrainingConfig,
  { resume, jobs, device, json }: TrainValues,
  { stdout, signal, onProgress }: CommandIo,
): Promise<ExitCode> {
  if (resume)
    throw new RoteError("usage", "--dry-run is about a whole training; leave out --resume");
  const found = await forecastTraining(config, { signal, onProgress, device, threads: jobs });
  if (json) await stdout.writeJson(found);
  else for (const line of forecastLines(found)) await stdout.write(`${line}\n`);
  return 0;
}

function forecastLines(found: TrainingForecast): readonly string[] {
  const { documents, corpusTokens, sequences, cutDocuments = 0, heldOutTokens, models } = found;
  const stream = `${amount(corpusTokens, "token")} in ${amount(documents, "document")}`;
  const rows: readonly (readonly [string, string])[] = [
    ["corpus", `${stream}, ${amount(sequences, "sequence")}`],
    ...(cutDocuments > 0 ? [["", cutSentence(cutDocuments)] as const] : []),
    ...(heldOutTokens > 0 ? [["held out", amount(heldOutTokens, "token")] as const] : []),
    ["model", amount(found.parameters, "parameter")],
    ["training", `${amount(found.steps, "step")}, ${amount(found.trainedTokens, "token")}`],
    ["rate", `${formatInteger(found.tokensPerSecond)} tokens/s`],
    ["time", formatDuration(found.seconds)],
    ["memory", formatBytes(found.memoryBytes)],
    ["written", `${amount(models, "model")}, ${formatBytes(found.modelBytes)}`],
  ];
  return rows.map(([name, value]) => `${name.padEnd(10)}${value}`);
}
