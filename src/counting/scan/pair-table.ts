/**
 * The distinct pairs of a query, each kept at the endpoint with fewer partners: a document then
 * looks only at pairs of phrases it holds, and a phrase with many partners costs nothing where its
 * partners are absent. Pairs are unordered, and a phrase with itself is no pair: codf(a,a) = df(a).
 */

/** Pairs by endpoint: those kept at phrase p are `starts[p]` … `starts[p + 1]`, with their other end in `partners`. */
export interface PairTable {
  readonly starts: Uint32Array;
  readonly partners: Uint32Array;
}

/** What a pair of a phrase with itself has instead of a place in the table. */
export const SELF = -1;

/**
 * Build the table of flat pairs of phrase indexes below `phraseCount`; `placeOf[i]` is the place of
 * input pair i in the table, or SELF.
 */
export function buildPairTable(
  pairs: Uint32Array,
  phraseCount: number,
): { readonly table: PairTable; readonly placeOf: Int32Array } {
  const codes = distinctCodes(pairs, phraseCount);
  const partnerCounts = new Uint32Array(phraseCount);
  for (const code of codes) {
    partnerCounts[low(code, phraseCount)]! += 1;
    partnerCounts[code % phraseCount]! += 1;
  }
  const keptAt = (code: number): number => {
    const [a, b] = [low(code, phraseCount), code % phraseCount];
    return partnerCounts[b]! < partnerCounts[a]! ? b : a;
  };
  const starts = new Uint32Array(phraseCount + 1);
  for (const code of codes) starts[keptAt(code) + 1]! += 1;
  for (let p = 0; p < phraseCount; p++) starts[p + 1]! += starts[p]!;
  const next = starts.slice();
  const partners = new Uint32Array(codes.length);
  const places = new Int32Array(codes.length);
  for (const [i, code] of codes.entries()) {
    const owner = keptAt(code);
    const place = next[owner]!++;
    partners[place] = low(code, phraseCount) + (code % phraseCount) - owner;
    places[i] = place;
  }
  return { table: { starts, partners }, placeOf: findPlaces(pairs, phraseCount, codes, places) };
}

/** Unordered pairs as sorted distinct numbers a × phraseCount + b with a < b: exact below 2^26 phrases. */
function distinctCodes(pairs: Uint32Array, phraseCount: number): Float64Array {
  const codes = new Float64Array(pairs.length / 2);
  let filled = 0;
  for (let i = 0; i < pairs.length; i += 2)
    if (pairs[i] !== pairs[i + 1]) codes[filled++] = encode(pairs, i, phraseCount);
  const sorted = codes.subarray(0, filled).sort();
  let distinct = 0;
  for (const code of sorted)
    if (distinct === 0 || code !== sorted[distinct - 1]) sorted[distinct++] = code;
  return sorted.slice(0, distinct);
}

function findPlaces(
  pairs: Uint32Array,
  phraseCount: number,
  codes: Float64Array,
  places: Int32Array,
): Int32Array {
  const placeOf = new Int32Array(pairs.length / 2);
  for (let i = 0; i < placeOf.length; i++) {
    const isSelf = pairs[2 * i] === pairs[2 * i + 1];
    placeOf[i] = isSelf ? SELF : places[search(codes, encode(pairs, 2 * i, phraseCount))]!;
  }
  return placeOf;
}

function encode(pairs: Uint32Array, i: number, phraseCount: number): number {
  const [a, b] = [pairs[i]!, pairs[i + 1]!];
  return a < b ? a * phraseCount + b : b * phraseCount + a;
}

function low(code: number, phraseCount: number): number {
  return Math.floor(code / phraseCount);
}

/** The index of a value that is there. */
function search(sorted: Float64Array, value: number): number {
  let [start, end] = [0, sorted.length];
  while (start < end) {
    const middle = (start + end) >>> 1;
    if (sorted[middle]! < value) start = middle + 1;
    else end = middle;
  }
  return start;
}
