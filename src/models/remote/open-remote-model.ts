/** Opens a model behind HTTP as a `LanguageModel`. */
import { RoteError } from "../../base/errors.ts";
import type { Tokenizer } from "../../tokenizers/tokenizer.ts";
import type {
  GenerateOptions,
  Generation,
  LanguageModel,
  ModelCapability,
  ModelIdentity,
  Prompt,
  ScoreOptions,
} from "../language-model.ts";
import { openChat } from "./chat.ts";
import { openCompletions } from "./completions.ts";
import { Connection, type ConnectionOptions } from "./connection.ts";
import { type ModelUrl, parseModelUrl } from "./model-url.ts";
import type { PromptToken, RemoteServer } from "./remote-server.ts";
import {
  type AskPrompt,
  promptAsker,
  scoreEncoded,
  scoreIdsRemotely,
  scoreText,
} from "./score-remote.ts";
import { sglangServer } from "./sglang.ts";
import { openTextGenerationInference } from "./text-generation-inference.ts";

/** Open the model at a URL (model-url.ts), which asks the server what it is and can do. */
export async function openRemoteModel(
  name: string,
  {
    tokenizer,
    ...options
  }: ConnectionOptions & { readonly tokenizer?: Tokenizer | undefined } = {},
): Promise<LanguageModel> {
  const url = parseModelUrl(name);
  const server = await openServer(url, new Connection(url.base, options));
  const { address } = url;
  const identity = identityOf(server, address, tokenizer);
  const perform = scorer(server, address);
  return {
    identity,
    can: new Set(abilitiesOf(server)),
    score: (requests, work = {}) =>
      perform(work, (ask) =>
        tokenizer !== undefined && server.takesIds
          ? scoreEncoded(server, ask, tokenizer, requests, work)
          : requests.map((request, index) => scoreText(address, ask, request, index)),
      ),
    ...(server.takesIds
      ? {
          scoreIds: (requests, work = {}) =>
            perform(work, (ask) => scoreIdsRemotely(server, ask, requests, work, Infinity)),
        }
      : {}),
    generate: (prompts, work = {}) => generateAll(server, prompts, work),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

type Scorer = <T>(
  work: ScoreOptions,
  begin: (ask: AskPrompt) => readonly Promise<T>[],
) => Promise<readonly T[]>;

/**
 * Waits for the answers to all requests. One that the server refuses leaves the others be, anything
 * else stops them. Answers are kept until a call succeeds: what failed is repeated without asking again.
 */
function scorer(server: RemoteServer, address: string): Scorer {
  const answers = new Map<string, Promise<readonly PromptToken[]>>();
  return async ({ signal, onProgress, entropies, ranks }, begin) => {
    if (server.cannotScore !== undefined)
      throw new RoteError("model/cannot", server.cannotScore, { address });
    if (entropies === true || ranks === true)
      throw new RoteError(
        "model/cannot",
        `${address} tells log-probabilities only; entropies and ranks need the weights`,
        { address },
      );
    const stop = new AbortController();
    const either = AbortSignal.any(signal === undefined ? [stop.signal] : [signal, stop.signal]);
    const pending = begin(promptAsker(address, server, answers, either));
    const total = pending.length;
    let done = 0;
    for (const [index, answer] of pending.entries())
      answer.then(
        () => onProgress?.({ stage: "score", done: ++done, total, unit: "requests" }),
        (error: unknown) => {
          if (!isAboutRequest(aboutRequest(error, index))) stop.abort(error);
        },
      );
    const settled = await Promise.allSettled(pending);
    if (stop.signal.aborted && signal?.aborted !== true) throw stop.signal.reason;
    const results = settled.map((result, index) => {
      if (result.status === "fulfilled") return result.value;
      throw aboutRequest(result.reason, index);
    });
    answers.clear();
    return results;
  };
}

function identityOf(
  { name }: RemoteServer,
  address: string,
  tokenizer: Tokenizer | undefined,
): ModelIdentity {
  return {
    name,
    family: "remote",
    parameters: null,
    sha256: null,
    url: address,
    ...(tokenizer === undefined ? {} : { tokenizer: tokenizer.identity.sha256 }),
  };
}

async function openServer(
  { speaks, model }: ModelUrl,
  connection: Connection,
): Promise<RemoteServer> {
  if (speaks === "completions") return openCompletions(connection, model);
  if (speaks === "chat") return openChat(connection, model);
  const sglang = await answerOf(connection, "/get_model_info");
  if (sglang !== undefined)
    return checkName(sglangServer(connection, String(sglang.model_path)), model);
  const info = await answerOf(connection, "/info");
  if (info !== undefined)
    return checkName(await openTextGenerationInference(connection, info), model);
  throw new RoteError(
    "model/cannot",
    `${connection.address}/generate is neither SGLang's nor Text Generation Inference's: the server answers neither /get_model_info nor /info; for a server of OpenAI's form name ${connection.address}/v1`,
    { address: connection.address },
  );
}

/** A server of one model: another one named in the URL is a mistake. */
function checkName(server: RemoteServer, model: string | undefined): RemoteServer {
  if (model === undefined || model === server.name) return server;
  throw new RoteError(
    "model/cannot",
    `the URL names the model "${model}", and the server holds "${server.name}"`,
    { model, served: server.name },
  );
}

async function answerOf(
  connection: Connection,
  path: string,
): Promise<Record<string, unknown> | undefined> {
  return connection.get(path).catch((error: unknown) => {
    if (error instanceof RoteError && error.detail.status === 404) return undefined;
    throw error;
  });
}

/** A prompt the server will not take, a mistake of one request; all else concerns the server. */
function aboutRequest(error: unknown, index: number): unknown {
  if (!(error instanceof RoteError) || typeof error.detail.request === "number") return error;
  const { status } = error.detail;
  if (status !== 400 && status !== 413 && status !== 422) return error;
  const message = `request ${index + 1}: ${error.message}`;
  return new RoteError(error.code, message, { ...error.detail, request: index }, error);
}

function isAboutRequest(error: unknown): boolean {
  return error instanceof RoteError && typeof error.detail.request === "number";
}

function abilitiesOf({ cannotScore, chat }: RemoteServer): readonly ModelCapability[] {
  return [
    ...(cannotScore === undefined ? (["score"] as const) : []),
    "generate",
    ...(chat === undefined ? [] : (["chat"] as const)),
  ];
}

/** A text goes to a chat interface as one message of the user. */
async function generateOne(
  { name, complete, chat }: RemoteServer,
  prompt: Prompt,
  options: GenerateOptions,
): Promise<Generation> {
  if (typeof prompt === "string" && complete !== undefined) return complete(prompt, options);
  if (chat !== undefined)
    return chat(typeof prompt === "string" ? [{ role: "user", content: prompt }] : prompt, options);
  throw new RoteError(
    "model/cannot",
    `${name} is asked through an interface that takes texts only, not conversations; name the server's chat interface, such as http://HOST/v1/chat/completions#MODEL`,
    { name },
  );
}

/** Each prompt draws by a seed of its own, the seed and its place; what it gives is the server's affair. */
async function generateAll(
  server: RemoteServer,
  prompts: readonly Prompt[],
  { seed = 0, onProgress, signal, ...options }: GenerateOptions,
): Promise<Generation[]> {
  const stop = new AbortController();
  const either = AbortSignal.any(signal === undefined ? [stop.signal] : [signal, stop.signal]);
  let done = 0;
  const pending = prompts.map(async (prompt, index) => {
    const generated = await generateOne(server, prompt, {
      ...options,
      seed: seed + index,
      signal: either,
    });
    onProgress?.({ stage: "generate", done: ++done, total: prompts.length, unit: "prompts" });
    return generated;
  });
  try {
    return await Promise.all(pending);
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled(pending);
    throw error;
  }
}
