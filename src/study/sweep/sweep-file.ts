/** What a sweep leaves in a run directory: every specification as a table, and what the curves say for run.json. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { exists, readJson, writeAtomically } from "../../base/files.ts";
import { canonicalJson, sha256 } from "../../base/json.ts";
import { version } from "../../base/provenance.ts";
import type { Study } from "../load-study.ts";
import { readTable, type Table, writeTable } from "../tables.ts";
import { type AxisName, axisNames, type SweepAxes } from "./axes.ts";
import type { SpecificationCurve } from "./curve.ts";
import type { Finding, Specification } from "./specifications.ts";

/** The record kept as run.json's `sweep`. */
export interface SweepRecord {
  /** The options of every choice, by label. */
  readonly axes: Readonly<Record<AxisName, readonly string[]>>;
  readonly variants: number;
  /** Where variants leave a task without pairs, and why: their specifications are there, without a value. */
  readonly empty: readonly {
    readonly task: string;
    readonly n: number;
    readonly because: string;
    readonly variants: readonly string[];
  }[];
  readonly level: number;
  readonly curves: readonly SpecificationCurve[];
}

/** A row of sweep.parquet. */
export interface SpecificationRow {
  readonly task: string;
  readonly model: string;
  readonly checkpoint: string | null;
  readonly threshold: string;
  readonly n: number;
  readonly embedder: string;
  readonly stopWords: string;
  readonly unit: string;
  readonly zeros: string;
  readonly corpus: string;
  readonly isStudy: boolean;
  readonly variant: string;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly pValue: number | null;
  readonly nullMean: number | null;
  readonly nullLow: number | null;
  readonly nullHigh: number | null;
  readonly nullPValue: number | null;
  readonly permutations: number | null;
  readonly points: number;
  readonly examples: number;
  readonly finding: string | null;
  readonly undefinedBecause: string | null;
  /** A JSON object of pairs by fate. */
  readonly drops: string;
}

const number = { type: "double", nullable: true } as const;
const text = { type: "string" } as const;

export const sweepTable: Table<SpecificationRow> = {
  file: "sweep.parquet",
  columns: [
    { name: "task", ...text },
    { name: "model", ...text },
    { name: "checkpoint", ...text, nullable: true },
    { name: "threshold", ...text },
    { name: "n", type: "int32" },
    { name: "embedder", ...text },
    { name: "stopWords", ...text },
    { name: "unit", ...text },
    { name: "zeros", ...text },
    { name: "corpus", ...text },
    { name: "isStudy", type: "boolean" },
    { name: "variant", ...text },
    { name: "value", ...number },
    { name: "low", ...number },
    { name: "high", ...number },
    { name: "pValue", ...number },
    { name: "nullMean", ...number },
    { name: "nullLow", ...number },
    { name: "nullHigh", ...number },
    { name: "nullPValue", ...number },
    { name: "permutations", type: "int32", nullable: true },
    { name: "points", type: "int32" },
    { name: "examples", type: "int32" },
    { name: "finding", ...text, nullable: true },
    { name: "undefinedBecause", ...text, nullable: true },
    { name: "drops", ...text },
  ],
};

export const sweepFile = "sweep.json";

/** What of a study a sweep's record hangs on besides the files of its run. */
function keyOf(study: Study): string {
  return sha256(canonicalJson({ version, study }));
}

/** Leave a sweep's specifications and record behind. */
export async function writeSweep(
  directory: string,
  study: Study,
  {
    specifications,
    record,
  }: { readonly specifications: readonly Specification[]; readonly record: SweepRecord },
): Promise<void> {
  const place = { file: (name: string): string => join(directory, name) };
  await writeTable(place, sweepTable, specifications.map(rowOf));
  const content = { study: keyOf(study), sweep: record };
  await writeAtomically(join(directory, sweepFile), `${JSON.stringify(content, null, 2)}\n`);
}

/** The sweep of this very study and version, where its run directory holds one; else null, and any other is removed. */
export async function keepSweep(directory: string, study: Study): Promise<SweepRecord | null> {
  const path = join(directory, sweepFile);
  if (await exists(path)) {
    const found = (await readJson(path)) as { readonly study: string; readonly sweep: SweepRecord };
    if (found.study === keyOf(study)) return found.sweep;
  }
  for (const name of [sweepFile, sweepTable.file]) await rm(join(directory, name), { force: true });
  return null;
}

/** The specifications that a sweep left in a run directory, at the level of its intervals. */
export async function readSpecifications(
  directory: string,
  level: number,
): Promise<readonly Specification[]> {
  const rows = await readTable(join(directory, sweepTable.file), sweepTable);
  return rows.map((row) => specificationOf(row, level));
}

/** The labels of every choice. */
export function axisLabels(axes: SweepAxes): SweepRecord["axes"] {
  const labels = axisNames.map((name) => [name, axes[name].map(({ label }) => label)] as const);
  return Object.fromEntries(labels) as unknown as SweepRecord["axes"];
}

function rowOf({ options, interval, null: band, drops, ...own }: Specification): SpecificationRow {
  const { threshold, embedder, stopWords, unit, zeros, corpus } = options;
  return {
    ...own,
    ...{ threshold, n: Number(options.n), embedder, stopWords, unit, zeros, corpus },
    ...{ low: interval?.low ?? null, high: interval?.high ?? null },
    ...{ nullMean: band?.mean ?? null, nullLow: band?.low ?? null, nullHigh: band?.high ?? null },
    ...{ nullPValue: band?.pValue ?? null, permutations: band?.permutations ?? null },
    drops: JSON.stringify(drops),
  };
}

function specificationOf(row: SpecificationRow, level: number): Specification {
  const { threshold, n, embedder, stopWords, unit, zeros, corpus, finding, drops } = row;
  const { low, high, nullMean, nullLow, nullHigh, nullPValue, permutations } = row;
  const { task, model, checkpoint, isStudy, variant, value, pValue } = row;
  const { points, examples, undefinedBecause } = row;
  const hasNull = nullMean !== null && nullLow !== null && nullHigh !== null && nullPValue !== null;
  return {
    ...{ task, model, checkpoint, isStudy, variant, value, pValue },
    ...{ points, examples, undefinedBecause },
    options: { threshold, n: String(n), embedder, stopWords, unit, zeros, corpus },
    interval:
      low === null || high === null ? null : { low, high, level, method: "clustered bootstrap" },
    null: hasNull
      ? {
          ...{ mean: nullMean, low: nullLow, high: nullHigh },
          ...{ pValue: nullPValue, permutations: permutations ?? 0 },
        }
      : null,
    finding: finding as Finding | null,
    drops: JSON.parse(drops) as Specification["drops"],
  };
}
