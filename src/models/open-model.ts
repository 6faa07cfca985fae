/** Opens a model folder in Hugging Face layout, with its tokenizer, for scoring and generation. */
import { basename, dirname, join, resolve } from "node:path";
import { RoteError } from "../base/errors.ts";
import { exists } from "../base/files.ts";
import { openTokenizer } from "../tokenizers/open.ts";
import type { Tokenizer } from "../tokenizers/tokenizer.ts";
import { generateTexts } from "./generate.ts";
import type { LanguageModel, ModelIdentity } from "./language-model.ts";
import { openDecoder } from "./open-decoder.ts";
import { scoreContinuations, scoreIds } from "./score.ts";
import type { TokenModel } from "./token-model.ts";

/** How a model folder is opened. */
export interface OpenModelOptions {
  /** Threads of the runtime; default: one a core. */
  readonly threads?: number;
  /** A tokenizer or the path of one; by default the folder's own, if it has one. */
  readonly tokenizer?: string | Tokenizer;
}

/**
 * Open a model folder. Without a tokenizer the model scores ids only; `score` and `generate` then
 * refuse with a sentence that says so.
 */
export async function openLanguageModel(
  folder: string,
  { threads, tokenizer }: OpenModelOptions = {},
): Promise<LanguageModel> {
  const opened = await findTokenizer(folder, tokenizer);
  const model = await openDecoder(folder, threads === undefined ? {} : { threads });
  return composeLanguageModel(identityOf(folder, model, opened), model, opened);
}

/** A language model from its parts. */
function composeLanguageModel(
  identity: ModelIdentity,
  model: TokenModel,
  tokenizer: Tokenizer | undefined,
): LanguageModel {
  const withTokenizer = (): Tokenizer => {
    if (tokenizer !== undefined) return tokenizer;
    throw new RoteError(
      "model/cannot",
      `${identity.name} has no tokenizer.json, so it takes token ids only; name a tokenizer with --tokenizer`,
      { name: identity.name },
    );
  };
  return {
    identity,
    can: new Set(tokenizer === undefined ? [] : (["score", "generate"] as const)),
    score: async (requests, work) => scoreContinuations(model, withTokenizer(), requests, work),
    scoreIds: (requests, work) => scoreIds(model, requests, work),
    generate: async (prompts, options) => generateTexts(model, withTokenizer(), prompts, options),
    [Symbol.asyncDispose]: () => model[Symbol.asyncDispose](),
  };
}

async function findTokenizer(
  folder: string,
  given: string | Tokenizer | undefined,
): Promise<Tokenizer | undefined> {
  if (typeof given === "object") return given;
  if (given !== undefined) return openTokenizer(given);
  const path = join(folder, "tokenizer.json");
  return (await exists(path)) ? openTokenizer(path) : undefined;
}

/** A checkpoint's folder ("d64/step-500") gives the step; the one above it gives the model's name. */
function identityOf(
  folder: string,
  { identity }: TokenModel,
  tokenizer: Tokenizer | undefined,
): ModelIdentity {
  const { checkpoint } = identity;
  const name = checkpoint === undefined ? identity.name : basename(dirname(resolve(folder)));
  const own = { ...identity, name };
  return tokenizer === undefined ? own : { ...own, tokenizer: tokenizer.identity.sha256 };
}
