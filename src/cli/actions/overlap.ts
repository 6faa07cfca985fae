import { RoteError } from "../../base/errors.ts";
import type { CountEngine } from "../../counting/count-engine.ts";
import { openScan } from "../../counting/scan/scan-engine.ts";
import { findOverlap, overlapLengths } from "../../overlap/find-overlap.ts";
import type { OverlapRow } from "../../overlap/overlap-rows.ts";
import { type OverlapPreset, overlapPreset, presetLength } from "../../overlap/presets.ts";
import {
  applyPreset,
  type ContaminatedShare,
  matchedRows,
  summarizeOverlap,
} from "../../overlap/summary.ts";
import type { Example } from "../../tasks/task.ts";
import { textPolicy } from "../../text/policies.ts";
import type { TextPolicy } from "../../text/policy.ts";
import {
  type CorpusValues,
  jobsOf,
  leftOutLines,
  openCorpusOf,
  readText,
} from "../corpus-source.ts";
import type { ExitCode } from "../define-command.ts";
import type { CommandIo } from "../io.ts";
import { formatDuration, formatInteger, tableLines } from "../output.ts";
import { readTaskOf, type TaskValues } from "../task-source.ts";
import {
  indexSummary,
  openIndexOf,
  refuseBesideIndex,
  requireCorpus,
} from "../word-index-source.ts";

export interface OverlapValues extends CorpusValues, TaskValues {
  readonly split: "train" | "test" | "all" | undefined;
  readonly index: string | undefined;
  readonly n: readonly string[];
  readonly preset: string | undefined;
  readonly documents: number;
  readonly policy: TextPolicy["name"];
  readonly jobs: number | undefined;
  readonly json: boolean;
}

/** Documents of a match shown to people; JSON has all that are kept. */
const shownDocuments = 3;

/** `rote overlap`: 1 where nothing is found, or no example is contaminated by the preset's rule. */
export async function overlap(values: OverlapValues, io: CommandIo): Promise<ExitCode> {
  const { preset: name, documents } = values;
  const policy = textPolicy(values.policy);
  const preset = name === undefined ? undefined : overlapPreset(name);
  if (preset !== undefined && values.n.length > 0)
    throw new RoteError("usage", `--preset ${preset.name} sets the length itself; leave --n out`);
  if (values.index === undefined) requireCorpus(values);
  else refuseBesideIndex(values);
  const asked = preset === undefined ? parseLengths(values.n) : undefined;
  const examples = await examplesOf(values, io);
  const lengths = asked ?? [presetLength(preset!, examples, policy)];
  const { engine, finish } = await openEngine(values, policy, io);
  await using _ = engine;
  const { signal, onProgress } = io;
  const options = { lengths, policy, documents, signal, onProgress };
  const rows = await findOverlap(examples, engine, options);
  const found =
    preset === undefined
      ? await giveRows(rows, values, io)
      : await giveVerdicts(rows, preset, values, io);
  for (const line of finish()) io.say(line);
  return found ? 0 : 1;
}

/** `["8,13", "50"]` → 8, 13, 50. */
function parseLengths(values: readonly string[]): readonly number[] {
  if (values.length === 0) return overlapLengths;
  return values
    .flatMap((value) => value.split(","))
    .map((text) => {
      if (/^[1-9]\d{0,8}$/.test(text.trim())) return Number(text);
      throw new RoteError("usage", `--n takes whole numbers with commas between, got "${text}"`);
    });
}

async function examplesOf(values: OverlapValues, io: CommandIo): Promise<readonly Example[]> {
  const examples = await readTaskOf(values, io);
  const isTrain = ({ split }: Example): boolean => split === "train";
  const isSplit = examples.some(isTrain) && !examples.every(isTrain);
  const wanted = values.split ?? (isSplit ? "test" : "all");
  if (wanted === "all") return examples;
  const chosen = examples.filter((example) => isTrain(example) === (wanted === "train"));
  if (chosen.length > 0) {
    if (values.split === undefined)
      io.say(
        `${values.task}: the split test is looked for, ${formatInteger(chosen.length)} of ${formatInteger(examples.length)} examples (--split all takes all)`,
      );
    return chosen;
  }
  throw new RoteError("task/empty", `${values.task} has no example of the split ${wanted}`);
}

