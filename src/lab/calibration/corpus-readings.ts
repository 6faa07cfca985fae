/** What the corpus says about items, counted by one scan for all of them. */
import type { LongWork } from "../../base/progress.ts";
import type { CountEngine } from "../../counting/count-engine.ts";
import { ngrams } from "../../text/ngrams.ts";
import { wordsPolicy } from "../../text/policies.ts";
import type { ManifestItem } from "../truth/manifest-items.ts";

/** Words of the n-grams that are paired; "phrase" is the whole question and the whole answer. */
export type PairOrder = 1 | 2 | 3 | "phrase";

export const pairOrders: readonly PairOrder[] = ["phrase", 1, 2, 3];

/** Counts by item name. Where a measure has nothing to say of an item, there is no entry. */
export interface CorpusReadings {
  /** Documents that hold the item's phrase. */
  readonly documentFrequency: ReadonlyMap<string, number>;
  /**
   * Mean over the answer's n-grams b of the largest P(b|a) over the question's n-grams a. 0 where no
   * document holds any a: what the corpus never asks it cannot have taught.
   */
  readonly taskGramProbability: ReadonlyMap<PairOrder, ReadonlyMap<string, number>>;
  /** Eq. 4 of Wang et al. 2025 at n = 1: the sum of codf over the item's distinct pairs. */
  readonly exampleFrequency: ReadonlyMap<string, number>;
  /** Mean of log P∞ over the target's tokens, −∞ where one of them is 0; where an index was read. */
  readonly infinityGram?: ReadonlyMap<string, number>;
}

/** Pairs of an item at one order, as indexes into the phrases. */
interface ItemPairs {
  readonly item: string;
  readonly order: PairOrder;
  readonly a: readonly number[];
  readonly b: readonly number[];
  /** The first of its pairs in the question asked of the engine; pair (i, j) stands at i · |b| + j. */
  readonly firstPair: number;
}

/** Count phrases and pairs of all items. Memory: about 40 bytes a pair. */
export async function readCorpus(
  engine: CountEngine,
  items: readonly ManifestItem[],
  work: LongWork = {},
): Promise<CorpusReadings> {
  const phrases = new PhraseNumbers();
  const texts = items.map(({ text }) => phrases.of(text));
  const pairs: number[] = [];
  const planned = items.flatMap((item) =>
    pairOrders.flatMap((order) => planPairs(item, order, phrases, pairs)),
  );
  const { df, codf } = await engine.countPairs(phrases.all, Uint32Array.from(pairs), work);
  const probabilities = new Map(pairOrders.map((order) => [order, new Map<string, number>()]));
  const exampleFrequency = new Map<string, number>();
  for (const own of planned) {
    probabilities.get(own.order)!.set(own.item, largestMean(own, df, codf));
    if (own.order === 1) exampleFrequency.set(own.item, sumOf(own, codf));
  }
  return {
    documentFrequency: new Map(items.map(({ item }, index) => [item, df[texts[index]!]!])),
    taskGramProbability: probabilities,
    exampleFrequency,
  };
}

class PhraseNumbers {
  readonly #numbers = new Map<string, number>();

  of(phrase: string): number {
    const number = this.#numbers.get(phrase) ?? this.#numbers.size;
    this.#numbers.set(phrase, number);
    return number;
  }

  get all(): string[] {
    return [...this.#numbers.keys()];
  }
}

/** Items without a question, and answers of fewer than n words, have no pairs. */
function planPairs(
  { item, a, b }: ManifestItem,
  order: PairOrder,
  phrases: PhraseNumbers,
  pairs: number[],
): ItemPairs[] {
  if (a === undefined || b === undefined) return [];
  const [left, right] = [gramsOf(a, order, phrases), gramsOf(b, order, phrases)];
  if (left.length === 0 || right.length === 0) return [];
  const firstPair = pairs.length / 2;
  for (const first of left) for (const second of right) pairs.push(first, second);
  return [{ item, order, a: left, b: right, firstPair }];
}

function gramsOf(text: string, order: PairOrder, phrases: PhraseNumbers): number[] {
  if (order === "phrase") return [phrases.of(text)];
  const grams = ngrams(wordsPolicy.wordsWithOffsets(text), order);
  return [...new Set(grams.map((gram) => phrases.of(gram.text)))];
}

function largestMean({ a, b, firstPair }: ItemPairs, df: Float64Array, codf: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < b.length; j++) {
    let largest = 0;
    for (let i = 0; i < a.length; i++) {
      const dfA = df[a[i]!]!;
      if (dfA > 0) largest = Math.max(largest, codf[firstPair + i * b.length + j]! / dfA);
    }
    sum += largest;
  }
  return sum / b.length;
}

function sumOf({ a, b, firstPair }: ItemPairs, codf: Float64Array): number {
  let sum = 0;
  for (let pair = firstPair; pair < firstPair + a.length * b.length; pair++) sum += codf[pair]!;
  return sum;
}
