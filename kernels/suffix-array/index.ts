/**
 * Suffix sorting by induced copying, in time linear in the text: Nong, Zhang, Chan, "Linear Suffix
 * Array Construction by Almost Pure Induced-Sorting" (2009).
 *
 * A suffix is of type S where it is less than the suffix one symbol shorter, else of type L; the empty
 * suffix is less than all others. An S suffix behind an L suffix is *leftmost* (LMS). Sorted LMS
 * suffixes put all L suffixes in order by one pass upward through their buckets, and those all S
 * suffixes by one pass downward. The LMS suffixes themselves are sorted in the same way by their
 * substrings up to the next one, which then are the symbols of a text at most half as long.
 *
 *   text      n symbols of 1, 2 or 4 bytes, below `alphabet`, in the order of their numbers
 *   suffixes  n × 4 bytes: the result; the shorter texts lie in it, too
 *   buckets   4 bytes for each symbol of the alphabet, and for at least n / 2: the shorter texts, whose
 *             alphabets are not larger, fill the same ones, for they are filled anew before each pass
 *   bits      ceil(n / 32) × 4 bytes, and the same for each shorter text: n / 4 bytes and 4 for each in all
 */

const NONE: u32 = 0xffffffff;

/** Suffixes that are induced from by one call. */
const BLOCK: u32 = 1024;

export function sort8(
  text: usize,
  n: u32,
  alphabet: u32,
  suffixes: usize,
  buckets: usize,
  bits: usize,
): void {
  sort<u8>(text, n, alphabet, suffixes, buckets, bits);
}

export function sort16(
  text: usize,
  n: u32,
  alphabet: u32,
  suffixes: usize,
  buckets: usize,
  bits: usize,
): void {
  sort<u16>(text, n, alphabet, suffixes, buckets, bits);
}

export function sort32(
  text: usize,
  n: u32,
  alphabet: u32,
  suffixes: usize,
  buckets: usize,
  bits: usize,
): void {
  sort<u32>(text, n, alphabet, suffixes, buckets, bits);
}

function sort<T>(
  text: usize,
  n: u32,
  alphabet: u32,
  suffixes: usize,
  buckets: usize,
  bits: usize,
): void {
  if (n == 0) return;
  const count = markLeftmost<T>(text, n, bits);
  memory.fill(suffixes, 0xff, usize(n) << 2);
  putLeftmostUnsorted<T>(text, n, alphabet, suffixes, bits, buckets);
  induce<T>(text, n, alphabet, suffixes, buckets);
  if (count > 1) {
    const short = suffixes + (usize(n - count) << 2);
    const names = nameLeftmost<T>(text, n, suffixes, bits, count);
    if (names < count)
      sort<u32>(short, count, names, suffixes, buckets, bits + (((n + 31) >> 5) << 2));
    else
      for (let i: u32 = 0; i < count; i++)
        store<u32>(suffixes + (load<u32>(short + (i << 2)) << 2), i);
    toPositions(n, suffixes, bits, short, count);
  } else if (count == 1) keepOnly(n, suffixes, bits);
  putLeftmostSorted<T>(text, n, alphabet, suffixes, buckets, count);
  induce<T>(text, n, alphabet, suffixes, buckets);
}

function at<T>(text: usize, i: u32): u32 {
  return u32(load<T>(text + usize(i) * sizeof<T>()));
}

/** Set the bit of every LMS suffix; returns their number. */
function markLeftmost<T>(text: usize, n: u32, bits: usize): u32 {
  memory.fill(bits, 0, ((n + 31) >> 5) << 2);
  let count: u32 = 0;
  let isLess = false;
  let right = at<T>(text, n - 1);
  for (let i = n - 1; i > 0; i--) {
    const symbol = at<T>(text, i - 1);
    const wasLess = isLess;
    isLess = symbol < right || (symbol == right && isLess);
    if (wasLess && !isLess) {
      const word = bits + ((i >> 5) << 2);
      store<u32>(word, load<u32>(word) | (1 << (i & 31)));
      count += 1;
    }
    right = symbol;
  }
  return count;
}

function isLeftmost(bits: usize, i: u32): bool {
  return ((load<u32>(bits + ((i >> 5) << 2)) >> (i & 31)) & 1) != 0;
}

/** Set each bucket to the index of its first suffix, or, for `ends`, behind its last one. */
function fillBuckets<T>(text: usize, n: u32, alphabet: u32, buckets: usize, ends: bool): void {
  memory.fill(buckets, 0, usize(alphabet) << 2);
  let start: u32 = 0;
  for (; n - start > BLOCK; start += BLOCK) countSymbols<T>(text, start, start + BLOCK, buckets);
  countSymbols<T>(text, start, n, buckets);
  let sum: u32 = 0;
  for (let symbol: u32 = 0; symbol < alphabet; symbol++) {
    const bucket = buckets + (symbol << 2);
    const count = load<u32>(bucket);
    store<u32>(bucket, ends ? sum + count : sum);
    sum += count;
  }
}

