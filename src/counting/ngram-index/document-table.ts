/** Among so few documents steps are faster than halving, which the processor cannot foresee. */
const FEW = 8;

/**
 * Which document holds a position: a sample of the answers, one for each block of positions, and a
 * search among the documents that begin in the block. Blocks are as long as half a document is on
 * average, so that the search is a step or two and the tables stay in the processor's caches.
 */
export class DocumentTable {
  readonly #starts: Uint32Array;
  readonly #end: number;
  readonly #shift: number;
  /** The document that holds the first position of each block, and at the end the last document. */
  readonly #first: Uint32Array;

  /** `starts` ascend from 0; `end` is the position behind the last document. */
  constructor(starts: Uint32Array, end: number) {
    this.#starts = starts;
    this.#end = end;
    this.#shift = Math.max(0, Math.floor(Math.log2(end / (starts.length + 1))) - 1);
    const size = 2 ** this.#shift;
    this.#first = new Uint32Array(Math.ceil(end / size) + 1).fill(starts.length - 1);
    let document = 0;
    for (let block = 0; block * size < end; block++) {
      while (document + 1 < starts.length && starts[document + 1]! <= block * size) document += 1;
      this.#first[block] = document;
    }
  }

  /** Where a document begins; the document after the last begins at the end. */
  start(document: number): number {
    return document === this.#starts.length ? this.#end : this.#starts[document]!;
  }

  /** The document that holds a position. */
  at(position: number): number {
    const block = position >>> this.#shift;
    let low = this.#first[block]!;
    let high = this.#first[block + 1]!;
    while (high - low > FEW) {
      const middle = (low + high + 1) >>> 1;
      if (this.#starts[middle]! <= position) low = middle;
      else high = middle - 1;
    }
    while (low < high && this.#starts[low + 1]! <= position) low += 1;
    return low;
  }
}
