/** Where the words of an already normalized and folded text lie. */
import { properties, SPACE, WORD } from "./unicode.ts";

/** Maximal runs of letters, marks and numbers: start and end of each, in UTF-16 units, half-open. */
export function wordBounds(text: string): Int32Array {
  const { length } = text;
  const bounds = boundsBuffer(length);
  let filled = 0;
  let inside = 0;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    const isPair = unit >= 0xd800 && unit < 0xdc00 && text.codePointAt(i)! > 0xffff;
    const isWord = properties[isPair ? text.codePointAt(i)! : unit]! & WORD;
    if (isWord !== inside) {
      bounds[filled++] = i;
      inside = isWord;
    }
    if (isPair) i++;
  }
  if (inside !== 0) bounds[filled++] = length;
  return bounds.slice(0, filled);
}

/** Each code point that is not white space: start and end of each, in UTF-16 units, half-open. */
export function characterBounds(text: string): Int32Array {
  const bounds = boundsBuffer(text.length);
  let filled = 0;
  for (let i = 0; i < text.length;) {
    const codePoint = text.codePointAt(i)!;
    const end = i + (codePoint > 0xffff ? 2 : 1);
    if ((properties[codePoint]! & SPACE) === 0) {
      bounds[filled++] = i;
      bounds[filled++] = end;
    }
    i = end;
  }
  return bounds.slice(0, filled);
}

/** The words that bounds cut out of a text. */
export function sliceWords(text: string, bounds: Int32Array): string[] {
  const words = new Array<string>(bounds.length / 2);
  for (let i = 0; i < words.length; i++) words[i] = text.slice(bounds[2 * i], bounds[2 * i + 1]);
  return words;
}

let buffer = new Int32Array(1 << 16);

/** A buffer that any text of `length` units fits into: at most one word a unit. Shared, so never keep it. */
function boundsBuffer(length: number): Int32Array {
  if (buffer.length < 2 * length + 2) buffer = new Int32Array(2 * length + 2);
  return buffer;
}