function countSymbols<T>(text: usize, start: u32, end: u32, buckets: usize): void {
  for (let i = start; i < end; i++) {
    const bucket = buckets + (at<T>(text, i) << 2);
    store<u32>(bucket, load<u32>(bucket) + 1);
  }
}

/** Put the LMS suffixes at the ends of their buckets in the order of the text. */
function putLeftmostUnsorted<T>(
  text: usize,
  n: u32,
  alphabet: u32,
  suffixes: usize,
  bits: usize,
  buckets: usize,
): void {
  fillBuckets<T>(text, n, alphabet, buckets, true);
  for (let word: u32 = 0; word << 5 < n; word++) {
    let set = load<u32>(bits + (word << 2));
    while (set != 0) {
      const i = (word << 5) + ctz(set);
      putAtEnd<T>(text, i, suffixes, buckets);
      set &= set - 1;
    }
  }
}

function putAtEnd<T>(text: usize, i: u32, suffixes: usize, buckets: usize): void {
  const bucket = buckets + (at<T>(text, i) << 2);
  const place = load<u32>(bucket) - 1;
  store<u32>(bucket, place);
  store<u32>(suffixes + (place << 2), i);
}

/**
 * From the LMS suffixes at the ends of the buckets to all suffixes. Blocks are functions of their own because
 * engines compile well what is called often, and because of what is fetched ahead.
 */
function induce<T>(text: usize, n: u32, alphabet: u32, suffixes: usize, buckets: usize): void {
  fillBuckets<T>(text, n, alphabet, buckets, false);
  // The last suffix is of type L, behind the empty one, which would come before all others.
  putAtStart(suffixes, buckets + (at<T>(text, n - 1) << 2), n - 1);
  let start: u32 = 0;
  for (; n - start > BLOCK; start += BLOCK)
    induceUp<T>(text, n, suffixes, buckets, start, start + BLOCK);
  induceUp<T>(text, n, suffixes, buckets, start, n);
  fillBuckets<T>(text, n, alphabet, buckets, true);
  let end = n;
  for (; end > BLOCK; end -= BLOCK) induceDown<T>(text, n, suffixes, buckets, end - BLOCK, end);
  induceDown<T>(text, n, suffixes, buckets, 0, end);
}

/** Put the L suffixes before those at [start, end) at the starts of their buckets. */
function induceUp<T>(
  text: usize,
  n: u32,
  suffixes: usize,
  buckets: usize,
  start: u32,
  end: u32,
): void {
  fetch<T>(text, n, suffixes, end, min(end + BLOCK, n));
  for (let i = start; i < end; i++) {
    const left = load<u32>(suffixes + (usize(i) << 2)) - 1;
    // Nothing stands here yet, or nothing stands before the whole text.
    if (left >= NONE - 1) continue;
    const symbol = at<T>(text, left);
    if (symbol >= at<T>(text, left + 1)) putAtStart(suffixes, buckets + (symbol << 2), left);
  }
}

/** Put the S suffixes before those at [start, end), from the last one down, at the ends of their buckets. */
function induceDown<T>(
  text: usize,
  n: u32,
  suffixes: usize,
  buckets: usize,
  start: u32,
  end: u32,
): void {
  fetch<T>(text, n, suffixes, start - min(start, BLOCK), start);
  for (let i = end; i > start; i--) {
    const left = load<u32>(suffixes + (usize(i - 1) << 2)) - 1;
    if (left >= NONE - 1) continue;
    const symbol = at<T>(text, left);
    const right = at<T>(text, left + 1);
    if (symbol > right) continue;
    const bucket = buckets + (symbol << 2);
    const place = load<u32>(bucket);
    // Of equal symbols the left suffix is of the type of the right one, which is S where the bucket's S suffixes reach it.
    if (symbol == right && place >= i) continue;
    store<u32>(bucket, place - 1);
    store<u32>(suffixes + (usize(place - 1) << 2), left);
  }
}

/** Keeps what is fetched from being left out. */
let fetched: u32 = 0;

/**
 * Read the symbols at the suffixes of the next block, to have them in the processor's caches: these reads
 * do not wait for each other, as they would where each decides what is done.
 */
function fetch<T>(text: usize, n: u32, suffixes: usize, start: u32, end: u32): void {
  let sum: u32 = 0;
  for (let i = start; i < end; i++)
    sum += at<T>(text, min(load<u32>(suffixes + (usize(i) << 2)), n - 1));
  fetched += sum;
}

function putAtStart(suffixes: usize, bucket: usize, suffix: u32): void {
  const place = load<u32>(bucket);
  store<u32>(bucket, place + 1);
  store<u32>(suffixes + (place << 2), suffix);
}

/**
 * Number the LMS substrings in their order, equal ones alike: the text of these numbers goes to the last
 * `count` places of `suffixes`. Returns how many differ.
 */
