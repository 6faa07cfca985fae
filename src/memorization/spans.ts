/**
 * The log-probability of a span of an answer, found by character offsets and never by searching
 * token ids. A token belongs to the span if it overlaps it, so a token that reaches beyond it is
 * scored whole; such tokens are counted, because their probability is not the span's alone.
 * White space around a word is no reason to call its token straddling: most vocabularies write the
 * space into the word.
 */

/** The tokens of one answer. */
export interface AnswerTokens {
  readonly answer: string;
  /** Two entries a token: start and end in UTF-16 units of the answer; negative before it. */
  readonly offsets: Int32Array;
  /** Natural logs, one a token. */
  readonly logProbs: Float64Array;
}

/** What became of a span of an answer. */
export type SpanScore = MatchedSpan | UnmatchedSpan;

/** A span whose tokens were found, with the sum of their log-probabilities. */
export interface MatchedSpan {
  readonly matched: true;
  /** Sum over the span's tokens. */
  readonly logLikelihood: number;
  readonly tokens: number;
  /** Length of the span in UTF-16 units. */
  readonly characters: number;
  /** Tokens that hold characters outside the span other than white space. */
  readonly straddling: number;
}

/** A span without a score, and why. */
export interface UnmatchedSpan {
  readonly matched: false;
  readonly reason: string;
}

/** The tokens of a span. */
export interface SpanTokens {
  readonly matched: true;
  /** Indexes of the tokens that overlap the span, ascending. */
  readonly tokens: readonly number[];
  /** Tokens that hold characters outside the span other than white space. */
  readonly straddling: number;
}

/** A place in an answer, in UTF-16 units, half-open. */
export interface AnswerSpan {
  readonly start: number;
  readonly end: number;
}

/** Score the UTF-16 units [start, end) of an answer. */
export function scoreSpan(answer: AnswerTokens, start: number, end: number): SpanScore {
  return scoreSpans(answer, [{ start, end }]);
}

/** Score several places of an answer together, such as all occurrences of a phrase: each token once. */
export function scoreSpans(answer: AnswerTokens, spans: readonly AnswerSpan[]): SpanScore {
  const found = findTokensOfSpans(answer, spans);
  if (!found.matched) return found;
  const { tokens, straddling } = found;
  const logLikelihood = tokens.reduce((sum, token) => sum + answer.logProbs[token]!, 0);
  const characters = charactersOf(spans);
  return { matched: true, logLikelihood, tokens: tokens.length, characters, straddling };
}

/** The tokens of several places of an answer, at least one, each token once. Places that overlap or touch count as one. */
export function findTokensOfSpans(
  answer: Pick<AnswerTokens, "answer" | "offsets">,
  spans: readonly AnswerSpan[],
): SpanTokens | UnmatchedSpan {
  const tokens = new Set<number>();
  let straddling = 0;
  for (const { start, end } of mergeSpans(spans)) {
    const found = findSpanTokens(answer, start, end);
    if (!found.matched) return found;
    for (const token of found.tokens) tokens.add(token);
    straddling += found.straddling;
  }
  return { matched: true, tokens: [...tokens], straddling: Math.min(straddling, tokens.size) };
}

/** UTF-16 units in some of the places, each once. */
export function charactersOf(spans: readonly AnswerSpan[]): number {
  return mergeSpans(spans).reduce((sum, { start, end }) => sum + end - start, 0);
}

function mergeSpans(spans: readonly AnswerSpan[]): readonly AnswerSpan[] {
  const merged: AnswerSpan[] = [];
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last === undefined || start > last.end) merged.push({ start, end });
    else merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, end) };
  }
  return merged;
}

/** The tokens of the UTF-16 units [start, end) of an answer. */
export function findSpanTokens(
  { answer, offsets }: Pick<AnswerTokens, "answer" | "offsets">,
  start: number,
  end: number,
): SpanTokens | UnmatchedSpan {
  if (!(start >= 0 && start < end && end <= answer.length))
    return unmatched(
      `span ${start}–${end} is not inside the answer of ${answer.length} characters`,
    );
  const tokens: number[] = [];
  let straddling = 0;
  let [coveredFrom, coveredTo] = [end, start];
  for (let token = 0; 2 * token < offsets.length; token++) {
    const [from, to] = [offsets[2 * token]!, offsets[2 * token + 1]!];
    if (!(from < end && to > start)) continue;
    tokens.push(token);
    coveredFrom = Math.min(coveredFrom, from);
    coveredTo = Math.max(coveredTo, to);
    if (!isBlank(answer, from, start) || !isBlank(answer, end, to)) straddling++;
  }
  if (tokens.length === 0) return unmatched("no token overlaps the span");
  if (!isBlank(answer, start, coveredFrom) || !isBlank(answer, coveredTo, end))
    return unmatched("the span was cut: some of its characters have no token");
  return { matched: true, tokens, straddling };
}

const unmatched = (reason: string): UnmatchedSpan => ({ matched: false, reason });

/** Whether [start, end) is empty or white space. What lies before the answer is the context's and counts as blank. */
function isBlank(text: string, start: number, end: number): boolean {
  return start >= end || text.slice(Math.max(0, start), Math.max(0, end)).trim() === "";
}
