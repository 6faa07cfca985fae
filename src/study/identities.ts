/** What the models of a run are, kept beside their scores so that later stages need not open them. */
import { join } from "node:path";
import { exists, readJson } from "../base/files.ts";
import type { LanguageModel, ModelIdentity } from "../models/language-model.ts";
import { openTokenizer } from "../tokenizers/open.ts";
import type { TokenizerIdentity } from "../tokenizers/tokenizer.ts";
import { fileNameOf, type StudyContext } from "./context.ts";

/** A model of a run and its tokenizer. */
export interface ModelRecord {
  /** Named as in the study. */
  readonly model: ModelIdentity;
  readonly tokenizer: TokenizerIdentity | null;
}

/** The file that says what a model is. */
export function modelFile(name: string): string {
  return `identities/${fileNameOf(name)}.json`;
}

/** The record of an open model. */
export async function recordModel(
  name: string,
  folder: string,
  { identity }: LanguageModel,
): Promise<ModelRecord> {
  const hasTokenizer = await exists(join(folder, "tokenizer.json"));
  const tokenizer = hasTokenizer ? (await openTokenizer(folder)).identity : null;
  return { model: { ...identity, name }, tokenizer };
}

/** The records of a run's models, in the study's order. */
export async function readModelRecords({
  directory,
  modelNames,
}: StudyContext): Promise<readonly ModelRecord[]> {
  return Promise.all(
    modelNames.map(
      async (name) => (await readJson(directory.file(modelFile(name)))) as ModelRecord,
    ),
  );
}
