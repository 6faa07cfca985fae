/**
 * Counts of many pairs, made in one pass for several studies, of which each then takes its own. They
 * are the counts that each would have got alone: a count is a fact of the corpus, whoever asks.
 */
import type { CorpusIdentity } from "../corpus/document.ts";
import type { PairCounts } from "../counting/count-engine.ts";
import { type PairQuery, positionOf } from "../memorization/pair-query.ts";

export class KnownCounts {
  /** What was counted, as it was read. */
  readonly identity: CorpusIdentity;
  readonly #indexes: ReadonlyMap<string, number>;
  readonly #keys: Float64Array;
  readonly #counts: PairCounts;

  /** `query` is a merged one: its pairs ascend. */
  constructor({ phrases, pairs }: PairQuery, counts: PairCounts, identity: CorpusIdentity) {
    this.identity = identity;
    this.#indexes = new Map(phrases.map((phrase, index) => [phrase, index]));
    this.#keys = counts.codf.map((_, i) => pairs[2 * i]! * phrases.length + pairs[2 * i + 1]!);
    this.#counts = counts;
  }

  /** The counts of these phrases and pairs; undefined unless all were counted. */
  answer({ phrases, pairs }: PairQuery): PairCounts | undefined {
    const { df, tf, codf } = this.#counts;
    const names = phrases.map((phrase) => this.#indexes.get(phrase) ?? -1);
    if (names.includes(-1)) return undefined;
    const positions = Float64Array.from({ length: pairs.length / 2 }, (_, i) => {
      const [a, b] = [names[pairs[2 * i]!]!, names[pairs[2 * i + 1]!]!];
      return positionOf(this.#keys, a * this.#indexes.size + b);
    });
    if (positions.includes(-1)) return undefined;
    return {
      df: Float64Array.from(names, (index) => df[index]!),
      tf: Float64Array.from(names, (index) => tf[index]!),
      codf: positions.map((position) => codf[position]!),
    };
  }
}
