/**
 * SGLang's own interface. `meta_info.input_token_logprobs` lists [log-probability or null, id, text]
 * of the prompt's tokens once `logprob_start_len` is 0 (by default it begins at the prompt's end);
 * `input_top_logprobs` lists the most probable tokens of each position in the same form.
 */
import { isRecord } from "../../base/json.ts";
import { DEFAULT_MAX_TOKENS, type GenerateOptions, type Generation } from "../language-model.ts";
import { logProbOf } from "./check-prompt.ts";
import type { Connection } from "./connection.ts";
import {
  type GeneratedToken,
  malformed,
  type PromptToken,
  type RemoteServer,
  toGeneration,
} from "./remote-server.ts";

/** A model behind SGLang's `/generate`. */
export function sglangServer(connection: Connection, name: string): RemoteServer {
  const { address } = connection;
  const ask = (body: object, signal: AbortSignal | undefined): Promise<Record<string, unknown>> =>
    connection.post(
      "/generate",
      { ...body, return_logprob: true, return_text_in_logprobs: true },
      signal,
    );
  return {
    name,
    maximumTokens: Infinity,
    takesIds: true,
    async scorePrompt(prompt, signal) {
      const answer = await ask(
        {
          ...(typeof prompt === "string" ? { text: prompt } : { input_ids: Array.from(prompt) }),
          sampling_params: { max_new_tokens: 1, temperature: 0 },
          logprob_start_len: 0,
          top_logprobs_num: 1,
        },
        signal,
      );
      return readPrompt(address, answer);
    },
    complete: async (prompt, options) =>
      readGeneration(
        address,
        await ask({ text: prompt, sampling_params: sampling(options) }, options.signal),
        options,
      ),
  };
}

function sampling({
  maxTokens = DEFAULT_MAX_TOKENS,
  temperature = 0,
  topP = 1,
  topK,
  seed = 0,
  stop = [],
}: GenerateOptions): object {
  return {
    max_new_tokens: maxTokens,
    temperature,
    top_p: topP,
    sampling_seed: seed,
    ...(topK === undefined ? {} : { top_k: topK }),
    ...(stop.length === 0 ? {} : { stop }),
  };
}

function readPrompt(address: string, answer: Record<string, unknown>): PromptToken[] {
  const told = metaOf(address, answer);
  const tokens = told.input_token_logprobs;
  if (!Array.isArray(tokens))
    throw malformed(address, "answers without meta_info.input_token_logprobs");
  const { prompt_tokens: count } = told;
  if (typeof count === "number" && count !== tokens.length)
    throw malformed(
      address,
      `tells the log-probabilities of ${tokens.length} tokens for a prompt of ${count}`,
    );
  const top: readonly unknown[] = Array.isArray(told.input_top_logprobs)
    ? told.input_top_logprobs
    : [];
  return tokens.map((entry: unknown, i) => {
    const [value, id, text] = tripleOf(address, entry);
    const first: unknown = Array.isArray(top[i]) ? top[i][0] : undefined;
    return { id, text, logProb: value, isGreedy: Array.isArray(first) ? first[1] === id : null };
  });
}

function readGeneration(
  address: string,
  answer: Record<string, unknown>,
  { stop }: GenerateOptions,
): Generation {
  const tokens = metaOf(address, answer).output_token_logprobs;
  if (typeof answer.text !== "string" || !Array.isArray(tokens))
    throw malformed(address, "answers without text and meta_info.output_token_logprobs");
  const generated = tokens.map((entry: unknown): GeneratedToken => {
    const [logProb, id, text = ""] = tripleOf(address, entry);
    return { id, text, logProb: logProb ?? Number.NaN };
  });
  return toGeneration(answer.text, generated, stop);
}

function metaOf(
  address: string,
  { meta_info: meta }: Record<string, unknown>,
): Record<string, unknown> {
  if (isRecord(meta)) return meta;
  throw malformed(address, "answers without meta_info");
}

function tripleOf(address: string, entry: unknown): [number | null, number, string | undefined] {
  const [value, id, text] = (Array.isArray(entry) ? entry : []) as readonly unknown[];
  if (typeof id !== "number")
    throw malformed(address, "tells a token that is not [log-probability, id, text]");
  return [logProbOf(value), id, typeof text === "string" ? text : undefined];
}
