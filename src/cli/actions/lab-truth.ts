import { buildTruth, type MeasuredModel } from "../../lab/truth/build-truth.ts";
import { chooseWorldModels, findWorldModels } from "../../lab/truth/world-models.ts";
import type { ExitCode } from "../define-command.ts";
import type { CommandIo } from "../io.ts";
import { amount, formatDuration } from "../output.ts";

export interface LabTruthValues {
  readonly world: string;
  readonly model: readonly string[];
  readonly checkpoints: boolean;
  readonly jobs: number | undefined;
  readonly json: boolean;
}

/** `rote lab truth`: recall under each model, gathered in truth.parquet. */
export async function labTruth(values: LabTruthValues, io: CommandIo): Promise<ExitCode> {
  const { world, model: names, checkpoints, jobs: threads, json } = values;
  const { signal, onProgress } = io;
  const start = io.now();
  const seconds = (): string => formatDuration((io.now() - start) / 1000);
  const models = chooseWorldModels(await findWorldModels(world), names, { checkpoints });
  const onModel = ({ name, rows, kept }: MeasuredModel): void => {
    io.say(`${name}: ${amount(rows, "number")}${kept ? ", measured before" : `; ${seconds()}`}`);
  };
  const command = io.commandLine;
  const built = await buildTruth(world, { models, threads, command, onModel, signal, onProgress });
  if (json) await io.stdout.writeJson(built);
  else await io.stdout.write(`${built.path}\n`);
  if (built.stale.length > 0)
    io.say(`left out, of another manifest: ${built.stale.join(", ")}; measure them again`);
  io.say(
    `${amount(built.rows, "number")} of ${amount(built.models.length, "model")}; ${seconds()}`,
  );
  return 0;
}
