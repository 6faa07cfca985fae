/**
 * Text Generation Inference. `details.prefill` lists {id, text, logprob} of the prompt's tokens, and
 * is empty since version 3 unless the server was started with --enable-prefill-logprobs. Prompts are
 * texts, and whether a token is the model's first choice is not told: certain where it is likelier
 * than all others together, unknown else.
 */
import { isRecord } from "../../base/json.ts";
import { RoteError } from "../../base/errors.ts";
import { DEFAULT_MAX_TOKENS, type GenerateOptions } from "../language-model.ts";
import { logProbOf } from "./check-prompt.ts";
import type { Connection } from "./connection.ts";
import { malformed, type PromptToken, type RemoteServer, toGeneration } from "./remote-server.ts";

/** A model behind TGI's `/generate`. `info` is the answer of `/info`. */
export async function openTextGenerationInference(
  connection: Connection,
  info: Record<string, unknown>,
  signal?: AbortSignal,
): Promise<RemoteServer> {
  const { address } = connection;
  const ask = (inputs: string, parameters: object, abort: AbortSignal | undefined) =>
    connection.post("/generate", { inputs, parameters: { details: true, ...parameters } }, abort);
  const scorePrompt = async (
    prompt: string | Int32Array,
    abort: AbortSignal | undefined,
  ): Promise<PromptToken[]> => {
    const parameters = { decoder_input_details: true, max_new_tokens: 1, do_sample: false };
    if (typeof prompt !== "string")
      throw new RoteError("model/cannot", `${address} takes texts only, not token ids`, {
        address,
      });
    return readPrefill(address, await ask(prompt, parameters, abort));
  };
  const scores = (await scorePrompt("The capital of France is Paris.", signal)).length > 0;
  return {
    name: String(info.model_id),
    maximumTokens: typeof info.max_input_tokens === "number" ? info.max_input_tokens : Infinity,
    takesIds: false,
    ...(scores
      ? {}
      : {
          cannotScore: `${address} cannot score: it tells no log-probabilities of a prompt's tokens; start the server with --enable-prefill-logprobs`,
        }),
    scorePrompt,
    async complete(prompt, options) {
      const answer = await ask(prompt, sampling(options), options.signal);
      const { generated_text: text } = answer;
      if (typeof text !== "string") throw malformed(address, "answers with no generated_text");
      const tokens = tokensOf(address, answer, "tokens").map(({ id, text = "", logProb }) => ({
        id,
        text,
        logProb: logProb ?? Number.NaN,
      }));
      return toGeneration(text, tokens, options.stop);
    },
  };
}

/** TGI refuses a temperature of 0 and a top_p of 1, which both mean "not at all". */
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
    do_sample: temperature > 0,
    ...(temperature > 0 ? { temperature, seed } : {}),
    ...(topP < 1 ? { top_p: topP } : {}),
    ...(topK === undefined ? {} : { top_k: topK }),
    ...(stop.length === 0 ? {} : { stop }),
  };
}

function readPrefill(address: string, answer: Record<string, unknown>): PromptToken[] {
  return tokensOf(address, answer, "prefill").map((token) => ({
    ...token,
    isGreedy: token.logProb !== null && token.logProb > Math.log(0.5) ? true : null,
  }));
}

function tokensOf(
  address: string,
  { details }: Record<string, unknown>,
  key: "prefill" | "tokens",
): Omit<PromptToken, "isGreedy">[] {
  const list: unknown = isRecord(details) ? details[key] : undefined;
  if (!Array.isArray(list)) throw malformed(address, `answers without details.${key}`);
  return list.map((entry: unknown) => {
    if (!isRecord(entry) || typeof entry.id !== "number" || typeof entry.text !== "string")
      throw malformed(address, `tells a token in details.${key} without id or text`);
    return { id: entry.id, text: entry.text, logProb: logProbOf(entry.logprob) };
  });
}
