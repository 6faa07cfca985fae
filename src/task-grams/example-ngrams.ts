/**
 * The n-grams of an example's two sides, each distinct n-gram once with the place of its first
 * occurrence: G_n(x) and G_n(y) of Wang et al. 2025, definition 1, which are sets.
 */
import type { Example } from "../tasks/task.ts";
import { type Ngram, ngrams } from "../text/ngrams.ts";
import type { TextPolicy } from "../text/policy.ts";
import type { PairFilter, TaskLanguages } from "./options.ts";
import { isOtherLanguage } from "./pair-filters.ts";

/** What becomes of a text with fewer than n words: it counts as one n-gram, or it yields none. */
export type ShortTexts = "whole" | "drop";

/** What is paired on the output side: its n-grams, or the whole output as one phrase whatever n is. */
export type Outputs = "ngrams" | "whole";

export interface NgramChoices {
  readonly n: number;
  readonly policy: TextPolicy;
  readonly stopWords: ReadonlySet<string>;
  readonly shortTexts: ShortTexts;
  readonly outputs: Outputs;
  readonly filters: readonly PairFilter[];
  readonly languages: TaskLanguages;
  /** A mistake of the code released with the paper; see `MiningOptions`. */
  readonly dropLastNgram?: boolean;
}

/** One side of an example. */
export interface Side {
  readonly ngrams: readonly Ngram[];
  /** Why a side is unusual: fewer than n words, or none at all (stop words not counted). */
  readonly flag: "short" | "no-words" | undefined;
}

export interface ExampleNgrams {
  /** The example's id. */
  readonly example: string;
  readonly input: Side;
  readonly output: Side;
  /** Where the filter "language" is on: a side is in another language than its task's. */
  readonly isOtherLanguage: boolean;
}

/** The n-grams of both sides of an example. */
export function exampleNgrams(example: Example, choices: NgramChoices): ExampleNgrams {
  const { id, input, output } = example;
  const whole = choices.outputs === "whole";
  return {
    example: id,
    input: sideNgrams(input, choices),
    output: whole ? wholeText(output, choices) : sideNgrams(output, choices),
    isOtherLanguage: isOtherLanguage(example, choices),
  };
}

/** A text as one n-gram of all its words. */
function wholeText(text: string, { policy, stopWords }: NgramChoices): Side {
  const words = policy.wordsWithOffsets(text);
  const kept = words.words.filter((word) => !stopWords.has(word)).length;
  if (kept === 0) return { ngrams: [], flag: "no-words" };
  return { ngrams: ngrams(words, kept, { stopWords }), flag: undefined };
}

function sideNgrams(
  text: string,
  { n, policy, stopWords, shortTexts, dropLastNgram = false }: NgramChoices,
): Side {
  const words = policy.wordsWithOffsets(text);
  const found = ngrams(words, n, { stopWords });
  if (found.length > 0)
    return { ngrams: distinct(dropLastNgram ? found.slice(0, -1) : found), flag: undefined };
  const kept = words.words.filter((word) => !stopWords.has(word)).length;
  if (kept === 0) return { ngrams: [], flag: "no-words" };
  const whole = shortTexts === "whole" ? ngrams(words, kept, { stopWords }) : [];
  return { ngrams: whole, flag: "short" };
}

function distinct(ngrams: readonly Ngram[]): Ngram[] {
  const first = new Map<string, Ngram>();
  for (const ngram of ngrams) if (!first.has(ngram.text)) first.set(ngram.text, ngram);
  return [...first.values()];
}
