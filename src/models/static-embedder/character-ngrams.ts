/**
 * Character n-grams of words, so that a word the embedder never saw (an inflection, a compound, a
 * misspelling) gets a vector from its parts, after fastText (Bojanowski et al. 2017).
 *
 * An n-gram is 3 to 5 UTF-16 units of "<word>" and is known by its 32-bit FNV-1a hash: two n-grams
 * with one hash share a row, which at a hundred thousand n-grams befalls one or two of them.
 */
import { scaleToUnit } from "./unit-vectors.ts";

const shortest = 3;
const longest = 5;

/** The n-grams that were kept. Row i belongs to keys[i]. */
export interface CharacterNgrams {
  readonly keys: Uint32Array;
  /** Row-major unit directions. */
  readonly directions: Float32Array;
  /** Length of the mean of the unit vectors of the words that hold the n-gram: 1 where they agree. */
  readonly lengths: Float32Array;
}

/** Hashes of the distinct n-grams of a word, in order of first occurrence. */
export function characterNgrams(word: string): number[] {
  const marked = `<${word}>`;
  const hashes = new Set<number>();
  for (let start = 0; start + shortest <= marked.length; start++) {
    let hash = 0x811c9dc5;
    for (let length = 1; length <= longest && start + length <= marked.length; length++) {
      const unit = marked.charCodeAt(start + length - 1);
      hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
      hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
      if (length >= shortest) hashes.add(hash >>> 0);
    }
  }
  return [...hashes];
}

/**
 * Keep the `limit` n-grams whose words agree most: by |sum of unit vectors| / √words, which random
 * directions keep near 1 and agreeing ones raise to √words. N-grams of one word say nothing of
 * others and are left out. Memory: one row of `dimension` floats an n-gram of two words or more.
 */
export function fitCharacterNgrams(
  words: readonly string[],
  directions: Float32Array,
  { dimension, limit }: { readonly dimension: number; readonly limit: number },
): CharacterNgrams {
  const wordCounts = countWords(words);
  const rowOf = new Map<number, number>();
  for (const [key, count] of wordCounts) if (count > 1) rowOf.set(key, rowOf.size);
  const sums = new Float32Array(rowOf.size * dimension);
  words.forEach((word, index) => {
    for (const key of characterNgrams(word)) {
      const row = rowOf.get(key);
      if (row === undefined) continue;
      for (let j = 0; j < dimension; j++)
        sums[row * dimension + j]! += directions[index * dimension + j]!;
    }
  });
  const ranked = [...rowOf].map(([key, row]) => {
    const count = wordCounts.get(key)!;
    const length = scaleToUnit(sums.subarray(row * dimension, (row + 1) * dimension));
    return { key, row, length: length / count, agreement: length / Math.sqrt(count) };
  });
  ranked.sort((a, b) => b.agreement - a.agreement || a.key - b.key);
  const kept = ranked.filter(({ length }) => length > 0).slice(0, limit);
  kept.sort((a, b) => a.key - b.key);
  const rows = new Float32Array(kept.length * dimension);
  kept.forEach(({ row }, i) => {
    rows.set(sums.subarray(row * dimension, (row + 1) * dimension), i * dimension);
  });
  return {
    keys: Uint32Array.from(kept, ({ key }) => key),
    directions: rows,
    lengths: Float32Array.from(kept, ({ length }) => length),
  };
}

/** How many words hold each n-gram. */
function countWords(words: readonly string[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const word of words)
    for (const key of characterNgrams(word)) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}
