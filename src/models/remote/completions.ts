/**
 * Completions of OpenAI's form, as vLLM, SGLang and others serve them. A prompt is scored by
 * `echo` with `logprobs`: the answer repeats the prompt's tokens before the one that is generated.
 *
 *   choices[0].logprobs  tokens, token_logprobs (null first), top_logprobs (most probable tokens)
 *   choices[0].prompt_token_ids, token_ids  where the server knows `return_token_ids` (vLLM)
 *   usage.prompt_tokens  tells the prompt from what was generated
 *
 * llama.cpp and hosted models ignore `echo` and tell the generated tokens only. A probe at the
 * start finds out by counting.
 */
import { isRecord } from "../../base/json.ts";
import { messageOf, RoteError } from "../../base/errors.ts";
import { DEFAULT_MAX_TOKENS, type GenerateOptions, type Generation } from "../language-model.ts";
import { logProbOf } from "./check-prompt.ts";
import type { Connection } from "./connection.ts";
import { findServedModel } from "./served-models.ts";
import {
  malformed,
  type SentPrompt,
  type PromptToken,
  type RemoteServer,
  toGeneration,
} from "./remote-server.ts";

const PROBE = "The capital of France is Paris.";

/** Open a model behind completions; asks once whether the server scores prompts. */
export async function openCompletions(
  connection: Connection,
  model: string | undefined,
  signal?: AbortSignal,
): Promise<RemoteServer> {
  const served = await findServedModel(connection, model, signal);
  const { withIds, cannotScore } = await probe(connection, served.name, signal);
  const extras = withIds ? { return_token_ids: true } : {};
  return {
    name: served.name,
    // The server counts the token it generates, too.
    maximumTokens: served.maximumTokens - 1,
    takesIds: true,
    ...(cannotScore === undefined ? {} : { cannotScore }),
    scorePrompt: async (prompt, abort) =>
      readPrompt(
        connection.address,
        await connection.post("/completions", scoreBody(served.name, prompt, extras), abort),
        prompt,
      ),
    complete: async (prompt, options) =>
      readGeneration(
        connection.address,
        await connection.post(
          "/completions",
          { model: served.name, prompt, logprobs: 0, ...sampling(options), ...extras },
          options.signal,
        ),
        options,
      ),
  };
}

/** What completions and chat call the ways of drawing. */
export function sampling({
  maxTokens = DEFAULT_MAX_TOKENS,
  temperature = 0,
  topP = 1,
  topK,
  seed = 0,
  stop = [],
}: GenerateOptions): Record<string, unknown> {
  return {
    max_tokens: maxTokens,
    temperature,
    top_p: topP,
    seed,
    ...(topK === undefined ? {} : { top_k: topK }),
    ...(stop.length === 0 ? {} : { stop }),
  };
}

function scoreBody(model: string, prompt: SentPrompt, extras: object): Record<string, unknown> {
  return {
    model,
    prompt: typeof prompt === "string" ? prompt : Array.from(prompt),
    max_tokens: 1,
    temperature: 0,
    echo: true,
    logprobs: 1,
    ...extras,
  };
}

interface Probed {
  readonly withIds: boolean;
  readonly cannotScore?: string;
}

/** Strict servers refuse the field they do not know; then it is left out. */
async function probe(
  connection: Connection,
  model: string,
  signal: AbortSignal | undefined,
): Promise<Probed> {
  const ask = (extras: object): Promise<Record<string, unknown>> =>
    connection.post("/completions", scoreBody(model, PROBE, extras), signal);
  let withIds = true;
  try {
    const answer = await ask({ return_token_ids: true }).catch((error: unknown) => {
      if (!isBadRequest(error)) throw error;
      withIds = false;
      return ask({});
    });
    readPrompt(connection.address, answer, PROBE);
    return { withIds };
  } catch (error) {
    // A server that refuses `echo` may still complete texts; what is refused then says so itself.
    if (!isBadRequest(error) && !(error instanceof NoPromptScores)) throw error;
    return { withIds: false, cannotScore: messageOf(error) };
  }
}

