/** How often the phrases of a translated segment stand together in a corpus, whether or not the segment does. */
import type { LongWork } from "../../base/progress.ts";
import { openCorpus } from "../../corpus/corpus.ts";
import { openScan } from "../../counting/scan/scan-engine.ts";
import type { Item } from "./item.ts";
import { runsOf } from "./leaks.ts";

const PHRASE_WORDS = 2;

/**
 * For each translation item the mean codf over all pairs of two neighboring words of its source with two
 * of its target: the evidence that a held-out segment shares with the corpus.
 */
export async function countSharedPhrases(
  paths: readonly string[],
  items: readonly Item[],
  work: LongWork = {},
): Promise<ReadonlyMap<string, number>> {
  const numbers = new Map<string, number>();
  const number = (phrase: string): number => {
    if (!numbers.has(phrase)) numbers.set(phrase, numbers.size);
    return numbers.get(phrase)!;
  };
  const pairs: number[] = [];
  const ends = items.map(({ question }) => {
    const [source, target] = [question?.a ?? "", question?.b ?? ""].map((text) =>
      runsOf(text, PHRASE_WORDS).map(number),
    ) as [number[], number[]];
    for (const a of source) for (const b of target) pairs.push(a, b);
    return pairs.length / 2;
  });
  await using engine = await openScan(await openCorpus({ paths }));
  const { codf } = await engine.countPairs([...numbers.keys()], Uint32Array.from(pairs), work);
  return new Map(
    items.map(({ item }, i) => [item, mean(codf.subarray(ends[i - 1] ?? 0, ends[i]))]),
  );
}

function mean(values: Float64Array): number {
  if (values.length === 0) return 0;
  const sum = values.reduce((total, value) => total + value, 0);
  return Math.round((sum / values.length) * 1000) / 1000;
}
