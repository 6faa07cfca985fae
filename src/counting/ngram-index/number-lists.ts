/**
 * Lists of numbers, kept side by side in large pieces of memory up to a limit; what does not fit any more
 * is not kept, and has to be made again. The first pieces are small: many counts are.
 */
const LEAST_PIECE = 2 ** 10;
const LARGEST_PIECE = 2 ** 20;

/** Lists by number. */
export class NumberLists {
  #piece = new Uint32Array(0);
  #used = 0;
  #left: number;
  readonly #kept: (Uint32Array | undefined)[] = [];

  /** Lists take up to `bytes` together. */
  constructor(bytes: number) {
    this.#left = Math.floor(bytes / 4);
  }

  /** The list of a number; undefined where it was not kept. */
  get(number: number): Uint32Array | undefined {
    return this.#kept[number];
  }

  /** Keep a copy of a list where there is room. */
  keep(number: number, list: Uint32Array): void {
    if (list.length > this.#left) return;
    this.#left -= list.length;
    if (list.length > this.#piece.length - this.#used) {
      const twice = Math.max(LEAST_PIECE, Math.min(2 * this.#piece.length, LARGEST_PIECE));
      this.#piece = new Uint32Array(Math.max(twice, list.length));
      this.#used = 0;
    }
    const copy = this.#piece.subarray(this.#used, this.#used + list.length);
    copy.set(list);
    this.#used += list.length;
    this.#kept[number] = copy;
  }
}
