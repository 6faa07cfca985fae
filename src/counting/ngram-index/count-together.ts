/** Counts n-grams and pairs that are asked for one by one, in batches of those that wait at the same time. */
import { countNgrams } from "./codf.ts";
import { countNgram, countNgramPair } from "./count-ngram.ts";
import { batchNgrams } from "./ngram-batch.ts";
import type { NgramIndex } from "./ngram-index.ts";

type Ngram = readonly number[];

/** Counts of one or two n-grams, and of documents that hold both. */
export interface CountedTogether {
  readonly tf: readonly number[];
  readonly df: readonly number[];
  /** Undefined for one n-gram. */
  readonly codf: number | undefined;
}

interface Waiting {
  readonly ngrams: readonly [Ngram, Ngram?];
  readonly resolve: (counts: CountedTogether) => void;
  readonly reject: (error: unknown) => void;
}

/** Counts for requests that are answered at the same time: what waits together is counted together. */
export class CountBatches {
  /** By window. */
  readonly #batches = new Map<NgramIndex, Map<number | undefined, Waiting[]>>();

  /** Count an n-gram or a pair. What is asked for before the event loop's next turn is counted together. */
  async count(
    index: NgramIndex,
    ngrams: readonly [Ngram, Ngram?],
    window?: number,
  ): Promise<CountedTogether> {
    return new Promise((resolve, reject) => {
      if (this.#batches.size === 0)
        setImmediate(() => {
          const batches = [...this.#batches];
          this.#batches.clear();
          for (const [of, byWindow] of batches)
            for (const [within, waiting] of byWindow)
              if (waiting.length === 1) countOne(of, waiting[0]!, within);
              else void countAll(of, waiting, within);
        });
      const byWindow = this.#batches.get(index) ?? new Map<number | undefined, Waiting[]>();
      this.#batches.set(index, byWindow);
      const waiting = byWindow.get(window) ?? [];
      byWindow.set(window, waiting);
      waiting.push({ ngrams, resolve, reject });
    });
  }
}

/** What nothing waits with is counted for itself, in less time than a batch of one would take. */
function countOne(
  index: NgramIndex,
  { ngrams, resolve, reject }: Waiting,
  window: number | undefined,
): void {
  const [a, b] = ngrams;
  try {
    if (b === undefined) {
      const { tf, df } = countNgram(index, a);
      resolve({ tf: [tf], df: [df], codf: undefined });
      return;
    }
    const { codf, dfA, dfB } = countNgramPair(index, a, b, { window });
    resolve({ tf: [index.count(a), index.count(b)], df: [dfA, dfB], codf });
  } catch (error) {
    reject(error);
  }
}

/** Equal n-grams are looked up once. */
async function countAll(
  index: NgramIndex,
  waiting: readonly Waiting[],
  window: number | undefined,
): Promise<void> {
  const known = new Map<string, number>();
  const distinct: Ngram[] = [];
  const numberOf = (ngram: Ngram): number => {
    const key = ngram.join();
    const number = known.get(key) ?? distinct.length;
    if (number < distinct.length) return number;
    known.set(key, number);
    distinct.push(ngram);
    return number;
  };
  const numbered = waiting.map(({ ngrams }) =>
    ngrams.filter((ngram) => ngram !== undefined).map(numberOf),
  );
  const pairs = Uint32Array.from(numbered.filter(({ length }) => length === 2).flat());
  try {
    const { tf, df, codf } = await countNgrams(index, batchNgrams(distinct), pairs, { window });
    let pair = 0;
    for (const [i, { resolve }] of waiting.entries()) {
      const numbers = numbered[i]!;
      resolve({
        tf: numbers.map((number) => tf[number]!),
        df: numbers.map((number) => df[number]!),
        codf: numbers.length === 2 ? codf[pair++] : undefined,
      });
    }
  } catch (error) {
    for (const { reject } of waiting) reject(error);
  }
}
