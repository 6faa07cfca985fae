/**
 * The suffix array of a text part by part, from its first rank to its last, for texts whose whole
 * sorting would take more memory than there is: about three and a half bytes a token of two bytes, and
 * what a part takes.
 *
 * Suffixes at even distances are sorted and some of them taken as borders between parts; for each part,
 * all positions whose suffixes lie between its borders are gathered and sorted. No part is merged with
 * another, and text that repeats does not take longer than its sample allows (suffix-sample.ts).
 */
import type { Tokens } from "./format.ts";
import { keyReader, sortPositions } from "./sort-positions.ts";
import { SAMPLE_BYTES, SuffixSample } from "./suffix-sample.ts";

/** Bytes for each position of a part: itself, its key, and room for sorting what is tied. */
const PART_BYTES = 20;
const LEAST_PART = 1 << 10;
const TRIED_A_BORDER = 32;

/** The least memory that sorting in parts takes, in bytes. */
export function partSortingBytes(tokens: number, width: 1 | 2 | 4): number {
  return Math.ceil(tokens * (width + SAMPLE_BYTES) + LEAST_PART * PART_BYTES);
}

/**
 * Sort suffixes within `memory` bytes, the tokens included; yields positions in order. The tokens are
 * made into symbols in the order of their numbers, in place, so they are of no use afterwards.
 */
export function* sortInParts(tokens: Tokens, memory: number): Generator<Uint32Array> {
  const { length, BYTES_PER_ELEMENT: width } = tokens;
  const bytes = Buffer.from(tokens.buffer, tokens.byteOffset, tokens.byteLength);
  if (width === 2) bytes.swap16();
  if (width === 4) bytes.swap32();
  const sample = new SuffixSample(tokens);
  const left = memory - length * (width + SAMPLE_BYTES);
  // Parts come out of different sizes: aim at half of what may be.
  const size = Math.max(LEAST_PART, Math.floor(left / PART_BYTES / 2));
  const borders = chooseBorders(tokens, sample, Math.ceil(length / size));
  for (let part = 0; part <= borders.length; part++) {
    const positions = gather(tokens, sample, borders[part - 1], borders[part]);
    sortWith(sample, positions, tokens);
    yield positions;
  }
}

function sortWith(sample: SuffixSample, positions: Uint32Array, symbols: Tokens): void {
  sortPositions(positions, symbols, {
    depth: sample.period,
    compare: (p, q, from) => sample.compare(p, q, from),
    orderTied: (tied) => {
      tied.sort((p, q) => sample.compareFar(p, q));
    },
  });
}

/** Positions of suffixes that cut the array into about so many parts of about equal size. */
function chooseBorders(symbols: Tokens, sample: SuffixSample, parts: number): Uint32Array {
  const tried = Math.min(symbols.length, parts * TRIED_A_BORDER);
  const positions = Uint32Array.from({ length: tried }, (_, i) =>
    Math.floor(((i + 0.5) * symbols.length) / tried),
  );
  sortWith(sample, positions, symbols);
  return Uint32Array.from(
    { length: parts - 1 },
    (_, i) => positions[Math.floor(((i + 1) * tried) / parts)]!,
  );
}

/** The positions of all suffixes from one border on and before the next. */
function gather(
  symbols: Tokens,
  sample: SuffixSample,
  from: number | undefined,
  to: number | undefined,
): Uint32Array {
  const { read } = keyReader(symbols);
  const lowest = from === undefined ? -1 : read(from, 0);
  const highest = to === undefined ? Infinity : read(to, 0);
  let positions = new Uint32Array(LEAST_PART);
  let count = 0;
  for (let position = 0; position < symbols.length; position++) {
    const key = read(position, 0);
    if (key < lowest || key > highest) continue;
    if (key === lowest && sample.compare(position, from!) < 0) continue;
    if (key === highest && sample.compare(position, to!) >= 0) continue;
    if (count === positions.length) {
      const larger = new Uint32Array(2 * count);
      larger.set(positions);
      positions = larger;
    }
    positions[count++] = position;
  }
  return positions.subarray(0, count);
}
