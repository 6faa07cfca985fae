/**
 * One line of JSON lines: whether it is a sound JSON object, and where the string under the text's
 * field lies. Whatever is unusual (an escaped key, deep nesting, another type under the field) is left
 * to the host, which parses the line in JavaScript; so this parser may refuse what is sound, but never
 * accepts what JSON.parse refuses, nor finds another string. Where a key comes twice the last one holds.
 *
 * Reading goes on up to 32 bytes behind the line's end.
 */
import { field, fieldLength } from "./state";

const QUOTE: u32 = 0x22;
const BACKSLASH: u32 = 0x5c;
const DEEPEST: u32 = 64;

/** The text of the line parsed last, between its quotes. */
export let textStart: usize = 0;
export let textEnd: usize = 0;
export let textIsEscaped: bool = false;
/** Whether any byte of the line's strings is not ASCII, so that it must be checked as UTF-8. */
export let holdsNonAscii: bool = false;

let escaped: bool = false;

/** Parse the object at [p, end); the address behind it, or 0. */
export function parseLine(p: usize, end: usize): usize {
  textStart = 0;
  holdsNonAscii = false;
  if (load<u8>(p) != 0x7b) return 0;
  p = skipSpace(p + 1, end);
  if (p < end && load<u8>(p) == 0x7d) return 0;
  while (true) {
    if (p >= end || load<u8>(p) != QUOTE) return 0;
    const keyStart = p + 1;
    p = skipString(keyStart, end);
    if (p == 0 || escaped) return 0;
    const isText = isField(keyStart, p - 1);
    p = skipSpace(p, end);
    if (p >= end || load<u8>(p) != 0x3a) return 0;
    p = skipSpace(p + 1, end);
    if (p >= end) return 0;
    const valueStart = p;
    if (isText && load<u8>(p) != QUOTE) return 0;
    p = skipValue(p, end, 1);
    if (p == 0) return 0;
    if (isText) {
      textStart = valueStart + 1;
      textEnd = p - 1;
      textIsEscaped = escaped;
    }
    p = skipSpace(p, end);
    if (p >= end) return 0;
    const next = load<u8>(p);
    if (next == 0x7d) return textStart == 0 ? 0 : p + 1;
    if (next != 0x2c) return 0;
    p = skipSpace(p + 1, end);
  }
}

/** The address of the first byte at or behind `p` that is no space, tab or CR (LF ends the line). */
export function skipSpace(p: usize, end: usize): usize {
  while (p < end) {
    const byte = load<u8>(p);
    if (byte != 0x20 && byte != 0x09 && byte != 0x0d) break;
    p += 1;
  }
  return p;
}

function isField(start: usize, end: usize): bool {
  if (end - start != fieldLength) return false;
  for (let i: usize = 0; i < fieldLength; i++)
    if (load<u8>(start + i) != load<u8>(field + i)) return false;
  return true;
}

/** The address behind the string whose content begins at `p`, or 0; sets `escaped`. */
function skipString(p: usize, end: usize): usize {
  const quote = i8x16.splat(<i8>QUOTE);
  const backslash = i8x16.splat(<i8>BACKSLASH);
  const control = i8x16.splat(0x20);
  escaped = false;
  while (p < end) {
    const bytes = v128.load(p);
    const high = i8x16.bitmask(bytes);
    const special = i8x16.bitmask(
      v128.or(
        v128.or(i8x16.eq(bytes, quote), i8x16.eq(bytes, backslash)),
        i8x16.lt_u(bytes, control),
      ),
    );
    if (special == 0) {
      if (high != 0) holdsNonAscii = true;
      p += 16;
      continue;
    }
    if ((high & (special - 1)) != 0) holdsNonAscii = true;
    p += ctz(special);
    if (p >= end) return 0;
    const byte: u32 = load<u8>(p);
    if (byte == QUOTE) return p + 1;
    if (byte != BACKSLASH) return 0;
    escaped = true;
    const length = escapeLength(p, end);
    if (length == 0) return 0;
    p += length;
  }
  return 0;
}

