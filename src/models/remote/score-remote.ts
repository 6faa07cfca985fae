/**
 * Scores of continuations by a server, with the boundary of local scoring (../score.ts). With a
 * tokenizer of our own the very ids are sent that a local model would read. Without one the server
 * tokenizes: context and continuation in one request, the context alone in another, whose number of
 * tokens is the context's, as it is locally.
 */
import { RoteError } from "../../base/errors.ts";
import type { Tokenizer } from "../../tokenizers/tokenizer.ts";
import type {
  IdsRequest,
  ScoredContinuation,
  ScoredIds,
  ScoreOptions,
  ScoreRequest,
} from "../language-model.ts";
import { noTokens, requestEncoder, withoutTrailingSpace } from "../score.ts";
import { checkRequest } from "../scoring/score-ids.ts";
import { checkIds, checkLogProbs } from "./check-prompt.ts";
import type { SentPrompt, PromptToken, RemoteServer } from "./remote-server.ts";
import { placesIn } from "./spelled-text.ts";

/** Asks for a prompt's tokens, checked; the same prompt is asked for once. */
export type AskPrompt = (prompt: SentPrompt) => Promise<readonly PromptToken[]>;

/** Score ids; see `LanguageModel.scoreIds`. */
export function scoreIdsRemotely(
  server: RemoteServer,
  ask: AskPrompt,
  requests: readonly IdsRequest[],
  { overlong = "refuse" }: ScoreOptions,
  vocabularySize: number,
): readonly Promise<ScoredIds>[] {
  // The last id of a prompt is read like all others here; a local model scores one more than it reads.
  const limits = { vocabularySize, maximumLength: server.maximumTokens - 1 };
  for (const [index, request] of requests.entries()) checkRequest(request, index, limits, overlong);
  return requests.map(async ({ ids, start }) => {
    const cutTokens = Math.max(0, ids.length - server.maximumTokens);
    const kept = Int32Array.from(ids).subarray(cutTokens);
    const tokens = await ask(kept);
    return { ...scoredFrom(tokens, kept, Math.max(1, start - cutTokens)), cutTokens };
  });
}

/** Score continuations through a tokenizer of our own. */
export function scoreEncoded(
  server: RemoteServer,
  ask: AskPrompt,
  tokenizer: Tokenizer,
  requests: readonly ScoreRequest[],
  options: ScoreOptions,
): readonly Promise<ScoredContinuation>[] {
  const encode = requestEncoder(tokenizer);
  const encoded = requests.map((request, index) => encode(request, index));
  const scores = scoreIdsRemotely(server, ask, encoded, options, tokenizer.vocabularySize);
  return scores.map(async (pending, index) => {
    const scored = await pending;
    const { offsets } = encoded[index]!;
    return { ...scored, offsets: offsets.slice(offsets.length - 2 * scored.ids.length) };
  });
}

/** Score one continuation as the server tokenizes it. */
export async function scoreText(
  address: string,
  ask: AskPrompt,
  { context, continuation }: ScoreRequest,
  index: number,
): Promise<ScoredContinuation> {
  const head = withoutTrailingSpace(context);
  const text = context + continuation;
  if (text === "") throw noTokens(context, continuation, index);
  const tokens = await ask(text);
  const places = placesIn(address, text, tokens);
  const isMarked = places[0] === 0 && places[1] === 0;
  const start = head === "" ? 1 : (await ask(head)).length;
  if (head === "" && !isMarked)
    throw new RoteError(
      "model/cannot",
      `request ${index + 1} has an empty context, and the server's tokenizer puts nothing before a text that could stand for it; give a context, or name the tokenizer with --tokenizer`,
      { request: index },
    );
  if (start >= tokens.length) throw noTokens(context, continuation, index);
  const ids = tokens.map(({ id }) => id).filter((id) => id !== undefined);
  const known = ids.length === tokens.length ? Int32Array.from(ids) : undefined;
  const scored = scoredFrom(tokens, known, start);
  const offsets = places.slice(2 * start).map((place) => place - context.length);
  return { ...scored, offsets, cutTokens: 0 };
}

function scoredFrom(
  tokens: readonly PromptToken[],
  ids: Int32Array | undefined,
  start: number,
): Omit<ScoredIds, "cutTokens"> {
  const scored = tokens.slice(start);
  const logProbs = Float64Array.from(scored, ({ logProb }) => logProb!);
  const isGreedy = scored.some((token) => token.isGreedy === false)
    ? false
    : scored.every((token) => token.isGreedy === true) || null;
  return {
    logLikelihood: logProbs.reduce((sum, value) => sum + value, 0),
    isGreedy,
    ids: ids?.slice(start) ?? new Int32Array(0),
    logProbs,
  };
}

/** Ask a server for prompts, each once for as long as `answers` is kept, and check what it tells. */
export function promptAsker(
  address: string,
  server: RemoteServer,
  answers: Map<string, Promise<readonly PromptToken[]>>,
  signal: AbortSignal,
): AskPrompt {
  return (prompt) => {
    const key = typeof prompt === "string" ? `text ${prompt}` : prompt.join();
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = server.scorePrompt(prompt, signal).then((tokens) => {
      if (typeof prompt === "string") checkLogProbs(address, tokens);
      else checkIds(address, prompt, tokens);
      return tokens;
    });
    answers.set(key, answer);
    // What failed is asked for again by whoever tries again.
    answer.catch(() => answers.delete(key));
    return answer;
  };
}