function nameLeftmost<T>(text: usize, n: u32, suffixes: usize, bits: usize, count: u32): u32 {
  let sorted: u32 = 0;
  let start: u32 = 0;
  for (; n - start > BLOCK; start += BLOCK)
    sorted = gatherLeftmost(suffixes, bits, start, start + BLOCK, sorted);
  gatherLeftmost(suffixes, bits, start, n, sorted);
  // No two LMS suffixes are neighbors, so half as many places are enough for their names.
  const names = suffixes + (usize(count) << 2);
  memory.fill(names, 0xff, usize(n - count) << 2);
  store<u32>(names + ((load<u32>(suffixes) >> 1) << 2), 0);
  let name: u32 = 0;
  for (start = 1; count - start > BLOCK; start += BLOCK)
    name = nameBlock<T>(text, n, suffixes, bits, count, start, start + BLOCK, name);
  name = nameBlock<T>(text, n, suffixes, bits, count, start, count, name);
  let place = suffixes + (usize(n) << 2);
  for (let i = n >> 1; ; i--) {
    if (i < n - count) {
      const found = load<u32>(names + (i << 2));
      if (found != NONE) store<u32>((place -= 4), found);
    }
    if (i == 0) break;
  }
  return name + 1;
}

/** Move the LMS suffixes at [start, end) to the front, behind `sorted` others; returns how many stand there. */
function gatherLeftmost(suffixes: usize, bits: usize, start: u32, end: u32, sorted: u32): u32 {
  for (let i = start; i < end; i++) {
    const suffix = load<u32>(suffixes + (usize(i) << 2));
    if (isLeftmost(bits, suffix)) store<u32>(suffixes + (usize(sorted++) << 2), suffix);
  }
  return sorted;
}

/** Name the LMS substrings at [start, end), the one before which has the given name; returns the last name. */
function nameBlock<T>(
  text: usize,
  n: u32,
  suffixes: usize,
  bits: usize,
  count: u32,
  start: u32,
  end: u32,
  name: u32,
): u32 {
  const names = suffixes + (usize(count) << 2);
  fetch<T>(text, n, suffixes, end, min(end + BLOCK, count));
  let last = load<u32>(suffixes + (usize(start - 1) << 2));
  for (let i = start; i < end; i++) {
    const suffix = load<u32>(suffixes + (usize(i) << 2));
    if (!isSameSubstring<T>(text, n, bits, last, suffix)) name += 1;
    store<u32>(names + (usize(suffix >> 1) << 2), name);
    last = suffix;
  }
  return name;
}

/** Whether the substrings from two LMS suffixes to the next one each are equal, types included. */
function isSameSubstring<T>(text: usize, n: u32, bits: usize, a: u32, b: u32): bool {
  // The text's end is the empty suffix, which is LMS and like no other.
  const length = n - max(a, b);
  for (let i: u32 = 0; i < length; i++) {
    if (at<T>(text, a + i) != at<T>(text, b + i)) return false;
    const ends = isLeftmost(bits, a + i);
    if (ends != isLeftmost(bits, b + i)) return false;
    if (ends && i > 0) return true;
  }
  return false;
}

/** From the order of the shorter text's suffixes to the LMS suffixes in order, at the start of `suffixes`. */
function toPositions(n: u32, suffixes: usize, bits: usize, short: usize, count: u32): void {
  let place = short;
  for (let word: u32 = 0; word << 5 < n; word++) {
    let set = load<u32>(bits + (word << 2));
    while (set != 0) {
      store<u32>(place, (word << 5) + ctz(set));
      place += 4;
      set &= set - 1;
    }
  }
  for (let p = suffixes, end = suffixes + (usize(count) << 2); p < end; p += 4)
    store<u32>(p, load<u32>(short + (load<u32>(p) << 2)));
}

/** Put the only LMS suffix at the start of `suffixes`. */
function keepOnly(n: u32, suffixes: usize, bits: usize): void {
  for (let word: u32 = 0; word << 5 < n; word++) {
    const set = load<u32>(bits + (word << 2));
    if (set != 0) store<u32>(suffixes, (word << 5) + ctz(set));
  }
}

/** Put the sorted LMS suffixes from the start of `suffixes` at the ends of their buckets. */
function putLeftmostSorted<T>(
  text: usize,
  n: u32,
  alphabet: u32,
  suffixes: usize,
  buckets: usize,
  count: u32,
): void {
  fillBuckets<T>(text, n, alphabet, buckets, true);
  memory.fill(suffixes + (usize(count) << 2), 0xff, usize(n - count) << 2);
  let end = count;
  for (; end > BLOCK; end -= BLOCK) putBlock<T>(text, n, suffixes, buckets, end - BLOCK, end);
  putBlock<T>(text, n, suffixes, buckets, 0, end);
}

/** Put the sorted LMS suffixes at [start, end) at the ends of their buckets, from the last one down. */
function putBlock<T>(
  text: usize,
  n: u32,
  suffixes: usize,
  buckets: usize,
  start: u32,
  end: u32,
): void {
  fetch<T>(text, n, suffixes, start - min(start, BLOCK), start);
  for (let i = end; i > start; i--) {
    const place = suffixes + (usize(i - 1) << 2);
    const suffix = load<u32>(place);
    store<u32>(place, NONE);
    putAtEnd<T>(text, suffix, suffixes, buckets);
  }
}
