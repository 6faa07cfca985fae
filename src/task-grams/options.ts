import { RoteError } from "../base/errors.ts";
import type { LongWork } from "../base/progress.ts";
import { wordsPolicy } from "../text/policies.ts";
import type { TextPolicy } from "../text/policy.ts";
import { stopWordLanguages } from "../text/stop-words.ts";
import type { Outputs, ShortTexts } from "./example-ngrams.ts";
import type { VectorOptions } from "./ngram-vectors.ts";
import type { ThresholdChoice } from "./threshold.ts";

/**
 * Pairs that are left out: with "alphabetic" those with other characters than letters and marks, with
 * "entities" those with a word written like a name, with "language" those of examples a side of which is
 * in another language than `languages` says.
 */
export type PairFilter = "alphabetic" | "entities" | "language";

/** The languages of a task's sides, ISO 639-1 codes of `stopWordLanguages`; one not stated is not judged. */
export interface TaskLanguages {
  readonly input?: string | undefined;
  readonly output?: string | undefined;
}

/** How n-gram pairs are mined. The defaults are `miningDefaults`. */
export interface MiningOptions extends VectorOptions, LongWork {
  /** Words of an n-gram. */
  readonly n?: number;
  readonly policy?: TextPolicy;
  /** Words left out before n-grams are formed. */
  readonly stopWords?: ReadonlySet<string>;
  readonly shortTexts?: ShortTexts;
  readonly outputs?: Outputs;
  /** Pairs left out for what they are made of, each kind counted. */
  readonly filters?: readonly PairFilter[];
  /** For the filter "entities": words that are parts of names, as the policy writes them; default those of the examples' own texts. */
  readonly names?: ReadonlySet<string> | undefined;
  /** For the filter "language". */
  readonly languages?: TaskLanguages;
  readonly threshold?: ThresholdChoice;
  /** Share of null pairs that a calibrated threshold lets pass. */
  readonly nullShare?: number;
  /** Mined pairs that are sampled for the calibration, and as many null pairs. */
  readonly sampleSize?: number;
  readonly seed?: number;
  /** A mistake of the code released with the paper: leave out n-grams of exactly n characters. */
  readonly characterLengthSize?: boolean;
  /** Another: a text's last n-gram is none of them. */
  readonly dropLastNgram?: boolean;
}

/** The choices of a run: every option that bears on its result. */
export type MiningChoices = Required<
  Omit<MiningOptions, "names" | keyof VectorOptions | keyof LongWork>
> & { readonly names: ReadonlySet<string> };

/** The options of mining where none are given, each with its reason. */
export const miningDefaults: MiningChoices = {
  /** The middle of the lengths 2 to 5 of Wang et al. 2025; a study names its own. */
  n: 3,
  /** The policy of every count, so that what is mined can be counted. */
  policy: wordsPolicy,
  /** None: an n-gram with gaps does not occur as a phrase. */
  stopWords: new Set(),
  /** As the paper does with short answers; they are flagged and counted. */
  shortTexts: "whole",
  /** As in the definition; the paper pairs whole answers where they are names. */
  outputs: "ngrams",
  /** Numbers and names are evidence too. */
  filters: [],
  names: new Set(),
  languages: {},
  /** A fixed cosine means another thing with each embedder. */
  threshold: "calibrated",
  /** One unrelated pair in a hundred passes. */
  nullShare: 0.01,
  /** The standard error of a null rate of 1 % is then 0.07 points. */
  sampleSize: 20_000,
  seed: 1,
  characterLengthSize: false,
  dropLastNgram: false,
};

/** The options with their defaults, checked. */
export function resolveMiningOptions({
  n = miningDefaults.n,
  policy = miningDefaults.policy,
  stopWords = miningDefaults.stopWords,
  shortTexts = miningDefaults.shortTexts,
  outputs = miningDefaults.outputs,
  filters = miningDefaults.filters,
  names = miningDefaults.names,
  languages = miningDefaults.languages,
  threshold = miningDefaults.threshold,
  nullShare = miningDefaults.nullShare,
  sampleSize = miningDefaults.sampleSize,
  seed = miningDefaults.seed,
  characterLengthSize = miningDefaults.characterLengthSize,
  dropLastNgram = miningDefaults.dropLastNgram,
}: MiningOptions): MiningChoices {
  if (!(Number.isInteger(n) && n >= 1))
    throw new RoteError("usage", `n must be a whole number of at least 1, got ${n}`, { n });
  if (!(nullShare >= 0 && nullShare < 1))
    throw new RoteError("usage", `nullShare must lie in [0, 1), got ${nullShare}`, { nullShare });
  if (!(Number.isInteger(sampleSize) && sampleSize >= 1))
    throw new RoteError("usage", `sampleSize must be a positive integer, got ${sampleSize}`);
  if (typeof threshold === "number" && !(threshold >= -1 && threshold < 1))
    throw new RoteError(
      "usage",
      `a threshold is a cosine in [-1, 1), got ${threshold}; or say "calibrated" or "none"`,
      { threshold },
    );
  checkFilters(filters, { policy, languages });
  return {
    ...{ n, policy, stopWords, shortTexts, outputs, filters, names, languages },
    ...{ threshold, nullShare, sampleSize, seed, characterLengthSize, dropLastNgram },
  };
}

function checkFilters(
  filters: readonly PairFilter[],
  { policy, languages }: Pick<MiningChoices, "policy" | "languages">,
): void {
  if (filters.includes("entities") && policy.name === "characters")
    throw new RoteError(
      "usage",
      'the filter "entities" looks at words, and under the policy "characters" a word is one character; leave it out, or take the policy "words"',
    );
  const stated = [languages.input, languages.output].flatMap((language) => language ?? []);
  if (filters.includes("language") && stated.length === 0)
    throw new RoteError(
      "usage",
      `the filter "language" needs the language of the inputs, the outputs or both (${stopWordLanguages.join(", ")}); state them, or leave it out`,
    );
  const unknown = stated.find((language) => !stopWordLanguages.includes(language));
  if (unknown !== undefined)
    throw new RoteError(
      "usage",
      `"${unknown}" cannot be told from other languages; known are ${stopWordLanguages.join(", ")}`,
      { language: unknown },
    );
}
