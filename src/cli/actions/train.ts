import { basename, dirname, extname } from "node:path";
import { readYaml } from "../../base/yaml.ts";
import { parseTrainingConfig } from "../../models/training/config.ts";
import { trainModel } from "../../models/training/train.ts";
import type { ExitCode } from "../define-command.ts";
import type { CommandIo } from "../io.ts";
import { formatDuration, formatInteger } from "../output.ts";

export interface TrainValues {
  readonly config: string;
  readonly out: string | undefined;
  readonly resume: boolean;
  readonly jobs: number | undefined;
  readonly json: boolean;
}

/** `rote train`: the model's folder, and what was done to make it. */
export async function train(values: TrainValues, io: CommandIo): Promise<ExitCode> {
  const { config: path, resume, jobs, json } = values;
  const { out = basename(path, extname(path)) } = values;
  const config = parseTrainingConfig(await readYaml(path), {
    folder: dirname(path),
    source: path,
  });
  const { signal, onProgress } = io;
  const start = io.now();
  const summary = await trainModel(config, {
    ...{ out, resume, signal, onProgress },
    ...(jobs === undefined ? {} : { threads: jobs }),
  });
  const { folder, parameters, steps, trainedTokens, loss } = summary;
  if (json) await io.stdout.writeJson(summary);
  else await io.stdout.write(`${folder}\n`);
  io.say(
    `${formatInteger(parameters)} parameters, ${formatInteger(steps)} steps, ` +
      `${formatInteger(trainedTokens)} tokens, loss ${loss.toFixed(3)} in ${formatDuration((io.now() - start) / 1000)}`,
  );
  return 0;
}
