import { basename, dirname, extname, join } from "node:path";
import { readText, writeAtomically } from "../../base/files.ts";
import { readYaml } from "../../base/yaml.ts";
import type { Device } from "../../graph/device.ts";
import { parseTrainingConfig } from "../../models/training/config.ts";
import { trainModel } from "../../models/training/train.ts";
import type { TrainingLogEntry } from "../../models/training/training-log.ts";
import type { ExitCode } from "../define-command.ts";
import type { CommandIo } from "../io.ts";
import { formatDuration, formatInteger } from "../output.ts";

export interface TrainValues {
  readonly config: string;
  readonly out: string | undefined;
  readonly resume: boolean;
  readonly jobs: number | undefined;
  readonly device: Device;
  readonly json: boolean;
}

/** `rote train`: the model's folder, and what was done to make it. */
export async function train(values: TrainValues, io: CommandIo): Promise<ExitCode> {
  const { config: path, resume, jobs, device, json } = values;
  const { out = basename(path, extname(path)) } = values;
  const config = parseTrainingConfig(await readYaml(path), {
    folder: dirname(path),
    source: path,
  });
  const { signal, onProgress } = io;
  const start = io.now();
  const summary = await trainModel(config, {
    ...{ out, resume, device, signal, onProgress },
    threads: jobs,
  });
  const { folder, parameters, steps, trainedTokens, loss } = summary;
  await drawCurves(folder);
  if (json) await io.stdout.writeJson(summary);
  else await io.stdout.write(`${folder}\n`);
  io.say(
    `${formatInteger(parameters)} parameters, ${formatInteger(steps)} steps, ` +
      `${formatInteger(trainedTokens)} tokens, loss ${loss.toFixed(3)} in ${formatDuration((io.now() - start) / 1000)}`,
  );
  return 0;
}

/** Draw loss.svg and gradient-norm.svg beside training.jsonl. */
async function drawCurves(folder: string): Promise<void> {
  const { trainingFigure } = await import("../../report/figure.ts");
  const lines = (await readText(join(folder, "training.jsonl"))).trimEnd().split("\n");
  const entries = lines.map((line) => JSON.parse(line) as TrainingLogEntry);
  const curves = [
    { file: "loss.svg", key: "loss", label: "loss (nats a token)" },
    { file: "gradient-norm.svg", key: "gradientNorm", label: "gradient norm" },
  ] as const;
  for (const { file, key, label } of curves) {
    const points = entries.map((entry) => ({ step: entry.step, value: entry[key] }));
    const [first, last] = [points[0]!.value, points.at(-1)!.value];
    const description = `${points.length} steps, from ${first.toPrecision(4)} to ${last.toPrecision(4)}`;
    const svg = trainingFigure(points, { title: `Training: ${label}`, description }, label);
    await writeAtomically(join(folder, file), `${svg}\n`);
  }
}
