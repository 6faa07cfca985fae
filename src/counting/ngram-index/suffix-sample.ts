/**
 * Compares any two suffixes of a text in bounded time, however long they agree.
 *
 * A difference cover D of period v is a set of residues such that any two positions can be shifted by
 * one and the same amount below v to positions whose residues are both in D. Where the suffixes at all
 * such positions are ranked, two suffixes are compared by less than v tokens and then two ranks. (The idea:
 * Burkhardt and Kärkkäinen, "Fast lightweight suffix array construction and checking", CPM 2003; the
 * covers: Colbourn and Ling, "Quorums from difference covers", 2000.)
 *
 * The ranks come from the suffix array of a shorter text: the ranks of the sampled positions by their
 * first v tokens, one residue behind the other. About one position in 27 is sampled.
 */
import type { Tokens } from "./format.ts";
import { sortPositions } from "./sort-positions.ts";
import { sortSuffixes } from "./suffix-sort.ts";

/** Positions, of which any two can be shifted alike into the residues. */
export interface DifferenceCover {
  readonly period: number;
  /** In ascending order, the first is 0. */
  readonly residues: readonly number[];
}

/** Colbourn and Ling's cover of 6r + 4 residues. */
export function differenceCover(r: number): DifferenceCover {
  const steps = [
    ...[Array<number>(r).fill(1), [r + 1], Array<number>(r).fill(2 * r + 1)],
    ...[Array<number>(2 * r + 1).fill(4 * r + 3), Array<number>(r + 1).fill(2 * r + 2)],
    Array<number>(r).fill(1),
  ].flat();
  const residues = [0];
  for (const step of steps) residues.push(residues.at(-1)! + step);
  return { period: 24 * r * r + 36 * r + 13, residues };
}

/** r = 6: a period of 1,093 and 40 residues. */
const DEFAULT_COVER = 6;

/** Bytes a token that ranking the sample takes at its peak. */
export const SAMPLE_BYTES: number = (40 / 1093) * 32;

export class SuffixSample {
  readonly period: number;
  readonly #symbols: Tokens;
  /** By difference of two positions modulo the period: a residue that both can be shifted to. */
  readonly #meeting: Uint16Array;
  /** By residue: where the ranks of its positions begin. */
  readonly #starts: Float64Array;
  readonly #ranks: Uint32Array;

  /** Rank the sample of a text whose symbols are in the order of their numbers. */
  constructor(symbols: Tokens, cover: DifferenceCover = differenceCover(DEFAULT_COVER)) {
    const { period, residues } = cover;
    this.period = period;
    this.#symbols = symbols;
    this.#meeting = meetings(cover);
    this.#starts = new Float64Array(period);
    let size = 0;
    for (const residue of residues) {
      this.#starts[residue] = size;
      // One more: an end that is lower than all ranks.
      size += Math.max(0, Math.ceil((symbols.length - residue) / period)) + 1;
    }
    this.#ranks = this.#rank(residues, size);
  }

  /** Below zero where the suffix at p comes first. They are known to agree in their first `from` tokens. */
  compare(p: number, q: number, from = 0): number {
    const difference = compareStarts(this.#symbols, p, q, from, this.period);
    return difference === 0 && p !== q ? this.compareFar(p, q) : difference;
  }

  /** The same for different suffixes that agree in a whole period of tokens. */
  compareFar(p: number, q: number): number {
    const { period } = this;
    const apart = (((q - p) % period) + period) % period;
    const shift = (this.#meeting[apart]! + period - (p % period)) % period;
    return this.#ranks[this.#place(p + shift)]! - this.#ranks[this.#place(q + shift)]!;
  }

  #place(position: number): number {
    const residue = position % this.period;
    return this.#starts[residue]! + (position - residue) / this.period;
  }

  #rank(residues: readonly number[], size: number): Uint32Array {
    const symbols = this.#symbols;
    const positions = new Uint32Array(size - residues.length);
    let filled = 0;
    for (const residue of residues)
      for (let at = residue; at < symbols.length; at += this.period) positions[filled++] = at;
    const compare = (p: number, q: number, from: number): number =>
      compareStarts(symbols, p, q, from, this.period);
    sortPositions(positions, symbols, { depth: this.period, compare });
    const names = new Uint32Array(size);
    let name = 0;
    for (let i = 0; i < positions.length; i++) {
      if (i === 0 || compare(positions[i - 1]!, positions[i]!, 0) !== 0) name += 1;
      names[this.#place(positions[i]!)] = name;
    }
    if (name === positions.length) return names;
    // Sorted as little-endian bytes: swapped, names come in the order of their numbers.
    Buffer.from(names.buffer).swap32();
    const sorted = sortSuffixes(names);
    for (let rank = 0; rank < sorted.length; rank++) names[sorted[rank]!] = rank;
    return names;
  }
}

/** Compare suffixes from token `from` to token `depth`; 0 where they agree so far. */
function compareStarts(symbols: Tokens, p: number, q: number, from: number, depth: number): number {
  const end = Math.min(depth, symbols.length - Math.max(p, q));
  for (let i = from; i < end; i++) {
    const difference = symbols[p + i]! - symbols[q + i]!;
    if (difference !== 0) return difference;
  }
  return end < depth ? q - p : 0; // a suffix that ends early sorts first
}

function meetings({ period, residues }: DifferenceCover): Uint16Array {
  const meeting = new Uint16Array(period);
  for (const one of residues)
    for (const other of residues) meeting[(other - one + period) % period] = one;
  return meeting;
}
