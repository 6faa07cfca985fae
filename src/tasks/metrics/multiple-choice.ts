/**
 * Multiple choice: the choice a model finds likeliest. By text its continuations are the choices
 * themselves, and their log-likelihoods may be divided by length, for a longer text is less likely
 * whatever it says; by letter they are " A", " B" …, all of one length.
 * Same as lm-evaluation-harness's acc (`none`), acc_norm (`characters`) and acc_bytes (`bytes`).
 */
import { RoteError } from "../../base/errors.ts";

/** What log-likelihoods are divided by: nothing, code points, or UTF-8 bytes of the choice. */
export type LengthNormalization = "none" | "characters" | "bytes";

/** Index of the likeliest choice, the first of several. A choice without a character never is. */
export function likeliestChoice(
  logLikelihoods: ArrayLike<number>,
  choices: readonly string[],
  normalization: LengthNormalization = "none",
): number {
  if (logLikelihoods.length !== choices.length || choices.length === 0)
    throw new RoteError(
      "usage",
      `${logLikelihoods.length} log-likelihoods for ${choices.length} choices; each choice needs its own`,
    );
  const scores = choices.map((choice, i) => logLikelihoods[i]! / lengthOf(choice, normalization));
  return scores.reduce((best, score, i) => (score > scores[best]! ? i : best), 0);
}

/** The letter of a choice: A for the first. */
export function choiceLetter(index: number): string {
  return String.fromCharCode("A".charCodeAt(0) + index);
}

function lengthOf(choice: string, normalization: LengthNormalization): number {
  if (normalization === "none") return 1;
  return normalization === "bytes" ? Buffer.byteLength(choice) : Array.from(choice).length;
}
