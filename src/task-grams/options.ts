import { RoteError } from "../base/errors.ts";
import type { LongWork } from "../base/progress.ts";
import { wordsPolicy } from "../text/policies.ts";
import type { TextPolicy } from "../text/policy.ts";
import type { Outputs, ShortTexts } from "./example-ngrams.ts";
import type { VectorOptions } from "./ngram-vectors.ts";
import type { ThresholdChoice } from "./threshold.ts";

/** "alphabetic" keeps pairs whose words hold letters and marks alone. */
export type PairFilter = "alphabetic";

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
  readonly threshold?: ThresholdChoice;
  /** Share of null pairs that a calibrated threshold lets pass. */
  readonly nullShare?: number;
  /** Mined pairs that are sampled for the calibration, and as many null pairs. */
  readonly sampleSize?: number;
  readonly seed?: number;
}

/** The choices of a run: every option that bears on its result. */
export type MiningChoices = Required<Omit<MiningOptions, keyof VectorOptions | keyof LongWork>>;

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
  /** Numbers are evidence too. */
  filters: [],
  /** A fixed cosine means another thing with each embedder. */
  threshold: "calibrated",
  /** One unrelated pair in a hundred passes. */
  nullShare: 0.01,
  /** The standard error of a null rate of 1 % is then 0.07 points. */
  sampleSize: 20_000,
  seed: 1,
};

/** The options with their defaults, checked. */
export function resolveMiningOptions({
  n = miningDefaults.n,
  policy = miningDefaults.policy,
  stopWords = miningDefaults.stopWords,
  shortTexts = miningDefaults.shortTexts,
  outputs = miningDefaults.outputs,
  filters = miningDefaults.filters,
  threshold = miningDefaults.threshold,
  nullShare = miningDefaults.nullShare,
  sampleSize = miningDefaults.sampleSize,
  seed = miningDefaults.seed,
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
  return {
    ...{ n, policy, stopWords, shortTexts, outputs, filters },
    ...{ threshold, nullShare, sampleSize, seed },
  };
}
