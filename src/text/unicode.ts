/**
 * Properties and simple case folding of code points, from the generated tables of one stated
 * Unicode version. Unassigned code points and surrogates have no property and fold to themselves.
 */
import { attachingRanges, foldingRuns, spaceRanges, wordRanges } from "./unicode-tables.ts";

/** General category L*, M* or N*. */
export const WORD = 1;
/** Simple case folding changes it. */
export const FOLDS = 2;
/** May reorder with, or compose onto, what stands before it under NFKC. */
export const ATTACHES = 4;
/** Property White_Space. */
export const SPACE = 8;

/** The properties of each code point, as a sum of the constants above. */
export const properties: Uint8Array = readProperties();

const folding = readFolding();
for (const codePoint of folding.keys()) properties[codePoint]! |= FOLDS;

/** Simple case folding of one code point (CaseFolding.txt, status C and S). */
export function foldCodePoint(codePoint: number): number {
  return folding.get(codePoint) ?? codePoint;
}

/** All code points that fold as this one does, itself among them. */
export function foldVariants(codePoint: number): readonly number[] {
  const folded = foldCodePoint(codePoint);
  return [folded, ...(unfolded().get(folded) ?? [])];
}

let byFolded: Map<number, number[]> | undefined;

/** Other code points that fold to one, made when first asked for. */
function unfolded(): ReadonlyMap<number, readonly number[]> {
  if (byFolded === undefined) {
    byFolded = new Map();
    for (const [codePoint, to] of folding) {
      const others = byFolded.get(to);
      if (others === undefined) byFolded.set(to, [codePoint]);
      else others.push(codePoint);
    }
  }
  return byFolded;
}

/** A text's code points folded one by one; no length changes, not even in UTF-16 units. */
export function foldText(text: string): string {
  return lowersDifferently.test(text) ? foldSlowly(text) : text.toLowerCase();
}

// Below U+0180 and in general punctuation, lower case is simple folding on every platform, except
// for µ (folds to Greek mu), İ (lowers to two code points) and ſ (folds to s).
const lowersDifferently = /[^\0-\u00b4\u00b6-\u012f\u0131-\u017e\u2000-\u206f]/;

function foldSlowly(text: string): string {
  const parts: string[] = [];
  let copied = 0;
  for (let i = 0; i < text.length; i++) {
    const codePoint = text.codePointAt(i)!;
    const width = codePoint > 0xffff ? 2 : 1;
    if ((properties[codePoint]! & FOLDS) !== 0) {
      parts.push(text.slice(copied, i), String.fromCodePoint(foldCodePoint(codePoint)));
      copied = i + width;
    }
    i += width - 1;
  }
  return copied === 0 ? text : parts.join("") + text.slice(copied);
}

function readNumbers(text: string): number[] {
  return text.split(" ").map((number) => parseInt(number, 36));
}

function readProperties(): Uint8Array {
  const table = new Uint8Array(0x110000);
  const mark = (text: string, property: number): void => {
    const numbers = readNumbers(text);
    for (let i = 0, codePoint = 0; i < numbers.length; i += 2) {
      codePoint += numbers[i]!;
      for (const end = codePoint + numbers[i + 1]!; codePoint < end; codePoint++)
        table[codePoint]! |= property;
    }
  };
  mark(wordRanges, WORD);
  mark(attachingRanges, ATTACHES);
  mark(spaceRanges, SPACE);
  return table;
}

function readFolding(): ReadonlyMap<number, number> {
  const folded = new Map<number, number>();
  const numbers = readNumbers(foldingRuns);
  for (let i = 0, first = 0; i < numbers.length; i += 4) {
    first += numbers[i]!;
    const [length, step, distance] = [numbers[i + 1]!, numbers[i + 2]!, numbers[i + 3]!];
    for (let j = 0; j < length; j++) folded.set(first + j * step, first + j * step + distance);
  }
  return folded;
}
