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
  ScoreOptions,
  ScoreRequest,
} from "./language-model.ts";
import { scoreIds } from "./scoring/score-ids.ts";
import type { TokenModel } from "./token-model.ts";

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
  const why =
    continuation === ""
      ? "is empty and has no token of its own"
      : `${JSON.stringify(continuation)} has no token of its own after the context ${JSON.stringify(context.slice(-40))}; let it begin at a word's border`;
  return new RoteError("usage", `request ${index + 1}: the continuation ${why}`, {
    request: index,
    continuation,
  });
}
