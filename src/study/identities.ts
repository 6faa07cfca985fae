/** What the models of a run are, kept beside their scores so that later stages need not open them. */
import { join } from "node:path";
import { exists, readJson } from "../base/files.ts";
import type { LanguageModel, ModelIdentity } from "../models/language-model.ts";
import { isModelUrl } from "../models/remote/model-url.ts";
import { findModel } from "../models/suites/find-model.ts";
import { openTokenizer } from "../tokenizers/open.ts";
import type { TokenizerIdentity } from "../tokenizers/tokenizer.ts";
import { fileNameOf } from "./context.ts";

/** A model of a run and its tokenizer. */
export interface ModelRecord {
  /** Named as in the study. */
  readonly model: ModelIdentity;
  readonly tokenizer: TokenizerIdentity | null;
  /** Examples whose context was cut on the left to fit the model's window, and the tokens cut. */
  readonly cut: { readonly examples: number; readonly tokens: number };
  /** Outputs that the model could not score behind the neutral context, and why the first. */
  readonly neutralRefused?: { readonly examples: number; readonly reason: string };
}

/** The file that says what a model is. */
export function modelFile(name: string): string {
  return `identities/${fileNameOf(name)}.json`;
}

/** What a record keeps of a scored output. */
interface Scored {
  readonly cutTokens: number;
  readonly neutral?: { readonly refused?: string };
}

/** The record of an open model that has scored its outputs. */
export async function recordModel(
  name: string,
  folder: string,
  { identity }: LanguageModel,
  scored: readonly Scored[],
): Promise<ModelRecord> {
  const own = isModelUrl(folder) ? undefined : (await findModel(folder)).folder;
  const hasTokenizer = own !== undefined && (await exists(join(own, "tokenizer.json")));
  const tokenizer = hasTokenizer ? (await openTokenizer(own)).identity : null;
  const cuts = scored.map(({ cutTokens }) => cutTokens).filter((tokens) => tokens > 0);
  const cut = { examples: cuts.length, tokens: cuts.reduce((sum, tokens) => sum + tokens, 0) };
  const refusals = scored.flatMap(({ neutral }) => neutral?.refused ?? []);
  const [reason] = refusals;
  return {
    model: { ...identity, name },
    tokenizer,
    cut,
    ...(reason === undefined ? {} : { neutralRefused: { examples: refusals.length, reason } }),
  };
}

/** The records of a run directory's models, in the order of their names. */
export async function readModelRecords(
  directory: string,
  modelNames: readonly string[],
): Promise<readonly ModelRecord[]> {
  return Promise.all(
    modelNames.map(
      async (name) => (await readJson(join(directory, modelFile(name)))) as ModelRecord,
    ),
  );
}

/** Parameters by model, for trends over sizes. */
export function parametersOf(
  models: readonly ModelIdentity[],
): (model: string) => number | null | undefined {
  const sizes = new Map(models.map(({ name, parameters }) => [name, parameters]));
  return (model) => sizes.get(model);
}
