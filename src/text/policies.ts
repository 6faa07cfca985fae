/**
 * The three text policies. A policy is one pure function from text to words; corpus, phrases and
 * n-grams all pass through it, and its version is part of every count's identity.
 *
 * Categories, white space and folding come from tables of one Unicode version (unicode.ts). NFKC
 * comes from the platform; by Unicode's stability policy it never changes for a character that the
 * platform knows.
 */
import { RoteError } from "../base/errors.ts";
import { normalizeWithMap, type NormalizedText } from "./normalization.ts";
import type { SplitText, TextPolicy } from "./policy.ts";
import { characterBounds, sliceWords, wordBounds } from "./segmentation.ts";
import { foldText } from "./unicode.ts";
import { unicodeVersion } from "./unicode-tables.ts";

/**
 * The default: NFKC, then simple case folding, then maximal runs of letters, marks and numbers
 * (L*, M*, N*). Everything else separates and is otherwise ignored: apostrophes, hyphens,
 * underscores, symbols, format characters such as the soft hyphen.
 *
 * Folding follows normalization and is not normalized again, so the words of a text made of words
 * are the same words except where only the small letter exists as one character: J̌ gives j and a
 * mark, but ǰ one code point. İ (U+0130) has no simple folding and stays as it is.
 */
export const wordsPolicy: TextPolicy = createPolicy({
  name: "words",
  revision: 1,
  normalizes: true,
  folds: true,
  bounds: wordBounds,
});

/** Maximal runs of L*, M* and N* exactly as they stand: no normalization, no folding. */
export const exactWordsPolicy: TextPolicy = createPolicy({
  name: "exact-words",
  revision: 1,
  normalizes: false,
  folds: false,
  bounds: wordBounds,
});

/**
 * For scripts that write no spaces: NFKC, then simple case folding, then each code point that is
 * not White_Space is a word of its own. That includes punctuation, symbols, format characters, lone
 * surrogates, and every combining mark that NFKC does not compose with its base. So a phrase is a
 * substring of the normalized text, white space ignored.
 */
export const charactersPolicy: TextPolicy = createPolicy({
  name: "characters",
  revision: 1,
  normalizes: true,
  folds: true,
  bounds: characterBounds,
});

const policies = [wordsPolicy, exactWordsPolicy, charactersPolicy];

/** The policy of a name. */
export function textPolicy(name: string): TextPolicy {
  const policy = policies.find((candidate) => candidate.name === name);
  if (policy !== undefined) return policy;
  const names = policies.map((candidate) => candidate.name);
  throw new RoteError(
    "usage",
    `there is no text policy "${name}"; the policies are ${names.join(", ")}`,
    { name, names },
  );
}

/** A phrase's words joined by single spaces: two phrases with one key are one phrase. */
export function phraseKey(phrase: string, policy: TextPolicy, input = "phrase"): string {
  const words = policy.words(phrase);
  if (words.length > 0) return words.join(" ");
  throw new RoteError(
    "text/empty-phrase",
    `${input} ${JSON.stringify(phrase)} has no words under the policy ${policy.version}; give at least one`,
    { input, phrase, policy: policy.version },
  );
}

interface PolicyParts {
  readonly name: TextPolicy["name"];
  /** Raised when the same text gives other words for any reason but a new Unicode version. */
  readonly revision: number;
  readonly normalizes: boolean;
  readonly folds: boolean;
  /** Starts and ends of the words, two entries a word. */
  readonly bounds: (text: string) => Int32Array;
}

function createPolicy({ name, revision, normalizes, folds, bounds }: PolicyParts): TextPolicy {
  const fold = (text: string): string => (folds ? foldText(text) : text);
  const split = (original: string): SplitText => {
    const text = fold(normalizes ? original.normalize("NFKC") : original);
    return { text, bounds: bounds(text) };
  };
  return {
    name,
    version: `${name}@${revision} (Unicode ${unicodeVersion})`,
    split,
    words(original) {
      const { text, bounds } = split(original);
      return sliceWords(text, bounds);
    },
    wordsWithOffsets(original) {
      const normalized = normalizes ? normalizeWithMap(original) : { text: original };
      const text = fold(normalized.text);
      const offsets = bounds(text);
      return { words: sliceWords(text, offsets), offsets: mapBack(offsets, normalized) };
    },
  };
}

/** Bounds in a normalized text as bounds in the original; changes its argument. */
function mapBack(bounds: Int32Array, { starts, ends }: NormalizedText): Int32Array {
  if (starts === undefined || ends === undefined) return bounds;
  for (let i = 0; i < bounds.length; i += 2) {
    bounds[i] = starts[bounds[i]!]!;
    bounds[i + 1] = ends[bounds[i + 1]! - 1]!;
  }
  return bounds;
}
