/**
 * Where the occurrences of n-grams begin in a shard, in order, and how many documents hold occurrences
 * of two n-grams that begin within a distance of each other.
 */
import type { NumberList } from "./number-lists.ts";
import type { OccurrenceSets } from "./occurrence-sets.ts";
import type { Segment, Shard } from "./shard.ts";

/** What is read of a shard. */
type Places = Pick<
  Shard,
  "positionAt" | "documentAt" | "documentStart" | "documentCount" | "tokenCount"
>;

/** Sets of one shard. Holds the occurrences of the set that is open. */
export class NearSets implements OccurrenceSets {
  readonly #shard: Places;
  readonly #window: number;
  readonly #reversed: boolean;
  #opened: NumberList = new Uint32Array(0);
  #documentCount = 0;

  /** `window` is the largest distance; `reversed` says whether the shard holds reversed documents. */
  constructor(
    shard: Places,
    { window, reversed }: { readonly window: number; readonly reversed: boolean },
  ) {
    this.#shard = shard;
    this.#window = window;
    this.#reversed = reversed;
  }

  get documentCount(): number {
    return this.#documentCount;
  }

  /** Where a document is reversed, an occurrence begins with its last token. */
  read({ start, end }: Segment, length: number): NumberList {
    const isWide = this.#shard.tokenCount > 2 ** 32;
    const positions = isWide ? new Float64Array(end - start) : new Uint32Array(end - start);
    const first = this.#reversed ? length - 1 : 0;
    for (let rank = start; rank < end; rank++)
      positions[rank - start] = this.#shard.positionAt(rank) + first;
    positions.sort();
    this.#documentCount = this.#countDocuments(positions);
    return positions;
  }

  open(positions: NumberList): void {
    this.#opened = positions;
  }

  countShared(positions: NumberList): number {
    const shard = this.#shard;
    const opened = this.#opened;
    let count = 0;
    let near = 0;
    for (let i = 0; i < positions.length;) {
      const document = shard.documentAt(positions[i]!);
      const start = shard.documentStart(document);
      const end = shard.documentStart(document + 1);
      near = skipBelow(opened, near, start);
      if (this.#areNear(positions, i, near, end)) count += 1;
      i = skipBelow(positions, i, end);
    }
    return count;
  }

  /** Whether one of the positions from `i` on is near an opened one from `near` on, both before `end`. */
  #areNear(positions: NumberList, i: number, near: number, end: number): boolean {
    const opened = this.#opened;
    while (i < positions.length && near < opened.length) {
      const [a, b] = [positions[i]!, opened[near]!];
      if (a >= end || b >= end) return false;
      if (Math.abs(a - b) <= this.#window) return true;
      if (a < b) i += 1;
      else near += 1;
    }
    return false;
  }

  #countDocuments(positions: NumberList): number {
    let count = 0;
    for (let i = 0; i < positions.length; count++) {
      const end = this.#shard.documentStart(this.#shard.documentAt(positions[i]!) + 1);
      i = skipBelow(positions, i, end);
    }
    return count;
  }
}

/** The first place from `from` on whose number is at least `value`: steps that double, then halving. */
function skipBelow(sorted: NumberList, from: number, value: number): number {
  let low = from;
  let step = 1;
  while (low + step - 1 < sorted.length && sorted[low + step - 1]! < value) {
    low += step;
    step *= 2;
  }
  let high = Math.min(sorted.length, low + step - 1);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
