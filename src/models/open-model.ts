/** Opens a model in Hugging Face layout, with its tokenizer, for scoring and generation. */
import { join } from "node:path";
import { RoteError } from "../base/errors.ts";
import { exists, readJsonObject } from "../base/files.ts";
import type { Device } from "../graph/device.ts";
import { openTokenizer } from "../tokenizers/open.ts";
import type { Tokenizer } from "../tokenizers/tokenizer.ts";
import { generateTexts } from "./generate.ts";
import { type ChatTemplate, openChatTemplate } from "./chat-template.ts";
import type { LanguageModel, ModelCapability, ModelIdentity } from "./language-model.ts";
import type { ConnectionOptions } from "./remote/connection.ts";
import { isModelUrl } from "./remote/model-url.ts";
import { openRemoteModel } from "./remote/open-remote-model.ts";
import { scoreContinuations } from "./score.ts";
import { scoreIds } from "./scoring/score-ids.ts";
import { findModel } from "./suites/find-model.ts";
import { openDecoderThread } from "./threaded-decoder.ts";
import type { TokenModel } from "./token-model.ts";

/** How a model is opened. */
export interface OpenModelOptions {
  /** Threads of the runtime; default: one a core. Without meaning behind HTTP. */
  readonly threads?: number | undefined;
  /** Where its graphs run; default the CPU. Without meaning behind HTTP. */
  readonly device?: Device | undefined;
  /** How a server is asked, for a model behind HTTP. */
  readonly connection?: ConnectionOptions;
  /** A tokenizer or the path of one; by default the folder's own, if it has one. */
  readonly tokenizer?: string | Tokenizer;
}

/**
 * Open a model by its URL (remote/model-url.ts), its folder, `DIR@STEP`, or a cache's `ORG/NAME@REVISION` (suites/find-model.ts).
 * Without a tokenizer the model scores ids only; `score` and `generate` then refuse with a sentence
 * that says so.
 */
export async function openLanguageModel(
  path: string,
  { threads, device, tokenizer, connection }: OpenModelOptions = {},
): Promise<LanguageModel> {
  if (isModelUrl(path)) {
    const given = typeof tokenizer === "string" ? await openTokenizer(tokenizer) : tokenizer;
    return openRemoteModel(path, { ...connection, tokenizer: given });
  }
  const place = await findModel(path);
  const opened = await findTokenizer(place.folder, tokenizer);
  const model = await openDecoderThread(place.folder, { place, threads, device });
  return composeLanguageModel(identityOf(model, opened), model, {
    tokenizer: opened,
    chatTemplate: await openChatTemplate(typeof tokenizer === "string" ? tokenizer : place.folder),
    endTokens: await readEndTokens(place.folder),
  });
}

/** What turns texts and conversations into ids, and back. */
interface TextParts {
  readonly tokenizer: Tokenizer | undefined;
  readonly chatTemplate: ChatTemplate | undefined;
  readonly endTokens: readonly number[];
}

/** A language model from its parts. */
function composeLanguageModel(
  identity: ModelIdentity,
  model: TokenModel,
  { tokenizer, chatTemplate, endTokens }: TextParts,
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
    can: new Set(tokenizer === undefined ? [] : withChat(["score", "generate"], chatTemplate)),
    score: async (requests, work) => scoreContinuations(model, withTokenizer(), requests, work),
    scoreIds: (requests, work) => scoreIds(model, requests, work),
    generate: async (prompts, options) =>
      generateTexts(model, withTokenizer(), prompts, { ...options, chatTemplate, endTokens }),
    [Symbol.asyncDispose]: () => model[Symbol.asyncDispose](),
  };
}

function withChat(
  abilities: readonly ModelCapability[],
  template: ChatTemplate | undefined,
): readonly ModelCapability[] {
  return template === undefined ? abilities : [...abilities, "chat"];
}

/** `eos_token_id`, one or several, of generation_config.json, else of config.json. */
async function readEndTokens(folder: string): Promise<readonly number[]> {
  for (const name of ["generation_config.json", "config.json"]) {
    const path = join(folder, name);
    if (!(await exists(path))) continue;
    const { eos_token_id: ids } = await readJsonObject(path);
    const list: readonly unknown[] = Array.isArray(ids) ? ids : [ids];
    const found = list.filter((id): id is number => typeof id === "number");
    if (found.length > 0) return found;
  }
  return [];
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

function identityOf({ identity }: TokenModel, tokenizer: Tokenizer | undefined): ModelIdentity {
  return tokenizer === undefined ? identity : { ...identity, tokenizer: tokenizer.identity.sha256 };
}
