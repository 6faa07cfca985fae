/** UTF-8, and WTF-8 (which may hold lone surrogates) where the host has made it from a string. */

/** The code point that begins at `p` in sound bytes. */
export function codePointAt(p: usize): u32 {
  const first: u32 = load<u8>(p);
  if (first < 0x80) return first;
  const second: u32 = load<u8>(p, 1) & 0x3f;
  if (first < 0xe0) return ((first & 0x1f) << 6) | second;
  const third: u32 = load<u8>(p, 2) & 0x3f;
  if (first < 0xf0) return ((first & 0x0f) << 12) | (second << 6) | third;
  return ((first & 0x07) << 18) | (second << 12) | (third << 6) | (load<u8>(p, 3) & 0x3f);
}

/** Bytes of the code point that begins with this byte. */
export function sequenceLength(first: u32): u32 {
  return 1 + u32(first >= 0xc0) + u32(first >= 0xe0) + u32(first >= 0xf0);
}

/** Write a code point; returns the address behind it. */
export function writeCodePoint(p: usize, codePoint: u32): usize {
  if (codePoint < 0x80) {
    store<u8>(p, codePoint);
    return p + 1;
  }
  if (codePoint < 0x800) {
    store<u8>(p, 0xc0 | (codePoint >> 6));
    store<u8>(p, 0x80 | (codePoint & 0x3f), 1);
    return p + 2;
  }
  if (codePoint < 0x10000) {
    store<u8>(p, 0xe0 | (codePoint >> 12));
    store<u8>(p, 0x80 | ((codePoint >> 6) & 0x3f), 1);
    store<u8>(p, 0x80 | (codePoint & 0x3f), 2);
    return p + 3;
  }
  store<u8>(p, 0xf0 | (codePoint >> 18));
  store<u8>(p, 0x80 | ((codePoint >> 12) & 0x3f), 1);
  store<u8>(p, 0x80 | ((codePoint >> 6) & 0x3f), 2);
  store<u8>(p, 0x80 | (codePoint & 0x3f), 3);
  return p + 4;
}

/**
 * Whether [p, end) is UTF-8, sixteen ASCII bytes at a time. At least 16 bytes behind `end` can be read.
 * Source: the table of well-formed sequences in the Unicode Standard, section 3.9 (D92).
 */
export function isUtf8(p: usize, end: usize): bool {
  while (p < end) {
    const high = i8x16.bitmask(v128.load(p));
    if (high == 0) {
      p += 16;
      continue;
    }
    p += ctz(high);
    while (p < end && load<u8>(p) >= 0x80) {
      const length = soundLength(p, end);
      if (length == 0) return false;
      p += length;
    }
  }
  return true;
}

/** Bytes of the sound sequence of two to four bytes that begins at `p`, or 0. */
function soundLength(p: usize, end: usize): u32 {
  const first: u32 = load<u8>(p);
  const left = end - p;
  const second: u32 = load<u8>(p, 1);
  if (first < 0xe0) return first >= 0xc2 && left >= 2 && continues(second) ? 2 : 0;
  if (first < 0xf0) {
    if (left < 3 || !continues(second) || !continues(load<u8>(p, 2))) return 0;
    if (first == 0xe0 && second < 0xa0) return 0;
    return first == 0xed && second >= 0xa0 ? 0 : 3;
  }
  if (first > 0xf4 || left < 4) return 0;
  if (!continues(second) || !continues(load<u8>(p, 2)) || !continues(load<u8>(p, 3))) return 0;
  if (first == 0xf0 && second < 0x90) return 0;
  return first == 0xf4 && second >= 0x90 ? 0 : 4;
}

function continues(byte: u32): bool {
  return (byte & 0xc0) == 0x80;
}
