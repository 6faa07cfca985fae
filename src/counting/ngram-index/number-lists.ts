/**
 * Lists of numbers, kept side by side in large pieces of memory up to a limit; what does not fit any more
 * is not kept, and has to be made again. The first pieces are small: many counts are.
 */
const LEAST_PIECE = 2 ** 10;
const LARGEST_PIECE = 2 ** 20;

/** Numbers below 2³², or doubles. */
export type NumberList = Uint32Array | Float64Array;

/** Lists by number, all of one kind. */
export class NumberLists {
  #piece: NumberList = new Uint32Array(0);
  #used = 0;
  #left: number;
  readonly #kept: (NumberList | undefined)[] = [];

  /** Lists take up to `bytes` together. */
  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** The list of a number; undefined where it was not kept. */
  get(number: number): NumberList | undefined {
    return this.#kept[number];
  }

  /** Keep a copy of a list where there is room. */
  keep(number: number, list: NumberList): void {
    if (list.byteLength > this.#left) return;
    this.#left -= list.byteLength;
    if (list.length > this.#piece.length - this.#used) {
      const twice = Math.max(LEAST_PIECE, Math.min(2 * this.#piece.length, LARGEST_PIECE));
      const length = Math.max(twice, list.length);
      this.#piece =
        list instanceof Uint32Array ? new Uint32Array(length) : new Float64Array(length);
      this.#used = 0;
    }
    const copy = this.#piece.subarray(this.#used, this.#used + list.length);
    copy.set(list);
    this.#used += list.length;
    this.#kept[number] = copy;
  }
}
