/** Strings to the bytes the kernel reads: UTF-8, in which a lone surrogate keeps three bytes of its own. */

const loneSurrogate = /\p{Surrogate}/u;

/** Write a text to bytes, which must have room for three a UTF-16 unit; returns how many it took. */
export function encodeText(text: string, bytes: Buffer): number {
  if (loneSurrogate.test(text)) return encodeIllFormed(text, bytes);
  return bytes.write(text, "utf8");
}

function encodeIllFormed(text: string, bytes: Buffer): number {
  let end = 0;
  for (const character of text) {
    const codePoint = character.codePointAt(0)!;
    if (codePoint >= 0xd800 && codePoint < 0xe000) {
      bytes[end++] = 0xe0 | (codePoint >> 12);
      bytes[end++] = 0x80 | ((codePoint >> 6) & 0x3f);
      bytes[end++] = 0x80 | (codePoint & 0x3f);
    } else end += bytes.write(character, end, "utf8");
  }
  return end;
}