/** What answers, and what is said of it afterwards. */
async function openEngine(
  values: OverlapValues,
  policy: TextPolicy,
  io: CommandIo,
): Promise<{ readonly engine: CountEngine; readonly finish: () => readonly string[] }> {
  const start = io.now();
  const seconds = (): number => (io.now() - start) / 1000;
  const { index } = values;
  if (index !== undefined) {
    const engine = await openIndexOf(index, values.policy);
    return { engine, finish: () => [indexSummary(index, engine.identity, seconds())] };
  }
  const corpus = await openCorpusOf(values, io);
  const engine = await openScan(corpus, { policy, jobs: jobsOf(values.jobs) });
  const finish = (): readonly string[] => {
    const report = corpus.report();
    const { words } = engine.identity;
    const read = readText({ ...report, words });
    return [
      `${corpus.name}: ${read}, answered in ${formatDuration(seconds())}`,
      ...leftOutLines(report),
    ];
  };
  return { engine, finish };
}

/** Print the rows and the shares of examples; whether any n-gram was found. */
async function giveRows(
  rows: readonly OverlapRow[],
  { json }: OverlapValues,
  io: CommandIo,
): Promise<boolean> {
  const shares = summarizeOverlap(rows).map(({ n, part, ...share }) => ({
    title: [String(n), part],
    share,
  }));
  if (json) for (const row of rows) await io.stdout.writeJson(row);
  else await printTable(matchedRows(rows), io);
  await giveShares(["n", "part"], shares, { json, io });
  return shares.some(({ share }) => share.contaminated > 0);
}

/** The same by a preset's rule; whether any example is contaminated. */
async function giveVerdicts(
  rows: readonly OverlapRow[],
  preset: OverlapPreset,
  { json }: OverlapValues,
  io: CommandIo,
): Promise<boolean> {
  const { verdicts, share } = applyPreset(rows, preset);
  const verdictOf = (row: number): boolean | null => verdicts[Math.floor(row / 3)] ?? null;
  if (json)
    for (const [i, row] of rows.entries())
      await io.stdout.writeJson({ ...row, contaminated: verdictOf(i) });
  else
    await printTable(
      rows.filter(({ matched }, i) => matched > 0 && verdictOf(i) === true),
      io,
    );
  await giveShares(["preset", "n"], [{ title: [preset.name, String(rows[0]?.n ?? 0)], share }], {
    json,
    io,
  });
  io.say(`${preset.name}: contaminated is ${preset.rule}; ${preset.differs}`);
  io.say(`source: ${preset.source}`);
  return share.contaminated > 0;
}

async function printTable(rows: readonly OverlapRow[], { stdout }: CommandIo): Promise<void> {
  if (rows.length === 0) return;
  const right = ["n", "matched", "total", "longest", "df"];
  const columns = ["id", "part", ...right, "documents"].map((title) => ({
    title,
    align: right.includes(title) ? ("right" as const) : ("left" as const),
  }));
  const cells = rows.map(({ id, part, n, matched, total, longest, df, documents }) => [
    id,
    part,
    ...[n, matched, total, longest, df].map(formatInteger),
    documents.slice(0, shownDocuments).join(", ") + (df > shownDocuments ? ", …" : ""),
  ]);
  for (const line of tableLines(columns, cells)) await stdout.write(`${line}\n`);
  await stdout.write("\n");
}

/** The shares as a table: data where people read, conversation beside JSON. */
async function giveShares(
  titles: readonly string[],
  shares: readonly { readonly title: readonly string[]; readonly share: ContaminatedShare }[],
  { json, io }: { readonly json: boolean; readonly io: CommandIo },
): Promise<void> {
  const numbers = ["examples", "contaminated", "share", "95 % interval (Wilson)", "too short"];
  const columns = [
    ...titles.map((title) => ({ title, align: "left" as const })),
    ...numbers.map((title) => ({ title, align: "right" as const })),
  ];
  const cells = shares.map(({ title, share }) => [...title, ...shareCells(share)]);
  for (const line of tableLines(columns, cells)) {
    if (json) io.say(line);
    else await io.stdout.write(`${line}\n`);
  }
}

function shareCells({
  examples,
  contaminated,
  share,
  interval,
  unjudged,
}: ContaminatedShare): string[] {
  const percent = (value: number): string => (100 * value).toFixed(1);
  return [
    formatInteger(examples),
    formatInteger(contaminated),
    share === null ? "–" : `${percent(share)} %`,
    interval === null ? "–" : `${percent(interval.low)} … ${percent(interval.high)} %`,
    formatInteger(unjudged),
  ];
}
