/** Lists the models at a path: one folder, a folder of steps or of models, a cache of Hugging Face's libraries. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, RoteError } from "../../base/errors.ts";
import { exists, readJsonObject } from "../../base/files.ts";
import { sizeOf } from "../../graph/tensor.ts";
import { ConfigEntries } from "../families/config-entries.ts";
import { decoderParameters } from "../families/decoder.ts";
import { families } from "../families/registry.ts";
import { locateDecoderWeights } from "../families/weights.ts";
import { openWeights } from "../open-weights.ts";
import type { Weights } from "../weights.ts";
import { stepOf } from "./checkpoint-name.ts";
import { type ModelPlace, placeOf, placeOfRevision } from "./find-model.ts";
import { cachedRevisions, foldersIn, repositoryName } from "./hub-cache.ts";

/** A model as its folder describes it; none of its numbers are read. */
export interface ModelSummary {
  readonly name: string;
  readonly step: number | null;
  /** Branch, tag or commit in a cache. */
  readonly revision: string | null;
  readonly family: string;
  readonly parameters: number;
  /** "float32", "float16", "bfloat16", or several joined by +. */
  readonly dtype: string;
  /** Of the weights' files. */
  readonly bytes: number;
  readonly tokenizer: boolean;
  /** Its folder. */
  readonly path: string;
}

/** A folder that should hold a model and cannot be opened. */
export interface ModelProblem {
  readonly path: string;
  readonly problem: string;
}

/** What lies at a path. */
export interface ModelList {
  /** By name, then in the order of training; what has no step comes last. */
  readonly models: readonly ModelSummary[];
  readonly problems: readonly ModelProblem[];
}

/** Folders below the path that are looked into. */
const DEEPEST = 4;
const MAXIMUM_FOLDERS = 20_000;

/** List the models at a path. A folder that cannot be read as a model is listed as a problem. */
export async function listModels(path: string): Promise<ModelList> {
  const models: ModelSummary[] = [];
  const problems: ModelProblem[] = [];
  for await (const place of placesUnder(path, 0, { count: 0 }))
    try {
      models.push(await summarizeModel(place));
    } catch (error) {
      if (!(error instanceof RoteError)) throw error;
      problems.push({ path: place.folder, problem: messageOf(error) });
    }
  if (models.length + problems.length === 0)
    throw new RoteError(
      "file/missing",
      `${path} holds no models: no config.json, no steps, no cache`,
      {
        path,
      },
    );
  return { models: models.sort(byTraining), problems };
}

/** Describe one model folder. Missing, extra or misshapen tensors are errors. */
async function summarizeModel(place: ModelPlace): Promise<ModelSummary> {
  const { folder, name, step, revision } = place;
  const configPath = join(folder, "config.json");
  const entries = await readJsonObject(configPath);
  const weights = await openWeights(folder);
  const sizes = await Promise.all(weights.files.map(async (file) => (await stat(file)).size));
  return {
    name,
    step: step ?? null,
    revision: revision ?? null,
    ...(await describeWeights(entries, configPath, weights)),
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    tokenizer: await exists(join(folder, "tokenizer.json")),
    path: folder,
  };
}

type Description = Pick<ModelSummary, "family" | "parameters" | "dtype">;

async function describeWeights(
  entries: Readonly<Record<string, unknown>>,
  configPath: string,
  weights: Weights,
): Promise<Description> {
  const type = entries.model_type;
  const family = typeof type === "string" ? families.get(type) : undefined;
  if (family === undefined) return describeUnknown(type, configPath, weights);
  const decoder = family.decoder(new ConfigEntries(entries, configPath));
  const located = await locateDecoderWeights(weights, family, decoder);
  return {
    family: decoder.family,
    parameters: decoderParameters(decoder).reduce((sum, { shape }) => sum + sizeOf(shape), 0),
    dtype: joined([...located.values()].map(({ dtype }) => dtype)),
  };
}

const floatingTypes: ReadonlyMap<string, string> = new Map([
  ["F64", "float64"],
  ["F32", "float32"],
  ["F16", "float16"],
  ["BF16", "bfloat16"],
]);

/** What is no decoder of ours, an encoder perhaps: its floating-point numbers, shared ones once. */
function describeUnknown(type: unknown, configPath: string, { tensors }: Weights): Description {
  if (typeof type !== "string")
    throw new RoteError("model/malformed", `${configPath} has no model_type`, { path: configPath });
  const floats = new Map(
    [...tensors.values()]
      .filter(({ dtype }) => floatingTypes.has(dtype))
      .map((tensor) => [`${tensor.file}:${tensor.startByte}`, tensor]),
  );
  return {
    family: type,
    parameters: [...floats.values()].reduce((sum, { shape }) => sum + sizeOf(shape), 0),
    dtype: joined([...floats.values()].map(({ dtype }) => floatingTypes.get(dtype) ?? dtype)),
  };
}

function joined(names: readonly string[]): string {
  return [...new Set(names)].sort().join("+");
}

/** Places that claim to hold a model, at the path and below it. */
async function* placesUnder(
  path: string,
  depth: number,
  visited: { count: number },
): AsyncGenerator<ModelPlace> {
  visited.count += 1;
  if (visited.count > MAXIMUM_FOLDERS)
    throw new RoteError(
      "usage",
      `more than ${MAXIMUM_FOLDERS} folders lie below; name one of them`,
    );
  const name = await repositoryName(path);
  if (name !== undefined) {
    for (const { revision, folder } of await cachedRevisions(path))
      yield placeOfRevision(name, revision, folder);
    return;
  }
  const isModel = await exists(join(path, "config.json"));
  const place = placeOf(path);
  // A folder called a step is meant to hold a model.
  if (isModel || (depth > 0 && place.step !== undefined)) yield place;
  if (depth === DEEPEST) return;
  for (const child of await foldersIn(path))
    // Beside a model's files lie its checkpoints and what is no model of its own.
    if (!isModel || stepOf(child) !== undefined)
      yield* placesUnder(join(path, child), depth + 1, visited);
}

function byTraining(a: ModelSummary, b: ModelSummary): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  const [first, second] = [a.step ?? Infinity, b.step ?? Infinity];
  if (first !== second) return first - second;
  return a.path < b.path ? -1 : 1;
}
