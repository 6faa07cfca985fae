/**
 * Vectors of n-grams, each distinct n-gram embedded once as long as memory allows.
 *
 * Two generations of rows: new ones fill the young generation; when it holds half the budget it
 * becomes the old one and the former old one is forgotten. An n-gram met again is in either, or is
 * embedded anew, which gives the same row.
 */
import { RoteError } from "../base/errors.ts";
import type { EmbeddingModel } from "../models/embedding-model.ts";

export interface VectorOptions {
  /** Texts of one request to the embedder; default 1,024, which keeps a transformer's threads busy. */
  readonly batchSize?: number;
  /** Memory of the kept rows; default 256 MiB, half a million rows of 128 components. */
  readonly cacheBytes?: number;
}

/** A row of `dimension` numbers at `start` of `rows`. */
interface Row {
  readonly rows: Float32Array;
  readonly start: number;
}

export class NgramVectors {
  readonly dimension: number;
  readonly #embedder: EmbeddingModel;
  readonly #batchSize: number;
  readonly #generationSize: number;
  #young = new Map<string, Row>();
  #old = new Map<string, Row>();

  constructor(
    embedder: EmbeddingModel,
    { batchSize = 1024, cacheBytes = 256 * 1024 * 1024 }: VectorOptions = {},
  ) {
    this.dimension = embedder.dimension;
    this.#embedder = embedder;
    this.#batchSize = batchSize;
    this.#generationSize = Math.floor(cacheBytes / 2 / (4 * embedder.dimension));
  }

  /** Make the rows of these texts ready for `matrix` until the next `load`. */
  async load(texts: Iterable<string>): Promise<void> {
    if (this.#young.size >= this.#generationSize) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    const missing: string[] = [];
    for (const text of new Set(texts)) {
      if (this.#young.has(text)) continue;
      const row = this.#old.get(text);
      if (row === undefined) missing.push(text);
      else this.#young.set(text, row);
    }
    for (let start = 0; start < missing.length; start += this.#batchSize)
      await this.#embed(missing.slice(start, start + this.#batchSize));
  }

  /** The rows of loaded texts, in order, row-major. */
  matrix(texts: readonly string[]): Float32Array {
    const result = new Float32Array(texts.length * this.dimension);
    texts.forEach((text, i) => {
      const row = this.#young.get(text);
      if (row === undefined)
        throw new RoteError("internal", `no vector was loaded for ${JSON.stringify(text)}`);
      result.set(row.rows.subarray(row.start, row.start + this.dimension), i * this.dimension);
    });
    return result;
  }

  async #embed(texts: readonly string[]): Promise<void> {
    const rows = await this.#embedder.embed(texts);
    if (rows.length !== texts.length * this.dimension)
      throw new RoteError(
        "model/malformed",
        `embedder ${this.#embedder.identity.name} gave ${rows.length} numbers for ${texts.length} texts of ${this.dimension} components`,
      );
    texts.forEach((text, i) => this.#young.set(text, { rows, start: i * this.dimension }));
  }
}

/**
 * Inner products of all rows with all rows: entry i · |b| + j is a_i · b_j, summed in double
 * precision from the first component to the last, so that `rowProducts` gives the same digits. Four
 * rows of b at a time keep four sums under way.
 */
export function similarities(a: Float32Array, b: Float32Array, dimension: number): Float64Array {
  const [rows, columns] = [a.length / dimension, b.length / dimension];
  const result = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const [from, to] = [i * dimension, i * columns];
    let j = 0;
    for (; j + 4 <= columns; j += 4) {
      const at0 = j * dimension;
      const [at1, at2, at3] = [at0 + dimension, at0 + 2 * dimension, at0 + 3 * dimension];
      let [sum0, sum1, sum2, sum3] = [0, 0, 0, 0];
      for (let k = 0; k < dimension; k++) {
        const value = a[from + k]!;
        sum0 += value * b[at0 + k]!;
        sum1 += value * b[at1 + k]!;
        sum2 += value * b[at2 + k]!;
        sum3 += value * b[at3 + k]!;
      }
      result[to + j] = sum0;
      result[to + j + 1] = sum1;
      result[to + j + 2] = sum2;
      result[to + j + 3] = sum3;
    }
    for (; j < columns; j++) result[to + j] = product(a, from, b, j * dimension, dimension);
  }
  return result;
}

/** Inner products of the rows of equal number: entry i is a_i · b_i. */
export function rowProducts(a: Float32Array, b: Float32Array, dimension: number): Float64Array {
  const result = new Float64Array(a.length / dimension);
  for (let i = 0; i < result.length; i++)
    result[i] = product(a, i * dimension, b, i * dimension, dimension);
  return result;
}

function product(
  a: Float32Array,
  atA: number,
  b: Float32Array,
  atB: number,
  dimension: number,
): number {
  let sum = 0;
  for (let k = 0; k < dimension; k++) sum += a[atA + k]! * b[atB + k]!;
  return sum;
}
