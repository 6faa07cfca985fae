/**
 * Keys and values of tokens read before, for sequences that are read on: for each layer two arrays
 * [rows, heads, capacity, size] whose first `length` places are filled, as cached-sequences.ts wants
 * them. Memory: 2 · layers · heads · size floats a place, with up to a third of the places unused.
 */
import { float32, type Tensor } from "../graph/tensor.ts";

/** The shape of one layer's keys, or of its values, for one token. */
export interface CachedLayer {
  readonly heads: number;
  readonly size: number;
}

/** Places are added in steps of this many, so that graphs see few different capacities. */
const PLACES = 64;

export class KeyValueCache {
  readonly #layers: readonly CachedLayer[];
  /** Two for each layer: keys, then values. */
  #arrays: Float32Array[];
  #capacity = 0;
  #lengths: Int32Array;

  constructor(layers: readonly CachedLayer[], rows: number) {
    this.#layers = layers;
    this.#arrays = layers.flatMap(() => [new Float32Array(0), new Float32Array(0)]);
    this.#lengths = new Int32Array(rows);
  }

  /** Tokens of each row. */
  get lengths(): Int32Array {
    return this.#lengths;
  }

  /** What a graph reads rows [start, end) from; at least one place, filled or not. */
  feeds(start: number, end: number): Record<string, Tensor> {
    if (this.#capacity === 0) this.#resize(1);
    const feeds: Record<string, Tensor> = {};
    for (const [layer, { heads, size }] of this.#layers.entries())
      for (const [i, name] of ["key", "value"].entries()) {
        const stride = heads * this.#capacity * size;
        const rows = this.#arrays[2 * layer + i]!.subarray(start * stride, end * stride);
        feeds[`past.${name}.${layer}`] = float32(rows, [end - start, heads, this.#capacity, size]);
      }
    return feeds;
  }

  /** Append what a graph said about the new tokens of rows from `start` on: `counts` of them each. */
  append(
    start: number,
    counts: readonly number[],
    results: Readonly<Record<string, Tensor>>,
  ): void {
    const needed = Math.max(...counts.map((count, i) => this.#lengths[start + i]! + count));
    if (needed > this.#capacity)
      this.#resize(Math.ceil(Math.max(needed, this.#capacity * 1.5) / PLACES) * PLACES);
    for (const [layer, shape] of this.#layers.entries())
      for (const [i, name] of ["key", "value"].entries()) {
        const fresh = results[`new.${name}.${layer}`]!;
        this.#copyRows(this.#arrays[2 * layer + i]!, shape, fresh, { start, counts });
      }
    for (const [i, count] of counts.entries()) this.#lengths[start + i]! += count;
  }

  /** Go on with some of the rows, in this order; a row may be taken more than once. */
  keep(rows: readonly number[]): void {
    this.#arrays = this.#arrays.map((array, i) => {
      const { heads, size } = this.#layers[i >> 1]!;
      const stride = heads * this.#capacity * size;
      const kept = new Float32Array(rows.length * stride);
      for (const [to, from] of rows.entries())
        kept.set(array.subarray(from * stride, (from + 1) * stride), to * stride);
      return kept;
    });
    this.#lengths = Int32Array.from(rows, (row) => this.#lengths[row]!);
  }

  #copyRows(
    array: Float32Array,
    { heads, size }: CachedLayer,
    { data, shape }: Tensor,
    { start, counts }: { readonly start: number; readonly counts: readonly number[] },
  ): void {
    const fresh = data as Float32Array;
    const length = shape[2]!;
    for (const [i, count] of counts.entries())
      for (let head = 0; head < heads; head++) {
        const from = (i * heads + head) * length * size;
        const place = ((start + i) * heads + head) * this.#capacity + this.#lengths[start + i]!;
        array.set(fresh.subarray(from, from + count * size), place * size);
      }
  }

  #resize(capacity: number): void {
    const rows = this.#lengths.length;
    this.#arrays = this.#arrays.map((array, i) => {
      const { heads, size } = this.#layers[i >> 1]!;
      const [old, wider] = [this.#capacity * size, capacity * size];
      const resized = new Float32Array(rows * heads * wider);
      for (let row = 0; row < rows * heads; row++)
        resized.set(array.subarray(row * old, (row + 1) * old), row * wider);
      return resized;
    });
    this.#capacity = capacity;
  }
}
