/** The four classes of character that GPT-2's pre-tokenizer tells apart, and UTF-8 by the character. */
import { inCategory, isWhiteSpace } from "./unicode-16.ts";

export const LETTER = 1;
export const NUMBER = 2;
export const WHITE_SPACE = 3;
export const OTHER = 4;

// One entry a code point, filled when first asked for; 0 = not asked yet.
const classes = new Uint8Array(0x110000);
const isLetter = inCategory("L")!;
const isNumber = inCategory("N")!;
for (let code = 0; code < 128; code++) classes[code] = classify(code);

function classOf(codePoint: number): number {
  return classes[codePoint]! || (classes[codePoint] = classify(codePoint));
}

/** The class of the character whose UTF-8 form begins at `position`. The bytes must be valid. */
export function classAt(bytes: Uint8Array, position: number): number {
  const lead = bytes[position]!;
  return lead < 0x80 ? classes[lead]! : classOf(codePointAt(bytes, position));
}

/** The end of the run of characters of one class from `position` on. */
export function runEnd(bytes: Uint8Array, position: number, end: number, kind: number): number {
  while (position < end) {
    const lead = bytes[position]!;
    if (lead < 0x80) {
      if (classes[lead] !== kind) return position;
      position++;
    } else {
      if (classOf(codePointAt(bytes, position)) !== kind) return position;
      position += utf8Length(lead);
    }
  }
  return position;
}

/** How many bytes a character has in UTF-8, from the first of them. */
export function utf8Length(lead: number): number {
  return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/** The code point whose UTF-8 form begins at `position`. */
export function codePointAt(bytes: Uint8Array, position: number): number {
  const lead = bytes[position]!;
  if (lead < 0x80) return lead;
  const second = bytes[position + 1]! & 0x3f;
  if (lead < 0xe0) return ((lead & 0x1f) << 6) | second;
  const third = bytes[position + 2]! & 0x3f;
  if (lead < 0xf0) return ((lead & 0x0f) << 12) | (second << 6) | third;
  return ((lead & 0x07) << 18) | (second << 12) | (third << 6) | (bytes[position + 3]! & 0x3f);
}

function classify(codePoint: number): number {
  if (isWhiteSpace(codePoint)) return WHITE_SPACE;
  if (isLetter(codePoint)) return LETTER;
  return isNumber(codePoint) ? NUMBER : OTHER;
}

/** Where the character that ends before `position` begins. */
export function characterBefore(bytes: Uint8Array, position: number): number {
  let start = position - 1;
  while ((bytes[start]! & 0xc0) === 0x80) start--;
  return start;
}
