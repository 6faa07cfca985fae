/**
 * Calibration of a world's folder:
 *
 *   calibration.json          the card, every number with its interval and sample sizes
 *   counterfactual.parquet    counterfactual memorization of each item, where models of subsets were measured
 */
import { join } from "node:path";
import { RoteError } from "../../base/errors.ts";
import { exists, readJsonObject, writeAtomically } from "../../base/files.ts";
import { isRecord } from "../../base/json.ts";
import type { LongWork } from "../../base/progress.ts";
import { writeParquet, type ParquetColumn } from "../../base/parquet.ts";
import { type Provenance, provenance } from "../../base/provenance.ts";
import { openCorpus } from "../../corpus/corpus.ts";
import { openScan } from "../../counting/scan/scan-engine.ts";
import type { CounterfactualRow } from "../truth/counterfactual.ts";
import type { ManifestItem } from "../truth/manifest-items.ts";
import { readWorldTruth } from "../truth/world-truth.ts";
import { type CalibrationCard, calibrate } from "./calibrate.ts";
import { type CorpusReadings, readCorpus } from "./corpus-readings.ts";
import { readInfinityGrams } from "./infinity-gram.ts";
import type { Measure } from "./measure.ts";

export const cardFile = "calibration.json";
export const counterfactualFile = "counterfactual.parquet";

/** The card as its file has it. */
export interface CalibrationFile extends CalibrationCard {
  readonly schema: 1;
  readonly provenance: Provenance;
  /** sha256 of the manifest. */
  readonly manifest: string;
}

/** How a world is calibrated: measures, resamples, and what the scan may use. */
export interface CalibrateWorldOptions extends LongWork {
  readonly seed?: number;
  readonly resamples?: number;
  /** Default the built-in ones. */
  readonly measures?: readonly Measure[];
  /** Threads of the scan; default 1. */
  readonly jobs?: number;
  /** A tokenizer.json or its folder, for the ∞-gram; default the world's, and without one it is left out. */
  readonly tokenizer?: string | undefined;
  /** The command line, for provenance. */
  readonly command?: string;
}

/** Grade measures on a world whose recall was measured, write the card and return it. */
export async function calibrateWorld(
  world: string,
  options: CalibrateWorldOptions = {},
): Promise<CalibrationFile> {
  const { seed = 1, resamples, measures, command = "", signal, onProgress } = options;
  const { items, truth, manifest, holds } = await readWorldTruth(world);
  const { card, counterfactual } = calibrate({
    ...{ items, truth, seed, signal, onProgress },
    corpus: await readingsOf(world, items, options),
    ...(measures === undefined ? {} : { measures }),
    ...(resamples === undefined ? {} : { resamples }),
    ...(holds === undefined ? {} : { holds }),
  });
  const made = provenance(seed, command);
  const file: CalibrationFile = { schema: 1, manifest, provenance: made, ...card };
  if (counterfactual.length > 0)
    await writeCounterfactual(join(world, counterfactualFile), counterfactual, {
      manifest,
      provenance: JSON.stringify(made),
    });
  const json = JSON.stringify(file, (_key, value: unknown) =>
    // Six digits are more than any interval bears, and a third of the bytes.
    typeof value === "number" ? Number(value.toPrecision(6)) : value,
  );
  await writeAtomically(join(world, cardFile), `${json}\n`);
  return file;
}

/** Read a world's card. */
export async function readCalibration(world: string): Promise<CalibrationFile> {
  const path = join(world, cardFile);
  const value = await readJsonObject(path);
  const lists = ["models", "measures", "grades", "findings", "injection", "shapes"];
  if (
    value.schema !== 1 ||
    !lists.every((key) => Array.isArray(value[key])) ||
    !isRecord(value.truth)
  )
    throw new RoteError(
      "file/malformed",
      `${path} is no calibration card of schema 1; make it with rote lab card`,
      { path, schema: value.schema },
    );
  return value as unknown as CalibrationFile;
}

async function readingsOf(
  world: string,
  items: readonly ManifestItem[],
  { tokenizer, jobs = 1, signal, onProgress }: CalibrateWorldOptions,
): Promise<CorpusReadings> {
  const work = { ...(signal && { signal }), ...(onProgress && { onProgress }) };
  const paths = [join(world, "corpus")];
  await using engine = await openScan(await openCorpus({ paths }), { jobs });
  const readings = await readCorpus(engine, items, work);
  const own = join(world, "tokenizer");
  const path = tokenizer ?? ((await exists(own)) ? own : undefined);
  if (path === undefined) return readings;
  const scratch = join(world, "infinity-gram.tmp");
  const source = { paths, tokenizer: path, scratch };
  return { ...readings, infinityGram: await readInfinityGrams(source, items, work) };
}

const columns: readonly ParquetColumn[] = [
  ...(["item", "kind"] as const).map((name) => ({ name, type: "string" }) as const),
  { name: "dose", type: "int64" },
  ...(["model", "metric"] as const).map((name) => ({ name, type: "string" }) as const),
  { name: "value", type: "double" },
  ...(["low", "high"] as const).map((name) => ({ name, type: "double", nullable: true }) as const),
  ...(["with", "without"] as const).map((name) => ({ name, type: "int64" }) as const),
];

async function writeCounterfactual(
  path: string,
  rows: readonly CounterfactualRow[],
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  const flat = rows.map(({ interval, ...row }) => ({
    ...row,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
  }));
  await writeParquet(path, columns, flat, { metadata });
}
