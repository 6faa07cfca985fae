/** Whether a text that was found within tokens has other parts of words beside it. */
import { properties, WORD } from "../../text/unicode.ts";
import { separatorOf } from "./format.ts";
import type { Shard } from "./shard.ts";
import type { TokenSpellings } from "./token-spellings.ts";

/** On which sides of a text no letter, mark or digit may stand: where it begins or ends with one itself. */
export interface Boundary {
  readonly before: boolean;
  readonly after: boolean;
}

/** What is needed to look at the neighbours of a text. */
export interface WholeWords {
  readonly spellings: TokenSpellings;
  readonly boundary: Boundary;
}

/** A text within tokens. */
interface Spelled {
  readonly tokens: Uint32Array;
  readonly before: number;
  readonly after: number;
}

/** The sides of a text that must be looked at; none where tokens are words. */
export function boundaryOf(
  text: string,
  { isWhole }: TokenSpellings,
  wholeWords: boolean,
): Boundary {
  const characters = Array.from(text);
  const isAsked = wholeWords && !isWhole;
  return {
    before: isAsked && isWordCharacter(characters[0]),
    after: isAsked && isWordCharacter(characters.at(-1)),
  };
}

/** Whether the tokens alone say that the text stands for itself, or that it does not; undefined where they leave it open. */
export function isBoundaryInside(
  { tokens, before, after }: Spelled,
  spellings: TokenSpellings,
  boundary: Boundary,
): boolean | undefined {
  const last = spellings.bytes(tokens.at(-1)!);
  const sides = [
    boundary.before ? isWordBefore(spellings.bytes(tokens[0]!).subarray(0, before)) : false,
    boundary.after ? isWordBehind(last.subarray(last.length - after)) : false,
  ];
  if (sides.includes(true)) return false;
  return sides.includes(undefined) ? undefined : true;
}

/** Whether an occurrence stands for itself. `position` is where its tokens begin in the shard. */
export function isWholeAt(
  shard: Shard,
  { position, reversed }: { readonly position: number; readonly reversed: boolean },
  { tokens, before, after }: Spelled,
  { spellings, boundary }: WholeWords,
): boolean {
  const [first, behind] = [position - 1, position + tokens.length];
  if (boundary.before) {
    const [from, step] = reversed ? [behind, 1] : [first, -1];
    let bytes = spellings.bytes(tokens[0]!).subarray(0, before);
    for (const token of tokensFrom(shard, from, step)) {
      if (isWordBefore(bytes) !== undefined) break;
      bytes = Buffer.concat([spellings.bytes(token), bytes]);
    }
    if (isWordBefore(bytes) === true) return false;
  }
  if (!boundary.after) return true;
  const [from, step] = reversed ? [first, -1] : [behind, 1];
  const last = spellings.bytes(tokens.at(-1)!);
  let bytes = last.subarray(last.length - after);
  for (const token of tokensFrom(shard, from, step)) {
    if (isWordBehind(bytes) !== undefined) break;
    bytes = Buffer.concat([bytes, spellings.bytes(token)]);
  }
  return isWordBehind(bytes) !== true;
}

/** Whether the text at [start, end) of bytes stands for itself. */
export function isWholeIn(
  bytes: Uint8Array,
  start: number,
  end: number,
  { before, after }: Boundary,
): boolean {
  if (before && isWordBefore(bytes.subarray(0, start)) === true) return false;
  return !after || isWordBehind(bytes.subarray(end)) !== true;
}

/** Tokens of the document in one direction, up to its end. */
function* tokensFrom(shard: Shard, from: number, step: number): Generator<number> {
  const separator = separatorOf(shard.tokenWidth);
  for (let at = from; at >= 0 && at < shard.tokenCount; at += step) {
    const token = shard.tokenAt(at);
    if (token === separator) return;
    yield token;
  }
}

/** Whether bytes end with a word's character; undefined where they hold no whole one. */
function isWordBefore(bytes: Uint8Array): boolean | undefined {
  let start = bytes.length - 1;
  while (start >= 0 && (bytes[start]! & 0xc0) === 0x80 && bytes.length - start < 4) start -= 1;
  return start < 0 ? undefined : isWordBytes(bytes.subarray(start));
}

/** Whether bytes begin with a word's character; undefined where they hold no whole one. */
function isWordBehind(bytes: Uint8Array): boolean | undefined {
  const [first] = bytes;
  if (first === undefined) return undefined;
  const length = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  return bytes.length < length ? undefined : isWordBytes(bytes.subarray(0, length));
}

function isWordBytes(bytes: Uint8Array): boolean {
  return isWordCharacter(decoder.decode(bytes));
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

function isWordCharacter(character: string | undefined): boolean {
  const codePoint = character?.codePointAt(0);
  return codePoint !== undefined && (properties[codePoint]! & WORD) !== 0;
}
