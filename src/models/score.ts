/**
 * Scores of continuations, with the boundary of lm-evaluation-harness 0.4: white space at the end
 * of the context moves to the continuation; the scored tokens are those of context + continuation
 * after as many as the context alone has. An empty context is the beginning-of-sequence token, else
 * the end-of-text token. The last `maximumLength` + 1 tokens are kept: of a continuation that is
 * longer the first tokens stay unscored where `overlong` is "cut", and it is refused otherwise.
 *
 * The rule counts tokens, so where the border falls into a token (context "hel", continuation "lo")
 * that token counts as context. A request left without a token of its own is refused.
 */
import { RoteError } from "../base/errors.ts";
import type { Tokenizer } from "../tokenizers/tokenizer.ts";
import type {
  IdsRequest,
  ScoredContinuation,
  ScoredIds,
  ScoreOptions,
  ScoreRequest,
} from "./language-model.ts";
import { checkIds, checkLogProb, type TokenModel, type TokenScores } from "./token-model.ts";

/** A request as token ids, with the places of the scored ones in the continuation. */
export interface EncodedRequest extends IdsRequest {
  readonly ids: Int32Array;
  readonly offsets: Int32Array;
}

/** Score continuations; see `LanguageModel.score`. */
export async function scoreContinuations(
  model: TokenModel,
  tokenizer: Tokenizer,
  requests: readonly ScoreRequest[],
  work: ScoreOptions = {},
): Promise<readonly ScoredContinuation[]> {
  const encode = requestEncoder(tokenizer);
  const encoded = requests.map((request, index) => encode(request, index));
  const scores = await scoreIds(model, encoded, work);
  return scores.map((scored, index) => {
    const { offsets } = encoded[index]!;
    return { ...scored, offsets: offsets.slice(offsets.length - 2 * scored.ids.length) };
  });
}

/**
 * Turn requests into ids. Requests that follow each other often share their context (the choices of
 * a question), so the last one's token count is remembered.
 */
export function requestEncoder(
  tokenizer: Tokenizer,
): (request: ScoreRequest, index: number) => EncodedRequest {
  let lastHead = "";
  let lastHeadTokens = 0;
  return ({ context, continuation }, index) => {
    const head = withoutTrailingSpace(context);
    if (head !== lastHead) {
      lastHeadTokens = tokenizer.encode(head).length;
      lastHead = head;
    }
    const { ids, offsets } = tokenizer.encodeWithOffsets(context + continuation);
    const prefix = prefixOf(tokenizer, head, ids, index);
    const whole = new Int32Array(prefix.length + ids.length);
    whole.set(prefix);
    whole.set(ids, prefix.length);
    // A text that begins with the token an empty context stands for has its context already.
    const contextTokens = head === "" && prefix.length === 0 ? 1 : lastHeadTokens;
    if (contextTokens >= ids.length) throw noTokens(context, continuation, index);
    const places = offsets.slice(contextTokens * 2).map((offset) => offset - context.length);
    return { ids: whole, start: prefix.length + contextTokens, offsets: places };
  };
}

