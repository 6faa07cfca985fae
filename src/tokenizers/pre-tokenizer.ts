/**
 * The regular expressions that cut text into pretokens, as scanners over UTF-8. BPE never merges
 * across a pretoken's border, so these rules are part of what an id means.
 *
 *   gpt2    's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
 *   cl100k  (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}
 *           | ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
 *
 * Every character belongs to exactly one pretoken, and a pretoken is never empty.
 */
import {
  classAt,
  LETTER,
  NUMBER,
  OTHER,
  runEnd,
  utf8Length,
  WHITE_SPACE,
} from "./character-classes.ts";

/** The end of the pretoken that begins at `start`, where `start < end`; bytes are valid UTF-8. */
export type PreTokenizer = (bytes: Uint8Array, start: number, end: number) => number;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const APOSTROPHE = 0x27;

/** GPT-2's rule, which GPT-NeoX and Pythia share. */
export const gpt2PreTokenizer: PreTokenizer = (bytes, start, end) => {
  const first = bytes[start]!;
  if (first === APOSTROPHE) {
    const contraction = contractionEnd(bytes, start, end, 0);
    if (contraction > start) return contraction;
  }
  const position = first === SPACE && start + 1 < end ? start + 1 : start;
  const kind = classAt(bytes, position);
  return kind === WHITE_SPACE
    ? whiteSpaceEnd(bytes, start, end)
    : runEnd(bytes, position + utf8Length(bytes[position]!), end, kind);
};

/** OpenAI's cl100k rule, which Llama 3 and OLMo 2 share; Qwen 2 has single digits instead of three. */
export function cl100kPreTokenizer(maximumDigits: number): PreTokenizer {
  return (bytes, start, end) => {
    const first = bytes[start]!;
    if (first === APOSTROPHE) {
      const contraction = contractionEnd(bytes, start, end, 0x20);
      if (contraction > start) return contraction;
    }
    const kind = classAt(bytes, start);
    const next = start + utf8Length(first);
    if (kind === LETTER) return runEnd(bytes, next, end, LETTER);
    if (kind === NUMBER) return digitsEnd(bytes, next, end, maximumDigits);
    const nextKind = next < end ? classAt(bytes, next) : 0;
    if (nextKind === LETTER && !isNewline(first)) return runEnd(bytes, next, end, LETTER);
    if (kind === OTHER || (first === SPACE && nextKind === OTHER))
      return newlinesEnd(bytes, runEnd(bytes, next, end, OTHER), end);
    return lastNewlineEnd(bytes, start, end) || whiteSpaceEnd(bytes, start, end);
  };
}

/** After an apostrophe; `caseBit` 0x20 reads capitals, too. Returns `start` where there is none. */
function contractionEnd(bytes: Uint8Array, start: number, end: number, caseBit: number): number {
  if (start + 1 >= end) return start;
  const first = bytes[start + 1]! | caseBit;
  // s, t, m, d
  if (first === 0x73 || first === 0x74 || first === 0x6d || first === 0x64) return start + 2;
  if (start + 2 >= end) return start;
  const second = bytes[start + 2]! | caseBit;
  // re, ve, ll
  if ((first === 0x72 || first === 0x76) && second === 0x65) return start + 3;
  if (first === 0x6c && second === 0x6c) return start + 3;
  // U+017F, the long s, which differs from "s" in case only
  if (caseBit !== 0 && bytes[start + 1] === 0xc5 && bytes[start + 2] === 0xbf) return start + 3;
  return start;
}

/** A run of white space leaves its last character to the word after it. */
function whiteSpaceEnd(bytes: Uint8Array, start: number, end: number): number {
  const run = runEnd(bytes, start, end, WHITE_SPACE);
  if (run === end) return run;
  let last = run - 1;
  while ((bytes[last]! & 0xc0) === 0x80) last--;
  return last > start ? last : run;
}

function digitsEnd(bytes: Uint8Array, position: number, end: number, maximum: number): number {
  for (let digits = 1; digits < maximum && position < end; digits++) {
    if (classAt(bytes, position) !== NUMBER) break;
    position += utf8Length(bytes[position]!);
  }
  return position;
}

function newlinesEnd(bytes: Uint8Array, position: number, end: number): number {
  while (position < end && isNewline(bytes[position]!)) position++;
  return position;
}

/** The end of the last line break in the white space from `start` on; 0 where it has none. */
function lastNewlineEnd(bytes: Uint8Array, start: number, end: number): number {
  let position = runEnd(bytes, start, end, WHITE_SPACE);
  while (position > start && !isNewline(bytes[position - 1]!)) position--;
  return position > start ? position : 0;
}

function isNewline(byte: number): boolean {
  return byte === LINE_FEED || byte === CARRIAGE_RETURN;
}
