/**
 * No score leaves here that may belong to another token. The server's list must begin with the one
 * token that has no log-probability, hold a log-probability for every other, and be the very ids
 * that were sent or spell the very text (spelled-text.ts).
 */
import { malformed, type PromptToken } from "./remote-server.ts";

/** Check a prompt's tokens against what was sent as ids. */
export function checkIds(server: string, ids: Int32Array, tokens: readonly PromptToken[]): void {
  checkLogProbs(server, tokens);
  if (tokens.length !== ids.length)
    throw malformed(
      server,
      `tells the log-probabilities of ${tokens.length} tokens for a prompt of ${ids.length}`,
    );
  for (const [i, { id }] of tokens.entries())
    if (id !== undefined && id !== ids[i])
      throw malformed(
        server,
        `tells the log-probability of token ${id} where token ${ids[i]!} was sent (position ${i}): its list is shifted or of another prompt`,
      );
}

/** Check that a list holds log-probabilities, and for all tokens but the first. */
export function checkLogProbs(server: string, tokens: readonly PromptToken[]): void {
  for (const [i, { logProb }] of tokens.entries()) {
    if (i === 0 && logProb !== null)
      throw malformed(
        server,
        `gives the first token of a prompt a log-probability, which nothing before it can have given: its list is shifted`,
      );
    // Rounding may leave a certain token a little above 0.
    if (i > 0 && !(logProb !== null && logProb <= 1e-3 && logProb > -Infinity))
      throw malformed(
        server,
        `gives token ${i + 1} of a prompt the log-probability ${String(logProb)}; a finite number of at most 0 is one`,
      );
  }
}

/** A value that should be a log-probability: null where it is null, NaN where it is nonsense. */
export function logProbOf(value: unknown): number | null {
  if (value === null || value === undefined) return null;
  return typeof value === "number" ? value : Number.NaN;
}