/** Without the white space at its end, as Python's `str.rstrip` has it, which the harness uses. */
export function withoutTrailingSpace(text: string): string {
  let end = text.length;
  while (end > 0 && isPythonSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(0, end);
}

/** White_Space and the information separators U+001C to U+001F. */
function isPythonSpace(code: number): boolean {
  return (code >= 0x1c && code <= 0x1f) || /\p{White_Space}/u.test(String.fromCharCode(code));
}

function prefixOf(
  { beginningOfSequence, endOfText }: Tokenizer,
  head: string,
  ids: Int32Array,
  index: number,
): readonly number[] {
  if (head !== "") return beginningOfSequence === undefined ? [] : [beginningOfSequence];
  const start = beginningOfSequence ?? endOfText;
  if (start === undefined)
    throw new RoteError(
      "model/cannot",
      `request ${index + 1} has an empty context, and the tokenizer has neither a beginning-of-sequence nor an end-of-text token to stand for it; give a context`,
      { request: index },
    );
  return ids[0] === start && ids.length > 1 ? [] : [start];
}

/** A continuation that falls into the context's last token. */
export function noTokens(context: string, continuation: string, index: number): RoteError {
  return new RoteError(
    "usage",
    `request ${index + 1}: the continuation ${JSON.stringify(continuation)} has no token of its own after the context ${JSON.stringify(context.slice(-40))}; let it begin at a word's border`,
    { request: index, continuation },
  );
}

/** Tokens run together, padding included: enough to fill the cores, little enough for attention. */
const BATCH_TOKENS = 4096;

/** A distinct sequence to be run, and the requests that ask for it. */
interface Sequence {
  readonly ids: Int32Array;
  readonly asked: { readonly index: number; readonly start: number; readonly cutTokens: number }[];
}

/** Score ids; see `LanguageModel.scoreIds`. Sequences asked for twice are run once. */
export async function scoreIds(
  model: TokenModel,
  requests: readonly IdsRequest[],
  { signal, onProgress, overlong = "refuse" }: ScoreOptions = {},
): Promise<readonly ScoredIds[]> {
  for (const [index, request] of requests.entries()) checkRequest(request, index, model, overlong);
  const sequences = distinctSequences(requests, model.maximumLength);
  const total = sequences.reduce((sum, { ids }) => sum + ids.length, 0);
  const results = new Array<ScoredIds>(requests.length);
  let done = 0;
  for (const batch of batchesByLength(sequences)) {
    const scores = await model.run(
      batch.map(({ ids }) => ids),
      signal,
    );
    for (const [i, { ids, asked }] of batch.entries()) {
      for (const { index, start, cutTokens } of asked) {
        const scored = scoredFrom(ids, start, scores[i]!);
        checkLogProb(scored.logLikelihood, model, `request ${index + 1}`);
        results[index] = { ...scored, cutTokens };
      }
      done += ids.length;
    }
    onProgress?.({ stage: "score", done, total, unit: "tokens" });
  }
  return results;
}

function distinctSequences(requests: readonly IdsRequest[], maximumLength: number): Sequence[] {
  const sequences = new Map<string, Sequence>();
  for (const [index, { ids, start }] of requests.entries()) {
    const cutTokens = Math.max(0, ids.length - (maximumLength + 1));
    const kept = Int32Array.from(ids).subarray(cutTokens);
    const key = kept.join();
    const sequence = sequences.get(key) ?? { ids: kept, asked: [] };
    sequences.set(key, sequence);
    sequence.asked.push({ index, start: Math.max(1, start - cutTokens), cutTokens });
  }
  return [...sequences.values()];
}

/** Refuse a request that no model of these sizes can answer. */
export function checkRequest(
  { ids, start }: IdsRequest,
  index: number,
  { maximumLength, vocabularySize }: Pick<TokenModel, "maximumLength" | "vocabularySize">,
  overlong: "refuse" | "cut",
): void {
  const { length } = ids;
  if (length < 2)
    throw new RoteError(
      "usage",
      `request ${index + 1}: two ids are needed, one to begin with and one to score, got ${length}`,
      { request: index, length },
    );
  if (!(Number.isInteger(start) && start >= 1 && start < length))
    throw new RoteError(
      "usage",
      `request ${index + 1}: start must lie between 1 and ${length - 1}, the last of its ${length} ids, got ${start}`,
      { request: index, start, length },
    );
  checkIds(ids, vocabularySize, index);
  if (length - start > maximumLength && overlong === "refuse")
    throw new RoteError(
      "model/cannot",
      `request ${index + 1} asks for ${length - start} tokens at once, and the model reads ${maximumLength}; cut the continuation`,
      { request: index, maximumLength },
    );
}

/** Longest first, so that a batch is padded little and memory peaks at the start. */
function* batchesByLength(sequences: readonly Sequence[]): Generator<readonly Sequence[]> {
  const sorted = sequences.toSorted((a, b) => b.ids.length - a.ids.length);
  for (let start = 0; start < sorted.length;) {
    const count = Math.max(1, Math.floor(BATCH_TOKENS / sorted[start]!.ids.length));
    yield sorted.slice(start, start + count);
    start += count;
  }
}

function scoredFrom(
  ids: Int32Array,
  start: number,
  { logProbs, argmax }: TokenScores,
): Omit<ScoredIds, "cutTokens"> {
  const scored = ids.slice(start);
  const values = Float64Array.from(logProbs.subarray(start - 1));
  return {
    logLikelihood: values.reduce((sum, value) => sum + value, 0),
    isGreedy: scored.every((id, i) => argmax[start - 1 + i] === id),
    ids: scored,
    logProbs: values,
  };
}
