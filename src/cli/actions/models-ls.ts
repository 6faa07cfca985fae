import { listModels, type ModelSummary } from "../../models/suites/list-models.ts";
import type { ExitCode } from "../define-command.ts";
import type { CommandIo } from "../io.ts";
import { amount, type Column, formatBytes, formatInteger, tableLines } from "../output.ts";

export interface ModelsLsValues {
  readonly path: string;
  readonly json: boolean;
}

const columns: readonly Column[] = [
  { title: "model", align: "left" },
  { title: "checkpoint", align: "right" },
  { title: "family", align: "left" },
  { title: "parameters", align: "right" },
  { title: "dtype", align: "left" },
  { title: "size", align: "right" },
  { title: "tokenizer", align: "left" },
  { title: "path", align: "left" },
];

/** `rote models ls`. */
export async function listModelsAt(
  { path, json }: ModelsLsValues,
  io: CommandIo,
): Promise<ExitCode> {
  const { models, problems } = await listModels(path);
  if (json) {
    for (const row of [...models, ...problems]) await io.stdout.writeJson(row);
  } else {
    if (models.length > 0)
      for (const line of tableLines(columns, models.map(cells))) await io.stdout.write(`${line}\n`);
    for (const { problem } of problems) io.say(`not a model: ${problem}`);
    io.say(`${amount(models.length, "model")}, ${amount(problems.length, "problem")}`);
  }
  return models.length === 0 ? 1 : 0;
}

function cells(model: ModelSummary): readonly string[] {
  const { name, step, revision, family, parameters, dtype, bytes, tokenizer, path } = model;
  return [
    name,
    revision ?? (step === null ? "" : `step ${formatInteger(step)}`),
    family,
    formatInteger(parameters),
    dtype,
    formatBytes(bytes),
    tokenizer ? "yes" : "no",
    path,
  ];
}