function isBadRequest(error: unknown): boolean {
  const status = error instanceof RoteError ? error.detail.status : undefined;
  return status === 400 || status === 422;
}

/** The server answers, but says nothing of the prompt's tokens. */
class NoPromptScores extends RoteError {
  constructor(address: string, told: string) {
    super(
      "model/cannot",
      `${address} cannot score: ${told} (llama.cpp's server and hosted models are like that); serve the model with vLLM or SGLang, open its folder here, or import log-probabilities with rote score --import`,
      { address },
    );
  }
}

function readPrompt(
  address: string,
  answer: Record<string, unknown>,
  prompt: SentPrompt,
): PromptToken[] {
  const choice = firstChoice(address, answer);
  const { logprobs, prompt_token_ids: ids } = choice;
  const tokens = isRecord(logprobs) ? listOf(logprobs.tokens) : undefined;
  const values = isRecord(logprobs) ? listOf(logprobs.token_logprobs) : undefined;
  const count = isRecord(answer.usage) ? answer.usage.prompt_tokens : undefined;
  if (tokens === undefined || values === undefined)
    throw new NoPromptScores(address, "it tells no log-probabilities of a prompt's tokens");
  const promptTokens = typeof prompt === "string" ? count : prompt.length;
  if (typeof prompt !== "string" && typeof count === "number" && count !== prompt.length)
    throw malformed(address, `read ${count} tokens for a prompt of ${prompt.length} ids`);
  if (typeof promptTokens !== "number")
    throw malformed(address, "does not say how many tokens a prompt has (usage.prompt_tokens)");
  if (tokens.length < promptTokens)
    throw new NoPromptScores(
      address,
      `it tells the log-probabilities of ${tokens.length} tokens where the prompt has ${promptTokens}, so they are those it generated`,
    );
  if (tokens.length !== values.length || tokens.length > promptTokens + 1)
    throw malformed(
      address,
      `tells ${tokens.length} tokens and ${values.length} log-probabilities for a prompt of ${promptTokens} tokens and at most one generated`,
    );
  const top = isRecord(logprobs) ? listOf(logprobs.top_logprobs) : undefined;
  const known = listOf(ids) ?? (typeof prompt === "string" ? undefined : Array.from(prompt));
  if (known !== undefined && known.length !== promptTokens)
    throw malformed(address, `tells ${known.length} ids for a prompt of ${promptTokens} tokens`);
  return tokens.slice(0, promptTokens).map((text, i) => {
    const logProb = logProbOf(values[i]);
    return {
      ...(typeof text === "string" ? { text } : {}),
      ...(typeof known?.[i] === "number" ? { id: known[i] } : {}),
      logProb,
      isGreedy: isFirstChoice(logProb, top?.[i]),
    };
  });
}

/** By value, since two tokens may have one text. */
function isFirstChoice(logProb: number | null, top: unknown): boolean | null {
  if (logProb === null || !isRecord(top)) return null;
  const values = Object.values(top).filter((value) => typeof value === "number");
  return values.length === 0 ? null : values.every((value) => logProb >= value);
}

function readGeneration(
  address: string,
  answer: Record<string, unknown>,
  { stop }: GenerateOptions,
): Generation {
  const { text, logprobs, token_ids: ids } = firstChoice(address, answer);
  if (typeof text !== "string") throw malformed(address, "answers with no text");
  const texts = isRecord(logprobs) ? (listOf(logprobs.tokens) ?? []) : [];
  const values = isRecord(logprobs) ? (listOf(logprobs.token_logprobs) ?? []) : [];
  const known = listOf(ids);
  const tokens = texts.map((piece, i) => ({
    id: typeof known?.[i] === "number" ? known[i] : undefined,
    text: String(piece),
    logProb: logProbOf(values[i]) ?? Number.NaN,
  }));
  return toGeneration(text, tokens, stop);
}

/** The first choice of an answer of OpenAI's form. */
export function firstChoice(
  address: string,
  { choices }: Record<string, unknown>,
): Record<string, unknown> {
  const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
  if (isRecord(choice)) return choice;
  throw malformed(address, "answers without choices; is it a model server?");
}

function listOf(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}
