/**
 * From the bytes of a document to its words in the slab: normalized, folded, separated by bytes 0.
 *
 * ASCII goes sixteen bytes at a time. Anything else is taken code point by code point, in *clusters*:
 * a code point and those behind it that may reorder with or compose onto what stands before them
 * (src/text/normalization.ts). NFKC of a text is the NFKC of its clusters, one after another. Most
 * clusters are one code point that NFKC leaves alone, or one such with one mark that never composes;
 * the others go to the host. Because a mark is met behind its base, the place of the last code point in
 * bytes and slab is kept, and the output goes back to it.
 *
 * Where the slab is full, its words are handed on and the word that is not yet complete moves to its
 * start; that happens only before a code point that begins a cluster.
 */
import { ATTACHES, classOf, COMPOSES, foldedOf, UNSTABLE, WORD } from "./classes";
import { normalize } from "./host";
import { hexDigit } from "./json-line";
import { asciiFold, cluster, clusterCapacity, perCharacter, slab, slabLimit } from "./state";
import { codePointAt, sequenceLength, writeCodePoint } from "./utf8";
import { takeWords } from "./words";
import { growCluster } from "./grow";

const BACKSLASH: u32 = 0x5c;
const NOWHERE: usize = 0;
/** What is not there: behind the last code point. */
const NOTHING: u32 = 0xffffffff;

let raw: usize = 0;
let rawEnd: usize = 0;
let escapes: bool = false;
let out: usize = 0;
/** Where the last code point begins in bytes and slab, while a mark may follow it; else NOWHERE. */
let baseRaw: usize = NOWHERE;
let baseOut: usize = 0;
/** Behind the code point that `peek` read last. */
let behind: usize = 0;

/** Hand on all words of the document at [start, end); `withEscapes` where it is the inside of a JSON string. */
export function readWords(start: usize, end: usize, withEscapes: bool): void {
  raw = start;
  rawEnd = end;
  escapes = withEscapes;
  out = slab;
  baseRaw = NOWHERE;
  while (raw < rawEnd) {
    if (perCharacter == 0) copyAscii();
    if (raw >= rawEnd) break;
    if (out >= slabLimit && beginsCluster()) out = takeWords(out, false);
    else readCodePoint();
  }
  takeWords(out, true);
}

/** Copy ASCII until the slab is full or something else comes. */
function copyAscii(): void {
  const start = raw;
  const backslash = i8x16.splat(escapes ? <i8>BACKSLASH : -128);
  while (raw < rawEnd && out < slabLimit) {
    const bytes = v128.load(raw);
    const other = i8x16.bitmask(v128.or(bytes, i8x16.eq(bytes, backslash))) | 0x10000;
    v128.store(out, foldAscii(bytes));
    const copied = min<usize>(ctz(other), rawEnd - raw);
    raw += copied;
    out += copied;
    if (copied < 16) break;
  }
  if (raw == start) return;
  baseRaw = raw - 1;
  baseOut = out - 1;
}

/** Letters folded and digits as they are, 0 for any other byte. */
function foldAscii(bytes: v128): v128 {
  const lower = v128.or(bytes, i8x16.splat(0x20));
  const letters = i8x16.lt_u(i8x16.sub(lower, i8x16.splat(0x61)), i8x16.splat(26));
  const digits = i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(0x30)), i8x16.splat(10));
  const kept = v128.and(bytes, v128.or(letters, digits));
  return v128.or(kept, v128.and(letters, i8x16.splat(<i8>asciiFold)));
}

function beginsCluster(): bool {
  return (classOf(peek(raw)) & ATTACHES) == 0;
}

function readCodePoint(): void {
  const codePoint = peek(raw);
  const bits = classOf(codePoint);
  if ((bits & ATTACHES) != 0) readMark(bits);
  else if ((bits & UNSTABLE) != 0) readCluster(raw, out);
  else {
    baseRaw = raw;
    baseOut = out;
    emit(bits);
    raw = behind;
  }
}

/** A code point that attaches to the one before it, if there is one. */
function readMark(bits: u32): void {
  if (baseRaw == NOWHERE) {
    readCluster(raw, out);
    return;
  }
  const next = behind;
  const isPlain = (bits & (UNSTABLE | COMPOSES)) == 0;
  if (!isPlain || (classOfNext(next) & ATTACHES) != 0) {
    readCluster(baseRaw, baseOut);
    return;
  }
  emit(bits);
  raw = next;
}

function classOfNext(p: usize): u32 {
  return p < rawEnd ? classOf(peek(p)) : 0;
}

/** Normalize the cluster that begins at `start`, whose output begins at `place`. */
function readCluster(start: usize, place: usize): void {
  let p = start;
  let count: u32 = 0;
  do {
    if ((count + 1) * 18 > clusterCapacity) growCluster(count);
    store<u32>(cluster + (count << 2), peek(p));
    count += 1;
    p = behind;
  } while ((classOfNext(p) & ATTACHES) != 0);
  raw = p;
  out = place;
  baseRaw = NOWHERE;
  const changed = normalize(cluster, count);
  for (let i: u32 = 0; i < changed; i++) {
    if (out >= slabLimit) out = takeWords(out, false);
    emit(classOf(load<u32>(cluster + (i << 2))));
  }
}

/** Write a folded code point, or a separator. U+0000, a word of `characters`, becomes two bytes. */
function emit(bits: u32): void {
  if ((bits & WORD) != 0) {
    const folded = foldedOf(bits);
    if (folded == 0) {
      store<u16>(out, 0x80c0);
      out += 2;
    } else out = writeCodePoint(out, folded);
    if (perCharacter == 0) return;
  }
  store<u8>(out, 0);
  out += 1;
}

/** The code point at `p`, and in `behind` where the next one begins. */
function peek(p: usize): u32 {
  const first: u32 = load<u8>(p);
  if (first != BACKSLASH || !escapes) {
    behind = p + sequenceLength(first);
    return codePointAt(p);
  }
  const letter: u32 = load<u8>(p, 1);
  behind = p + 2;
  if (letter != 0x75) return unescape(letter);
  behind = p + 6;
  const unit = readUnit(p);
  if ((unit & 0xfc00) != 0xd800 || p + 12 > rawEnd) return unit;
  if (load<u16>(p, 6) != 0x755c) return unit;
  const low = readUnit(p + 6);
  if ((low & 0xfc00) != 0xdc00) return unit;
  behind = p + 12;
  return 0x10000 + ((unit & 0x3ff) << 10) + (low & 0x3ff);
}

/** What the escape sequence of one letter stands for: a control character, or itself. */
function unescape(letter: u32): u32 {
  switch (letter) {
    case 0x62:
      return 0x08;
    case 0x66:
      return 0x0c;
    case 0x6e:
      return 0x0a;
    case 0x72:
      return 0x0d;
    case 0x74:
      return 0x09;
    default:
      return letter;
  }
}

/** The UTF-16 unit of `\uXXXX` at `p`. */
function readUnit(p: usize): u32 {
  return (
    (hexDigit(load<u8>(p, 2)) << 12) |
    (hexDigit(load<u8>(p, 3)) << 8) |
    (hexDigit(load<u8>(p, 4)) << 4) |
    hexDigit(load<u8>(p, 5))
  );
}
