/**
 * The merges of a BPE model: which two tokens become which third, and in what order of preference.
 * Open addressing with linear probing over interleaved (left, right, rank) triples.
 */
export class MergeTable {
  readonly #triples: Int32Array;
  readonly #mask: number;
  /** The token that the merge of each rank makes. */
  readonly merged: Int32Array;

  /** `merges` is flat: left, right and merged id of rank 0, then of rank 1, … */
  constructor(merges: Int32Array) {
    const count = merges.length / 3;
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(16, count * 2)));
    this.#triples = new Int32Array(capacity * 3).fill(-1);
    this.#mask = capacity - 1;
    this.merged = new Int32Array(count);
    for (let rank = 0; rank < count; rank++) {
      this.#insert(merges[rank * 3]!, merges[rank * 3 + 1]!, rank);
      this.merged[rank] = merges[rank * 3 + 2]!;
    }
  }

  /** The rank of a pair of tokens, lower is sooner; -1 where they do not merge. */
  rank(left: number, right: number): number {
    const triples = this.#triples;
    for (let slot = hashPair(left, right) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const at = slot * 3;
      if (triples[at] === left && triples[at + 1] === right) return triples[at + 2]!;
      if (triples[at] === -1) return -1;
    }
  }

  /** A pair given twice keeps its later rank, as in the reference. */
  #insert(left: number, right: number, rank: number): void {
    const triples = this.#triples;
    let at = (hashPair(left, right) & this.#mask) * 3;
    while (triples[at] !== -1 && !(triples[at] === left && triples[at + 1] === right))
      at = (at + 3) % triples.length;
    triples[at] = left;
    triples[at + 1] = right;
    triples[at + 2] = rank;
  }
}

function hashPair(left: number, right: number): number {
  const hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca77);
  return hash ^ (hash >>> 15);
}
