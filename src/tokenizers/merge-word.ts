/**
 * BPE inside one word: as long as two neighbours merge, merge the pair of lowest rank, the leftmost
 * of several. Short words look through all pairs each time; long ones (a line of dashes, a page
 * without spaces) keep them in a binary heap, so that cost stays n log n.
 */
import { Heap } from "./heap.ts";
import type { MergeTable } from "./merge-table.ts";

/** Longest word, in symbols, that is merged by looking through all pairs; measured to break even. */
const SHORT_WORD = 48;

/** Merge ids[0..length) in place and return how many are left. */
export function mergeWord(ids: Int32Array, length: number, table: MergeTable): number {
  return length <= SHORT_WORD ? mergeShort(ids, length, table) : mergeLong(ids, length, table);
}

const shortRanks = new Int32Array(SHORT_WORD);

function mergeShort(ids: Int32Array, length: number, table: MergeTable): number {
  const ranks = shortRanks;
  for (let i = 0; i + 1 < length; i++) ranks[i] = table.rank(ids[i]!, ids[i + 1]!);
  for (;;) {
    let best = -1;
    let bestRank = 0x7fffffff;
    for (let i = 0; i + 1 < length; i++)
      if (ranks[i]! >= 0 && ranks[i]! < bestRank) bestRank = ranks[(best = i)]!;
    if (best === -1) return length;
    ids[best] = table.merged[bestRank]!;
    length--;
    for (let i = best + 1; i < length; i++) {
      ids[i] = ids[i + 1]!;
      ranks[i] = ranks[i + 1]!;
    }
    if (best > 0) ranks[best - 1] = table.rank(ids[best - 1]!, ids[best]!);
    if (best + 1 < length) ranks[best] = table.rank(ids[best]!, ids[best + 1]!);
  }
}

/** Heap keys are rank × 2³² + position: exact in a float64, since ranks stay below 2²¹. */
const RANK_UNIT = 2 ** 32;

function mergeLong(ids: Int32Array, length: number, table: MergeTable): number {
  const next = new Int32Array(length);
  const previous = new Int32Array(length);
  // The current rank of the pair that begins at each position; a heap entry that disagrees is old.
  const ranks = new Int32Array(length).fill(-1);
  const heap = new Heap<number>((a, b) => a < b);
  const update = (position: number): void => {
    const right = next[position]!;
    const rank = right < length ? table.rank(ids[position]!, ids[right]!) : -1;
    ranks[position] = rank;
    if (rank >= 0) heap.push(rank * RANK_UNIT + position);
  };
  for (let i = 0; i < length; i++) {
    next[i] = i + 1;
    previous[i] = i - 1;
  }
  for (let i = 0; i < length; i++) update(i);
  for (let key = heap.pop(); key !== undefined; key = heap.pop()) {
    const position = key % RANK_UNIT;
    const rank = (key - position) / RANK_UNIT;
    if (ranks[position] !== rank) continue;
    const right = next[position]!;
    ids[position] = table.merged[rank]!;
    next[position] = next[right]!;
    if (next[right]! < length) previous[next[right]!] = position;
    ranks[right] = -1;
    update(position);
    if (previous[position]! >= 0) update(previous[position]!);
  }
  let count = 0;
  for (let i = 0; i < length; i = next[i]!) ids[count++] = ids[i]!;
  return count;
}
