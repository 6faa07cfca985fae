import { calibrateWorld } from "../../lab/calibration/calibrate-world.ts";
import { writeCalibrationPage } from "../../report/write-calibration-page.ts";
import { jobsOf } from "../corpus-source.ts";
import type { ExitCode } from "../define-command.ts";
import type { CommandIo } from "../io.ts";
import { amount, formatDuration } from "../output.ts";

export interface LabCardValues {
  readonly world: string;
  readonly seed: number;
  readonly bootstrap: number;
  readonly tokenizer: string | undefined;
  readonly jobs: number | undefined;
  readonly json: boolean;
}

/** `rote lab card`: calibration.json, and its page. */
export async function labCard(values: LabCardValues, io: CommandIo): Promise<ExitCode> {
  const { world, seed, bootstrap: resamples, tokenizer, jobs, json } = values;
  const { signal, onProgress } = io;
  const start = io.now();
  const card = await calibrateWorld(world, {
    ...{ seed, resamples, tokenizer, jobs: jobsOf(jobs), signal, onProgress },
    command: io.commandLine,
  });
  const page = await writeCalibrationPage(world);
  if (json) await io.stdout.writeJson(card);
  else await io.stdout.write(`${page}\n`);
  const measures = amount(card.measures.length, "measure");
  const models = amount(card.models.length, "model");
  io.say(`${measures} on ${models}; ${formatDuration((io.now() - start) / 1000)}`);
  return 0;
}
