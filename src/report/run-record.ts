/**
 * `run.json` as the report reads it: the keys of the contract (docs/formats.md) and nothing else,
 * so that a run written by another program is reported just as well. Parsed once, trusted after.
 */
import { RoteError } from "../base/errors.ts";
import { readJsonObject } from "../base/files.ts";
import { isRecord } from "../base/json.ts";
import {
  metricRecords,
  type MetricRecord,
  partEstimateRecords,
  type PartEstimateRecord,
} from "./part-records.ts";
import type { Interval, NullBand } from "../stats/estimate.ts";

/** An object of parsed JSON. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** A null as the page reads it. */
export interface NullRecord extends NullBand {
  /** True where the run says that whole examples were exchanged instead of shuffled pairs counted. */
  readonly exchanged: boolean;
}

/** An estimate as the page reads it. */
export interface EstimateRecord {
  readonly measure: string;
  readonly method: string;
  readonly task: string;
  readonly n: number | undefined;
  readonly model: string;
  readonly checkpoint: string | undefined;
  readonly points: number;
  readonly examples: number;
  /** Undefined where the estimate is; `undefinedBecause` says why. */
  readonly value: number | undefined;
  readonly interval: Interval | undefined;
  readonly pValue: number | undefined;
  readonly holm: number | undefined;
  readonly bh: number | undefined;
  /** What signs are read from, where that is not Holm's. */
  readonly judged?: number | undefined;
  readonly null: NullRecord | undefined;
  /** Why a value has no null. */
  readonly nullAbsentBecause: string | undefined;
  readonly zeros: string | undefined;
  /** What a partial correlation holds fixed. */
  readonly controls: readonly string[];
  /** How a zero probability enters, for measures that have several ways. */
  readonly rule: string | undefined;
  /** What a difference is taken to: a model, or a length of n-grams. */
  readonly against: string | undefined;
  readonly approximate: boolean;
  readonly undefinedBecause: string | undefined;
  /** What was counted; undefined where a run does not say. */
  readonly corpus: string | undefined;
  /** The other task whose table told the pairs. */
  readonly minedOn: string | undefined;
  /** The models of a trend, and what it goes over: their parameters or steps. */
  readonly models: readonly string[];
  readonly over: readonly number[];
}

/** A row of the drop table as the page reads it. */
export interface DropRecord {
  readonly task: string;
  readonly n: number | undefined;
  readonly model: string | undefined;
  readonly reason: string;
  readonly count: number;
}

/** A stage's time and work as the page reads them. */
export interface StageSummary {
  readonly name: string;
  readonly seconds: number | undefined;
  readonly work: Readonly<Record<string, number>>;
}

/** A checked `run.json`: the part of it that the page shows. */
export interface RunRecord {
  readonly name: string;
  readonly headline: string;
  readonly study: JsonRecord;
  readonly provenance: JsonRecord;
  readonly identities: Readonly<
    Record<"corpora" | "indexes" | "models" | "tokenizers" | "embedders", readonly JsonRecord[]>
  >;
  readonly stages: readonly StageSummary[];
  readonly drops: readonly DropRecord[];
  /** Those of the study itself: of its first corpus and its tasks' own tables. */
  readonly estimates: readonly EstimateRecord[];
  /** With those of other corpora and tables: what is corrected together. */
  readonly allEstimates: readonly EstimateRecord[];
  /** Of each task with another's table the books of its pairs; none where no task has. */
  readonly crossTask: readonly JsonRecord[];
  /** How well models answer, over tasks and their parts. */
  readonly metrics: readonly MetricRecord[];
  /** Estimates of lists and groups of examples. */
  readonly parts: readonly PartEstimateRecord[];
  /** As run.json has it: read where it is shown. */
  readonly novelty: unknown;
  /** Likewise. */
  readonly preset: unknown;
  /** What a reader must know first; a run written by another program may have none. */
  readonly warnings: readonly string[];
  /** Of a run whose study was swept too: the level of the intervals in sweep.parquet, and what had no pairs. */
  readonly sweep: SweepSummary | undefined;
}

/** What the page reads of a sweep besides its table. */
export interface SweepSummary {
  readonly level: number;
  /** Tasks and lengths, why, and in how many variants. */
  readonly empty: readonly {
    readonly task: string;
    readonly n: number;
    readonly because: string;
    readonly variants: number;
  }[];
}

const SCHEMA = 1;

/** Read and check a run directory's `run.json`. */
export async function readRunRecord(path: string): Promise<RunRecord> {
  const run = await readJsonObject(path);
  if (run.schema !== SCHEMA) {
    const found = run.schema === undefined ? "none" : JSON.stringify(run.schema);
    throw new RoteError(
      "file/malformed",
      `${path} has schema ${found}, this version reads ${SCHEMA}; run the study again with it`,
      { path },
    );
  }
  const identities = objectAt(run, "identities", path);
  const corpora = objectsAt(identities, "corpora", path);
  const allEstimates = objectsAt(run, "estimates", path).map((row) => estimateOf(row, path));
  const first = maybeText(corpora[0]?.name);
  return {
    name: textAt(run, "name", path),
    headline: textAt(run, "headline", path),
    study: objectAt(run, "study", path),
    provenance: objectAt(run, "provenance", path),
    identities: {
      corpora,
      // Only a run that was counted from an index need have them.
      indexes: identities.indexes === undefined ? [] : objectsAt(identities, "indexes", path),
      models: objectsAt(identities, "models", path),
      tokenizers: objectsAt(identities, "tokenizers", path),
      embedders: objectsAt(identities, "embedders", path),
    },
    stages: objectsAt(run, "stages", path).map((stage) => stageOf(stage, path)),
    drops: objectsAt(run, "drops", path).map((drop) => dropOf(drop, path)),
    estimates: allEstimates.filter(
      ({ corpus = first, minedOn }) => corpus === first && minedOn === undefined,
    ),
    allEstimates,
    crossTask: Array.isArray(run.crossTask) ? run.crossTask.filter(isRecord) : [],
    metrics: metricRecords(run.metrics),
    parts: partEstimateRecords(run.parts, (estimate) => estimateOf(estimate, path)),
    ...{ novelty: run.novelty, preset: run.preset },
    warnings: textsOf(run.warnings),
    sweep: isRecord(run.sweep) ? sweepOf(run.sweep, path) : undefined,
  };
}

