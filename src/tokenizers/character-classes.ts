/**
 * The four classes of character that byte-level pre-tokenizers tell apart, held to Unicode 16.
 *
 * The platform's own tables come with Node and grow with it, while ids must not: a letter added in
 * Unicode 17 is OTHER here, as it is to the regular-expression engine of Hugging Face `tokenizers`
 * 0.23 (Oniguruma). White space is the property White_Space, which has U+0085 and lacks U+FEFF;
 * JavaScript's `\s` has it the other way round.
 */
export const LETTER = 1;
export const NUMBER = 2;
export const WHITE_SPACE = 3;
export const OTHER = 4;

/** Letters and numbers that Unicode 17 added to 16: pairs of first and last code point. */
const addedInUnicode17 = [
  0x88f, 0x88f, 0xc5c, 0xc5c, 0xcdc, 0xcdc, 0xa7ce, 0xa7cf, 0xa7d2, 0xa7d2, 0xa7d4, 0xa7d4, 0xa7f1,
  0xa7f1, 0x10940, 0x10959, 0x10ec5, 0x10ec7, 0x11db0, 0x11ddb, 0x11de0, 0x11de9, 0x16ea0, 0x16eb8,
  0x16ebb, 0x16ed3, 0x16ff2, 0x16ff6, 0x187f8, 0x187ff, 0x18d09, 0x18d1e, 0x18d80, 0x18df2, 0x1e6c0,
  0x1e6ff, 0x2b73a, 0x2b73f, 0x2cea2, 0x2cead, 0x323b0, 0x33479,
];

// One entry a code point, filled when first asked for; 0 = not asked yet.
const classes = new Uint8Array(0x110000);
for (let code = 0; code < 128; code++) classes[code] = classify(code);

/** The class of a code point. */
export function classOf(codePoint: number): number {
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

function codePointAt(bytes: Uint8Array, position: number): number {
  const lead = bytes[position]!;
  const second = bytes[position + 1]! & 0x3f;
  if (lead < 0xe0) return ((lead & 0x1f) << 6) | second;
  const third = bytes[position + 2]! & 0x3f;
  if (lead < 0xf0) return ((lead & 0x0f) << 12) | (second << 6) | third;
  return ((lead & 0x07) << 18) | (second << 12) | (third << 6) | (bytes[position + 3]! & 0x3f);
}

function classify(codePoint: number): number {
  const character = String.fromCodePoint(codePoint);
  if (/\p{White_Space}/u.test(character)) return WHITE_SPACE;
  const isLetter = /\p{L}/u.test(character);
  if ((!isLetter && !/\p{N}/u.test(character)) || isNew(codePoint)) return OTHER;
  return isLetter ? LETTER : NUMBER;
}

function isNew(codePoint: number): boolean {
  for (let i = 0; i < addedInUnicode17.length; i += 2)
    if (codePoint >= addedInUnicode17[i]! && codePoint <= addedInUnicode17[i + 1]!) return true;
  return false;
}
