/** Opens a tokenizer.json, with what the files beside it say about special tokens. */
import { stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { exists, fileError, hashFile, readJsonObject } from "../base/files.ts";
import { isRecord } from "../base/json.ts";
import { ByteLevelBpe, type SpecialIds } from "./byte-level-bpe.ts";
import { openHuggingFace } from "./hugging-face.ts";
import { idOfToken, parseTokenizer, templatePrefix } from "./tokenizer-json.ts";
import type { Tokenizer } from "./tokenizer.ts";

type Json = Readonly<Record<string, unknown>>;

/**
 * Open a tokenizer from a tokenizer.json or its folder. Byte-level BPE runs in our own code; other
 * kinds in the optional package `tokenizers`, or, where that is missing, in JavaScript without it.
 */
export async function openTokenizer(path: string): Promise<Tokenizer> {
  const file = (await isFolder(path)) ? join(path, "tokenizer.json") : path;
  const json = await readJsonObject(file);
  const special = specialIds(json, await readConfig(file));
  const { model, whyForeign } = parseTokenizer(json, file);
  const identity = { name: nameOf(file), sha256: await hashFile(file) };
  if (model === undefined) return openHuggingFace(json, file, whyForeign, identity, special);
  const vocabularySize = model.tokens.length;
  return new ByteLevelBpe(
    model,
    { ...identity, method: "byte-level-bpe", vocabularySize },
    special,
  );
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    (error: unknown) => {
      throw fileError(path, error);
    },
  );
}

async function readConfig(file: string): Promise<Json> {
  const path = join(dirname(file), "tokenizer_config.json");
  return (await exists(path)) ? readJsonObject(path) : {};
}

/**
 * `add_bos_token` decides where it is given; else the post-processor's template. The end of a text
 * is the first of the names that published vocabularies give it, and only else `eos_token`, which in
 * a chat model ends a turn.
 */
function specialIds(json: Json, config: Json): SpecialIds {
  const bos = contentOf(config.bos_token);
  const fromConfig = bos === undefined ? undefined : idOfToken(json, bos);
  const beginningOfSequence =
    config.add_bos_token === false
      ? undefined
      : (templatePrefix(json) ?? (config.add_bos_token === true ? fromConfig : undefined));
  const endOfText = [...END_OF_TEXT, contentOf(config.eos_token)]
    .map((name) => (name === undefined ? undefined : idOfToken(json, name)))
    .find((id) => id !== undefined);
  return { beginningOfSequence, endOfText };
}

const END_OF_TEXT = ["<|endoftext|>", "<|end_of_text|>", "</s>", "<eos>"];

/** A token's text: a string, or an object that describes an added token. */
function contentOf(token: unknown): string | undefined {
  const content = isRecord(token) ? token.content : token;
  return typeof content === "string" ? content : undefined;
}

/** "pythia-70m" of pythia-70m/tokenizer.json, "20B" of 20B_tokenizer.json. */
function nameOf(file: string): string {
  const name = basename(file, ".json").replace(/[._-]?tokenizer$/, "");
  return name === "" ? basename(dirname(resolve(file))) : name;
}
