import { join } from "node:path";
import { RoteError } from "../../base/errors.ts";
import { cacheVectors } from "../../models/encoders/vector-cache.ts";
import { openEmbedder } from "../../models/open-embedder.ts";
import { demoFolder } from "../../study/load-study.ts";
import type { MiningOptions, PairFilter, TaskLanguages } from "../../task-grams/options.ts";
import { type MinedTable, mineTaskGrams } from "../../task-grams/mine.ts";
import { writeTaskGrams } from "../../task-grams/table.ts";
import type { ThresholdChoice } from "../../task-grams/threshold.ts";
import { type FileTask, openTask } from "../../tasks/load.ts";
import type { Example } from "../../tasks/task.ts";
import { textPolicy } from "../../text/policies.ts";
import type { TextPolicy } from "../../text/policy.ts";
import type { ExitCode } from "../define-command.ts";
import type { CommandIo } from "../io.ts";
import { tableLines } from "../output.ts";
import { connectionOf, type RunningValues } from "../running.ts";

export interface MineValues extends RunningValues {
  readonly task: string;
  readonly out: string;
  readonly n: readonly number[];
  readonly embedder: string | undefined;
  readonly cache: string | undefined;
  readonly threshold: string;
  readonly nullShare: number;
  readonly split: "train" | "test" | "all" | undefined;
  readonly outputs: "ngrams" | "whole";
  readonly filter: readonly PairFilter[];
  readonly languages: string | undefined;
  readonly policy: string;
  readonly seed: number;
  readonly json: boolean;
}

/** `rote mine`: the task-gram table of a task file; exit status 1 where no pair is kept. */
export async function mine(values: MineValues, io: CommandIo): Promise<ExitCode> {
  const choices = choicesOf(values);
  await using opened = await openEmbedder(values.embedder ?? join(demoFolder, "embedder.bin"), {
    threads: values.jobs,
    device: values.device,
    connection: connectionOf(values, io),
  });
  const { cache } = values;
  await using cached = cache === undefined ? undefined : await cacheVectors(opened, cache);
  const embedder = cached ?? opened;
  const task = await openTask({ file: values.task });
  const split = values.split ?? (task.isSplit ? "train" : "all");
  const lengths = values.n.length === 0 ? [2] : values.n;
  const mined: MinedTable[] = [];
  for (const n of lengths) {
    const options = { ...choices, n, signal: io.signal, onProgress: io.onProgress };
    mined.push(await mineTaskGrams(task.name, () => examplesOf(task, split), embedder, options));
  }
  const tables = mined.map(({ table }) => table);
  await writeTaskGrams(values.out, tables, {
    embedder: embedder.identity.sha256 ?? embedder.identity.name,
    policy: choices.policy.version,
    threshold: values.threshold,
    split,
    filters: values.filter.join(","),
    seed: String(values.seed),
  });
  await printSummary(mined, lengths, values, io);
  return tables.some(({ size }) => size > 0) ? 0 : 1;
}

/** The choices that hold for every n, parsed. */
function choicesOf({
  filter: filters,
  languages,
  threshold,
  policy,
  ...values
}: MineValues): Omit<MiningOptions, "n" | "policy"> & { readonly policy: TextPolicy } {
  const { nullShare, outputs, seed } = values;
  return {
    languages: parseLanguages(languages),
    threshold: parseThreshold(threshold),
    policy: textPolicy(policy),
    ...{ nullShare, outputs, filters, seed },
  };
}

async function* examplesOf(
  task: FileTask,
  split: NonNullable<MineValues["split"]>,
): AsyncGenerator<Example> {
  if (split !== "test" || !task.isSplit) yield* task.examples("train");
  if (split !== "train" && task.isSplit) yield* task.examples("test");
}

/** "en,de" → input en, output de; an empty side is not judged. */
function parseLanguages(text: string | undefined): TaskLanguages {
  if (text === undefined) return {};
  const [input, output, ...rest] = text.split(",").map((code) => code.trim());
  if (output === undefined || rest.length > 0)
    throw new RoteError("usage", `--languages takes two codes, as in en,de or ,de; got "${text}"`);
  return { input: input === "" ? undefined : input, output: output === "" ? undefined : output };
}

async function printSummary(
  mined: readonly MinedTable[],
  lengths: readonly number[],
  { json }: MineValues,
  { stdout }: CommandIo,
): Promise<void> {
  const rows = mined.map(({ table, threshold, survey }, i) => ({
    n: lengths[i]!,
    pairs: table.size,
    examples: survey.examples,
    threshold: threshold.value ?? null,
    realPassRate: threshold.real,
    nullPassRate: threshold.null,
  }));
  if (json) {
    for (const row of rows) await stdout.writeJson(row);
    return;
  }
  const titles = [
    "n",
    "distinct pairs",
    "examples",
    "threshold",
    "real pairs above",
    "null pairs above",
  ];
  const cells = rows.map((row) => [
    String(row.n),
    String(row.pairs),
    String(row.examples),
    row.threshold === null ? "none" : row.threshold.toFixed(3),
    percent(row.realPassRate),
    percent(row.nullPassRate),
  ]);
  const columns = titles.map((title) => ({ title, align: "right" as const }));
  for (const line of tableLines(columns, cells)) await stdout.write(`${line}\n`);
}

function percent({ rate, pairs }: MinedTable["threshold"]["real"]): string {
  return rate === undefined ? "–" : `${(100 * rate).toFixed(1)} % of ${pairs}`;
}

function parseThreshold(text: string): ThresholdChoice {
  if (text === "calibrated" || text === "none") return text;
  const value = Number(text);
  if (text.trim() !== "" && value >= -1 && value < 1) return value;
  throw new RoteError(
    "usage",
    `--threshold must be calibrated, none or a cosine in [-1, 1), got "${text}"`,
  );
}