/** Bytes of the escape sequence at `p`, or 0 where it is none. */
function escapeLength(p: usize, end: usize): u32 {
  if (p + 1 >= end) return 0;
  switch (load<u8>(p, 1)) {
    case 0x22:
    case 0x5c:
    case 0x2f:
    case 0x62:
    case 0x66:
    case 0x6e:
    case 0x72:
    case 0x74:
      return 2;
    case 0x75: {
      if (p + 6 > end) return 0;
      for (let i: usize = 2; i < 6; i++) if (hexDigit(load<u8>(p + i)) > 15) return 0;
      return 6;
    }
    default:
      return 0;
  }
}

/** The value of a hexadecimal digit, more than 15 for any other byte. */
export function hexDigit(byte: u32): u32 {
  if (byte - 0x30 < 10) return byte - 0x30;
  const letter = (byte | 0x20) - 0x61;
  return letter < 6 ? letter + 10 : 16;
}

/** The address behind the value that begins at `p`, or 0. */
function skipValue(p: usize, end: usize, depth: u32): usize {
  const byte: u32 = load<u8>(p);
  if (byte == QUOTE) return skipString(p + 1, end);
  if (byte == 0x7b || byte == 0x5b) return depth < DEEPEST ? skipContainer(p, end, depth + 1) : 0;
  if (byte == 0x74) return p + 4 <= end && load<u32>(p) == 0x65757274 ? p + 4 : 0;
  if (byte == 0x6e) return p + 4 <= end && load<u32>(p) == 0x6c6c756e ? p + 4 : 0;
  if (byte == 0x66)
    return p + 5 <= end && load<u32>(p) == 0x736c6166 && load<u8>(p, 4) == 0x65 ? p + 5 : 0;
  return skipNumber(p, end);
}

/** The same for an object or a list. */
function skipContainer(p: usize, end: usize, depth: u32): usize {
  const isObject = load<u8>(p) == 0x7b;
  const close: u32 = isObject ? 0x7d : 0x5d;
  p = skipSpace(p + 1, end);
  if (p < end && load<u8>(p) == close) return p + 1;
  while (p < end) {
    if (isObject) {
      if (load<u8>(p) != QUOTE) return 0;
      p = skipString(p + 1, end);
      if (p == 0) return 0;
      p = skipSpace(p, end);
      if (p >= end || load<u8>(p) != 0x3a) return 0;
      p = skipSpace(p + 1, end);
      if (p >= end) return 0;
    }
    p = skipValue(p, end, depth);
    if (p == 0) return 0;
    p = skipSpace(p, end);
    if (p >= end) return 0;
    const next: u32 = load<u8>(p);
    if (next == close) return p + 1;
    if (next != 0x2c) return 0;
    p = skipSpace(p + 1, end);
  }
  return 0;
}

function skipNumber(p: usize, end: usize): usize {
  if (load<u8>(p) == 0x2d) p += 1;
  const whole = p;
  p = skipDigits(p, end);
  if (p == whole) return 0;
  if (load<u8>(whole) == 0x30 && p - whole > 1) return 0;
  if (p < end && load<u8>(p) == 0x2e) {
    const fraction = p + 1;
    p = skipDigits(fraction, end);
    if (p == fraction) return 0;
  }
  if (p < end && (load<u8>(p) | 0x20) == 0x65) {
    p += 1;
    if (p < end && (load<u8>(p) == 0x2b || load<u8>(p) == 0x2d)) p += 1;
    const exponent = p;
    p = skipDigits(p, end);
    if (p == exponent) return 0;
  }
  return p;
}

function skipDigits(p: usize, end: usize): usize {
  while (p < end && u32(load<u8>(p)) - 0x30 < 10) p += 1;
  return p;
}
