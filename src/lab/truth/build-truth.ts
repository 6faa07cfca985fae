/** Measures a world's models one by one, and gathers what was measured in truth.parquet. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { exists, hashFile } from "../../base/files.ts";
import { canonicalJson, sha256 } from "../../base/json.ts";
import { describeParquet } from "../../base/parquet.ts";
import type { LongWork } from "../../base/progress.ts";
import { provenance } from "../../base/provenance.ts";
import { type OpenModelOptions, openLanguageModel } from "../../models/open-model.ts";
import { type ManifestItem, readManifestItems } from "./manifest-items.ts";
import { measureRecall, type RecallRow } from "./measure-recall.ts";
import { recallMetrics } from "./recall-metrics.ts";
import {
  partPath,
  partsFolder,
  readPartMetadata,
  readTruthRows,
  truthFile,
  writeTruthRows,
} from "./truth-file.ts";
import type { WorldModel } from "./world-models.ts";

export interface BuildTruthOptions extends LongWork, Pick<OpenModelOptions, "threads" | "device"> {
  readonly models: readonly WorldModel[];
  /** The command line, for provenance. */
  readonly command?: string;
  /** Called when a model is measured, or found measured before. */
  readonly onModel?: (measured: MeasuredModel) => void;
}

/** A model whose recall is known. */
export interface MeasuredModel {
  readonly name: string;
  readonly rows: number;
  /** Measured before, by the same metrics on the same items. */
  readonly kept: boolean;
}

/** What truth.parquet was gathered from. */
export interface BuiltTruth {
  readonly path: string;
  readonly rows: number;
  /** Names of the models in it, also of those that are no longer there. */
  readonly models: readonly string[];
  /** Parts that are of another manifest and were left out. */
  readonly stale: readonly string[];
}

/**
 * Measure models that were not measured before and write `truth.parquet`. An interrupted build goes on
 * with the next model. Memory holds the items, and one model with its rows.
 */
export async function buildTruth(
  world: string,
  { models, command = "", onModel, ...work }: BuildTruthOptions,
): Promise<BuiltTruth> {
  const manifestPath = join(world, "manifest.jsonl");
  const items = await readManifestItems(manifestPath);
  const manifest = await hashFile(manifestPath);
  for (const model of models) {
    work.signal?.throwIfAborted();
    onModel?.(await measureModel(world, model, { items, manifest, command, ...work }));
  }
  return gatherParts(world, { manifest, command });
}

interface MeasureOptions extends LongWork, Pick<OpenModelOptions, "threads" | "device"> {
  readonly items: readonly ManifestItem[];
  readonly manifest: string;
  readonly command: string;
}

/** Models whose texts and continuations measures of memorization are tried on; of others recall is enough. */
const fullyMeasured: ReadonlySet<string> = new Set(["perturbed", "standard"]);

async function measureModel(
  world: string,
  { folder, name, arm, model: label, step }: WorldModel,
  { items, manifest, command, threads, device, ...work }: MeasureOptions,
): Promise<MeasuredModel> {
  const path = partPath(world, name);
  await using model = await openLanguageModel(folder, { threads, device });
  const metrics = fullyMeasured.has(arm) && step === undefined ? "all" : "recall";
  const { identity } = model;
  const made = { manifest, model: identity.sha256, label, arm, metrics, recallMetrics };
  const key = sha256(canonicalJson(made));
  if ((await exists(path)) && (await readPartMetadata(path)).key === key) {
    const { rows } = await describeParquet(path);
    return { name, rows, kept: true };
  }
  const rows = await measureRecall(model, items, { model: label, arm, metrics, ...work });
  const written = await writeTruthRows(path, rows, {
    ...{ manifest, key, model: JSON.stringify(identity) },
    provenance: JSON.stringify(provenance(0, command)),
  });
  return { name, rows: written, kept: false };
}

/** All parts of this manifest as one file, by the names of the models. */
async function gatherParts(
  world: string,
  { manifest, command }: { readonly manifest: string; readonly command: string },
): Promise<BuiltTruth> {
  const files = await readdir(join(world, partsFolder)).catch(() => []);
  const names = files
    .filter((file) => file.endsWith(".parquet"))
    .map((file) => file.slice(0, -".parquet".length))
    .sort();
  const identities: Record<string, unknown> = {};
  const [current, stale] = [[] as string[], [] as string[]];
  for (const name of names) {
    const metadata = await readPartMetadata(partPath(world, name));
    if (metadata.manifest !== manifest) stale.push(name);
    else {
      current.push(name);
      identities[name] = JSON.parse(metadata.model ?? "null");
    }
  }
  const path = join(world, truthFile);
  const rows = await writeTruthRows(path, rowsOfParts(world, current), {
    ...{ manifest, models: JSON.stringify(identities) },
    provenance: JSON.stringify(provenance(0, command)),
  });
  return { path, rows, models: current, stale };
}

async function* rowsOfParts(world: string, names: readonly string[]): AsyncGenerator<RecallRow> {
  for (const name of names) yield* readTruthRows(partPath(world, name));
}
