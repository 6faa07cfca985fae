import fc from "fast-check";
import { foldCodePoint } from "#rote/text/unicode.js";

// Characters that change, grow, shrink, reorder or compose under NFKC or folding, and separators.
const tricky =
  "aZé'-_ .½Ⅷ㌀ﷺﬁẞßſKÅµΣςİıǅJǰ´…²①한글東ไ\u00ad\u200b\u2028\ufeff\u0085 " +
  "\u0300\u0301\u0307\u0308\u030c\u0323\u0327\u0344\u0345\u093c\u3099\u309a\uff9e\uff9fｶか" +
  "\u1100\u1112\u1161\u1175\u11a8\u11ab\uac00\u09c7\u09be\u0dd9\u0dca\u0f71\u0f72\u0340\u0374";
const astral = [
  "𐐀",
  "𝔘",
  "🙂",
  "\u{16d63}",
  "\u{16d67}",
  "\u{1d15e}",
  "\u{2f868}",
  "\u{11099}\u{110ba}",
];
const lone = ["\ud800", "\udc00", "\ud83d"];

const piece = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...Array.from(tricky), ...astral) },
  { weight: 1, arbitrary: fc.constantFrom(...lone) },
  { weight: 2, arbitrary: fc.string({ unit: "binary", minLength: 1, maxLength: 4 }) },
  { weight: 2, arbitrary: fc.constantFrom("the", "The", "of", " ", "\n", "don't") },
);

/** Short texts full of what goes wrong. */
export const trickyText: fc.Arbitrary<string> = fc
  .array(piece, { maxLength: 24 })
  .map((pieces) => pieces.join(""));

/** The definition of the policy `words`, word for word; categories from the platform. */
export function naiveWords(text: string): string[] {
  const folded = Array.from(text.normalize("NFKC"), (c) =>
    String.fromCodePoint(foldCodePoint(c.codePointAt(0)!)),
  );
  return folded.join("").match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
}