function sweepOf(sweep: JsonRecord, path: string): SweepSummary {
  return {
    level: numberAt(sweep, "level", path),
    empty: objectsAt(sweep, "empty", path).map((entry) => ({
      ...{ task: textAt(entry, "task", path), n: numberAt(entry, "n", path) },
      because: textAt(entry, "because", path),
      variants: Array.isArray(entry.variants) ? entry.variants.length : 0,
    })),
  };
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** The corpus or the model where it is another, else the length of n-grams. */
function againstOf({ against, model }: JsonRecord): string | undefined {
  if (!isRecord(against)) return undefined;
  if (typeof against.corpus === "string") return against.corpus;
  if (typeof against.model === "string" && against.model !== model) return against.model;
  return typeof against.n === "number" ? `n = ${against.n}` : undefined;
}

function stageOf(stage: JsonRecord, path: string): StageSummary {
  const work = isRecord(stage.work) ? stage.work : {};
  return {
    name: textAt(stage, "name", path),
    seconds: maybeNumber(stage.seconds),
    work: Object.fromEntries(
      Object.entries(work).flatMap(([key, value]) =>
        typeof value === "number" ? [[key, value]] : [],
      ),
    ),
  };
}

function dropOf(drop: JsonRecord, path: string): DropRecord {
  return {
    task: textAt(drop, "task", path),
    n: maybeNumber(drop.n),
    model: maybeText(drop.model),
    reason: textAt(drop, "reason", path),
    count: numberAt(drop, "count", path),
  };
}

function estimateOf(estimate: JsonRecord, path: string): EstimateRecord {
  const adjusted = isRecord(estimate.adjusted) ? estimate.adjusted : {};
  return {
    measure: textAt(estimate, "measure", path),
    method: textAt(estimate, "method", path),
    task: textAt(estimate, "task", path),
    n: maybeNumber(estimate.n),
    model: textAt(estimate, "model", path),
    checkpoint: maybeText(estimate.checkpoint),
    points: numberAt(estimate, "points", path),
    examples: numberAt(estimate, "examples", path),
    value: maybeNumber(estimate.value),
    interval: intervalOf(estimate.interval, path),
    pValue: maybeNumber(estimate.pValue),
    holm: maybeNumber(adjusted.holm),
    bh: maybeNumber(adjusted.bh),
    judged: maybeNumber(adjusted.judged),
    null: nullBandOf(estimate.null, path),
    nullAbsentBecause: maybeText(estimate.nullAbsentBecause),
    zeros: maybeText(estimate.zeros),
    controls: textsOf(estimate.controls),
    rule: maybeText(estimate.rule),
    against: againstOf(estimate),
    approximate: estimate.approximate === true,
    undefinedBecause: maybeText(estimate.undefinedBecause),
    corpus: maybeText(estimate.corpus),
    minedOn: maybeText(estimate.minedOn),
    models: textsOf(estimate.models),
    over: Array.isArray(estimate.over) ? estimate.over.filter((x) => typeof x === "number") : [],
  };
}

function intervalOf(value: unknown, path: string): Interval | undefined {
  if (!isRecord(value)) return undefined;
  return {
    low: numberAt(value, "low", path),
    high: numberAt(value, "high", path),
    level: numberAt(value, "level", path),
    method: maybeText(value.method) ?? "method not stated",
  };
}

function nullBandOf(value: unknown, path: string): NullRecord | undefined {
  if (!isRecord(value)) return undefined;
  return {
    mean: numberAt(value, "mean", path),
    low: numberAt(value, "low", path),
    high: numberAt(value, "high", path),
    pValue: numberAt(value, "pValue", path),
    permutations: numberAt(value, "permutations", path),
    exchanged: value.recounted === false,
  };
}

function objectsAt(record: JsonRecord, key: string, path: string): readonly JsonRecord[] {
  const value = record[key];
  if (Array.isArray(value) && value.every(isRecord)) return value;
  throw malformed(path, key, "a list of objects");
}

function objectAt(record: JsonRecord, key: string, path: string): JsonRecord {
  const value = record[key];
  if (isRecord(value)) return value;
  throw malformed(path, key, "an object");
}

function textAt(record: JsonRecord, key: string, path: string): string {
  const value = record[key];
  if (typeof value === "string") return value;
  throw malformed(path, key, "text");
}

function numberAt(record: JsonRecord, key: string, path: string): number {
  const value = record[key];
  if (typeof value === "number") return value;
  throw malformed(path, key, "a number");
}

function malformed(path: string, key: string, expected: string): RoteError {
  return new RoteError("file/malformed", `${path}: "${key}" is not ${expected}`, { path, key });
}

function maybeNumber(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function maybeText(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" ? value : undefined;
}
