/**
 * Where the characters of a normalized text come from.
 *
 * NFC composes and reorders only inside a cluster of one base character and the marks after it, so
 * clusters are normalized one by one; one that changes is mapped as a whole, every unit of its new
 * form to all of its old one.
 */

/** A text made from another: its UTF-16 unit i stands for units starts[i] to ends[i] of the original. */
export interface AlignedText {
  readonly text: string;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

// Code points below U+0300 compose with nothing before them, so splitting there is always right.
// Above, what is no mark and no Hangul vowel or final composes with nothing before it either, but
// for a few letters of newer scripts.
const fineClusters = /[^\p{M}\u1160-\u11ff\ud7b0-\ud7ff]?[\p{M}\u1160-\u11ff\ud7b0-\ud7ff]*/gu;
const coarseClusters = /[\0-\u02ff]?[^\0-\u02ff]*/gu;

/** NFC of a text that begins at unit `offset` of the original. */
export function composeAligned(text: string, offset: number): AlignedText {
  const whole = text.normalize("NFC");
  const fine = composeClusters(text, fineClusters, offset);
  return fine.text === whole ? fine : composeClusters(text, coarseClusters, offset);
}

/** A text aligned with itself, as the part of the original that begins at `offset`. */
export function alignIdentity(text: string, offset: number): AlignedText {
  const starts = Int32Array.from({ length: text.length }, (_, i) => offset + i);
  return { text, starts, ends: starts.map((start) => start + 1) };
}

/** Units start to end of an aligned text, with a string put in front that stands for the first character. */
export function sliceAligned(
  { text, starts, ends }: AlignedText,
  start: number,
  end: number,
  prefix = "",
): AlignedText {
  const firstLength = text.codePointAt(start)! > 0xffff ? 2 : 1;
  return {
    text: prefix + text.slice(start, end),
    starts: led(starts.subarray(start, end), starts[start]!, prefix.length),
    ends: led(ends.subarray(start, end), ends[start + firstLength - 1]!, prefix.length),
  };
}

function composeClusters(text: string, clusters: RegExp, offset: number): AlignedText {
  const starts: number[] = [];
  const ends: number[] = [];
  let composed = "";
  for (const { 0: cluster, index } of text.matchAll(clusters)) {
    const from = offset + index;
    const next = cluster.normalize("NFC");
    const isSame = next === cluster;
    for (let i = 0; i < next.length; i++) {
      starts.push(isSame ? from + i : from);
      ends.push(isSame ? from + i + 1 : from + cluster.length);
    }
    composed += next;
  }
  return { text: composed, starts: Int32Array.from(starts), ends: Int32Array.from(ends) };
}

/** With a value so many times in front. */
function led(entries: Int32Array, value: number, count: number): Int32Array {
  const both = new Int32Array(count + entries.length).fill(value, 0, count);
  both.set(entries, count);
  return both;
}
