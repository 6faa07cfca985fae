import { availableParallelism } from "node:os";
import { join } from "node:path";
import { RoteError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import { provenance } from "../../base/provenance.ts";
import type { MeasuredRows } from "../../memorization/measure-rows.ts";
import type { MemorizationEstimate } from "../../memorization/memorization-estimate.ts";
import type { Performance } from "../../memorization/performance.ts";
import { smoothingOf } from "../../memorization/task-gram-probability.ts";
import { measureFiles } from "../../study/measure-files.ts";
import { measureRun } from "../../study/measure-run.ts";
import { type MeasureChanges, measureTables } from "../../study/measure-tables.ts";
import { miningFile } from "../../study/stages/mine.ts";
import { completeRecorded } from "../../study/recorded-study.ts";
import { readRunFile } from "../../study/run-file.ts";
import type { CommandIo } from "../io.ts";
import { tableLines } from "../output.ts";

interface MeasureFlags {
  readonly run: string | undefined;
  readonly counts: string | undefined;
  readonly scores: string | undefined;
  readonly seed: number | undefined;
  readonly bootstrap: number | undefined;
  readonly permutations: number | undefined;
  readonly cluster: "example" | "group" | undefined;
  readonly unit: "pair" | "mean" | undefined;
  readonly smoothing: number | undefined;
  readonly documents: number | undefined;
  readonly censored: boolean;
  readonly jobs: number | undefined;
  readonly json: boolean;
}

interface Measured extends Omit<MeasuredRows, "replicates"> {
  readonly performance?: readonly Performance[];
}

/** Measure a run or two files, and print the estimates. */
export async function measureAction(flags: MeasureFlags, io: CommandIo): Promise<void> {
  const measured =
    flags.run === undefined
      ? await measureTwoFiles(flags)
      : await measureAgain(flags.run, flags, io);
  if (flags.json || !io.stdout.isTerminal) {
    const { estimates, drops, family, performance } = measured;
    await io.stdout.writeJson({ estimates, drops, family, performance });
    return;
  }
  for (const line of estimateLines(measured.estimates)) await io.stdout.write(`${line}\n`);
}

async function measureTwoFiles({
  counts,
  scores,
  smoothing,
  documents,
  cluster,
  jobs,
  ...options
}: MeasureFlags): Promise<Measured> {
  if (counts === undefined || scores === undefined) {
    throw new RoteError("usage", "name a run directory, or both --counts FILE and --scores FILE");
  }
  if (smoothing !== undefined && smoothing > 0 && documents === undefined)
    throw new RoteError("usage", "--smoothing needs --documents N, the documents of the corpus");
  const { seed, bootstrap, permutations, unit, censored } = options;
  return measureFiles(counts, scores, {
    ...{ seed, bootstrap, permutations, unit, censored, clusteredBy: cluster },
    smoothing: smoothingOf(smoothing, documents),
    threads: jobs ?? availableParallelism(),
  });
}

async function measureAgain(run: string, flags: MeasureFlags, io: CommandIo): Promise<Measured> {
  refuseFileFlags(flags);
  const threads = flags.jobs ?? availableParallelism();
  const recorded = await readRunFile(run);
  const changes = changesOf(flags);
  if (!(await exists(join(run, miningFile))))
    return await measureTables(run, recorded, { ...changes, threads });
  const { identities, stages } = recorded;
  const study = completeRecorded(recorded.study);
  return measureRun(run, {
    study: { ...study, measure: { ...study.measure, ...changes } },
    modelNames: identities.models.map(({ name }) => name),
    stageNames: stages.map(({ name }) => name),
    provenance: provenance(study.seed, io.commandLine),
    threads,
  });
}

function refuseFileFlags({ counts, scores, documents, seed, permutations }: MeasureFlags): void {
  if (counts !== undefined || scores !== undefined || documents !== undefined) {
    throw new RoteError(
      "usage",
      "a run directory has its own counts, scores and number of documents; leave out --counts, --scores and --documents",
    );
  }
  if (seed !== undefined || permutations !== undefined) {
    throw new RoteError(
      "usage",
      "a run's shuffles were counted under its own seed and permutations; change them in the study file and run it again",
    );
  }
}

/** The flags that were given. */
function changesOf({
  bootstrap,
  cluster,
  unit,
  smoothing,
  censored,
}: MeasureFlags): MeasureChanges {
  return {
    ...(bootstrap !== undefined && { bootstrap }),
    ...(cluster !== undefined && { cluster }),
    ...(unit !== undefined && { unit }),
    ...(smoothing !== undefined && { smoothing }),
    ...(censored && { censored }),
  };
}

function estimateLines(estimates: readonly MemorizationEstimate[]): Iterable<string> {
  const titles = [
    "task",
    "n",
    "model",
    "method",
    "zeros",
    "points",
    "examples",
    "value",
    "interval",
    "p",
    "holm",
    "null",
  ];
  const columns = titles.map((title, i) => ({
    title,
    align: i > 4 || i === 1 ? ("right" as const) : ("left" as const),
  }));
  const isOne = new Set(estimates.map(({ corpus }) => corpus)).size < 2;
  return tableLines(
    columns,
    estimates.map((estimate) => [taskCell(estimate, isOne), ...estimateCells(estimate)]),
  );
}

/** A task, and what else tells its rows apart: the corpus, the table of another task. */
function taskCell(
  { task, corpus, against, minedOn }: MemorizationEstimate,
  isOne: boolean,
): string {
  const than = against?.corpus === undefined ? "" : ` − ${against.corpus}`;
  const where = isOne || corpus === undefined ? "" : ` in ${corpus}${than}`;
  return `${task}${where}${minedOn === undefined ? "" : ` by the table of ${minedOn}`}`;
}

function estimateCells(estimate: MemorizationEstimate): readonly string[] {
  const { n, zeros, points, examples, value, interval, pValue, adjusted, undefinedBecause } =
    estimate;
  const sizes = [
    ...[String(n), modelCell(estimate), methodCell(estimate)],
    ...[zeros, String(points), String(examples)],
  ];
  if (value === null || interval === null) return [...sizes, undefinedBecause ?? "undefined"];
  const band = estimate.null;
  return [
    ...sizes,
    value.toFixed(3),
    `${interval.low.toFixed(3)} … ${interval.high.toFixed(3)}`,
    probability(pValue),
    probability(adjusted.holm),
    band === null ? "" : `${band.low.toFixed(3)} … ${band.high.toFixed(3)}`,
  ];
}

/** A model; of differences what it is less than, of trends all models. */
function modelCell({ model, n, against, models }: MemorizationEstimate): string {
  if (models !== undefined) return models.join(", ");
  if (against === undefined || against.corpus !== undefined) return model;
  if (against.model !== model) return `${model} − ${against.model}`;
  return `${model} − ${against.n === n ? (against.checkpoint ?? "its end") : `n = ${against.n}`}`;
}

/** The method where the measure is distributional memorization, else the measure. */
function methodCell({ measure, method, controls }: MemorizationEstimate): string {
  if (measure !== "distributional-memorization") return measure;
  return controls.length === 0 ? method : `${method} (${controls.join(", ")})`;
}

function probability(p: number | null): string {
  if (p === null) return "";
  return p < 0.001 ? "< 0.001" : p.toFixed(3);
}
