/**
 * GPT-2's regular expression as a scanner over UTF-8, for training, where no tokenizer is yet:
 *
 *   's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
 *
 * Every character belongs to exactly one pretoken, and a pretoken is never empty.
 */
import { characterBefore, classAt, runEnd, utf8Length, WHITE_SPACE } from "./character-classes.ts";

const SPACE = 0x20;
const APOSTROPHE = 0x27;

/** The end of the pretoken that begins at `start`, where `start < end`; bytes are valid UTF-8. */
export function gpt2PreTokenizer(bytes: Uint8Array, start: number, end: number): number {
  const first = bytes[start]!;
  if (first === APOSTROPHE) {
    const contraction = contractionEnd(bytes, start, end);
    if (contraction > start) return contraction;
  }
  const position = first === SPACE && start + 1 < end ? start + 1 : start;
  const kind = classAt(bytes, position);
  return kind === WHITE_SPACE
    ? whiteSpaceEnd(bytes, start, end)
    : runEnd(bytes, position + utf8Length(bytes[position]!), end, kind);
}

/** After an apostrophe. Returns `start` where there is none. */
function contractionEnd(bytes: Uint8Array, start: number, end: number): number {
  if (start + 1 >= end) return start;
  const first = bytes[start + 1]!;
  // s, t, m, d
  if (first === 0x73 || first === 0x74 || first === 0x6d || first === 0x64) return start + 2;
  if (start + 2 >= end) return start;
  const second = bytes[start + 2]!;
  // re, ve, ll
  if ((first === 0x72 || first === 0x76) && second === 0x65) return start + 3;
  return first === 0x6c && second === 0x6c ? start + 3 : start;
}

/** A run of white space leaves its last character to the word after it. */
function whiteSpaceEnd(bytes: Uint8Array, start: number, end: number): number {
  const run = runEnd(bytes, start, end, WHITE_SPACE);
  if (run === end) return run;
  const last = characterBefore(bytes, run);
  return last > start ? last : run;
}
