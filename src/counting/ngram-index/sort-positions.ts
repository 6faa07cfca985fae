/**
 * Sorts some of a text's suffixes by their first tokens: multikey quicksort (Bentley and Sedgewick,
 * SODA 1997) that reads as many tokens at once as one number holds exactly.
 */
import type { Tokens } from "./format.ts";

export interface SortOptions {
  /** Tokens that are compared. */
  readonly depth: number;
  /** Compares two suffixes that agree in their first `from` tokens; for small groups. */
  readonly compare: (p: number, q: number, from: number) => number;
  /** Orders suffixes that agree in `depth` tokens; default: they stay as they are. */
  readonly orderTied?: (positions: Uint32Array) => void;
}

/** Groups of so many are sorted by comparing. */
const FEW = 8;

/** Sort positions in place. Takes eight bytes for each besides. */
export function sortPositions(
  positions: Uint32Array,
  symbols: Tokens,
  { depth: limit, compare, orderTied = () => undefined }: SortOptions,
): void {
  const { read, step } = keyReader(symbols);
  const keys = new Float64Array(positions.length);

  const sortFrom = (start: number, end: number, depth: number): void => {
    if (end - start <= FEW) {
      insertionSort(positions, start, end, (p, q) => compare(p, q, depth));
      return;
    }
    if (depth >= limit) {
      orderTied(positions.subarray(start, end));
      return;
    }
    for (let i = start; i < end; i++) keys[i] = read(positions[i]!, depth);
    partition(start, end, depth);
  };

  /** Sort a range whose keys at `depth` are read; the smaller part by recursion, the larger in the loop. */
  const partition = (start: number, end: number, depth: number): void => {
    while (end - start > FEW) {
      const pivot = pivotOf(keys, start, end);
      let [less, at, greater] = [start, start, end];
      while (at < greater) {
        const key = keys[at]!;
        if (key < pivot) swap(less++, at++);
        else if (key > pivot) swap(at, --greater);
        else at += 1;
      }
      sortFrom(less, greater, depth + step);
      if (less - start < end - greater) {
        partition(start, less, depth);
        start = greater;
      } else {
        partition(greater, end, depth);
        end = less;
      }
    }
    insertionSort(positions, start, end, (p, q) => compare(p, q, depth));
  };

  const swap = (i: number, j: number): void => {
    const [key, position] = [keys[i]!, positions[i]!];
    keys[i] = keys[j]!;
    positions[i] = positions[j]!;
    keys[j] = key;
    positions[j] = position;
  };

  sortFrom(0, positions.length, 0);
}

/** As many tokens behind a position as a double holds: numbers in the order of the tokens, an end before all. */
export function keyReader(symbols: Tokens): {
  readonly read: (position: number, depth: number) => number;
  readonly step: number;
} {
  const { length, BYTES_PER_ELEMENT } = symbols;
  const base = 2 ** (8 * BYTES_PER_ELEMENT) + 1;
  const step = BYTES_PER_ELEMENT === 1 ? 6 : BYTES_PER_ELEMENT === 2 ? 3 : 1;
  const read = (position: number, depth: number): number => {
    let key = 0;
    const start = position + depth;
    for (let at = start; at < start + step; at++)
      key = key * base + (at < length ? symbols[at]! + 1 : 0);
    return key;
  };
  return { read, step };
}

/** The median of nine keys, or of three. */
function pivotOf(keys: Float64Array, start: number, end: number): number {
  const middle = (start + end) >>> 1;
  if (end - start < 64) return median(keys[start]!, keys[middle]!, keys[end - 1]!);
  const step = (end - start) >>> 3;
  return median(
    median(keys[start]!, keys[start + step]!, keys[start + 2 * step]!),
    median(keys[middle - step]!, keys[middle]!, keys[middle + step]!),
    median(keys[end - 1 - 2 * step]!, keys[end - 1 - step]!, keys[end - 1]!),
  );
}

function median(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

function insertionSort(
  positions: Uint32Array,
  start: number,
  end: number,
  compare: (p: number, q: number) => number,
): void {
  for (let i = start + 1; i < end; i++) {
    const position = positions[i]!;
    let at = i;
    for (; at > start && compare(position, positions[at - 1]!) < 0; at--)
      positions[at] = positions[at - 1]!;
    positions[at] = position;
  }
}
