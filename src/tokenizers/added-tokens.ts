/**
 * Added tokens: strings cut out of a text before anything else looks at it, leftmost first and the
 * longest of those that begin at one place. A trie over UTF-8 finds them in one pass.
 */
import { grown } from "./byte-strings.ts";
import { classOf, LETTER, NUMBER, WHITE_SPACE } from "./character-classes.ts";

/** One entry of `added_tokens` in a tokenizer.json. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  /** Left out of decoded text where a reader wants none of them; a mark, not a piece of language. */
  readonly special: boolean;
  /** Found in the normalized text rather than in the text as given. */
  readonly normalized: boolean;
  /** Swallows the white space before it, after it. */
  readonly leftStrip: boolean;
  readonly rightStrip: boolean;
  /** Only where neither neighbour is a word character. */
  readonly singleWord: boolean;
}

/** A stretch of bytes: an added token, or what lies between two (id −1). Never empty. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly id: number;
}

export class AddedTokens {
  readonly #tokens: readonly AddedToken[];
  /** Node × 256 + byte → next node; 0 = none. */
  #edges = new Int32Array(256);
  /** Node → 1 + the index of the token that ends there. */
  #ends = new Int32Array(1);
  #nodes = 1;

  constructor(tokens: readonly AddedToken[]) {
    this.#tokens = tokens.filter(({ content }) => content !== "");
    const encoder = new TextEncoder();
    for (const [index, { content }] of this.#tokens.entries())
      this.#insert(encoder.encode(content), index);
  }

  /** The added tokens in bytes[start..end) and the stretches between them, in order. */
  split(bytes: Uint8Array, start: number, end: number): readonly Piece[] {
    if (start === end) return [];
    const pieces: Piece[] = [];
    let from = start;
    for (let at = this.#tokens.length === 0 ? end : start; at < end;) {
      const match = this.#mayBegin(bytes, at, end) ? this.#matchAt(bytes, at, end) : undefined;
      if (match === undefined) {
        at++;
        continue;
      }
      at += match.length;
      const token = this.#tokens[match.index]!;
      const found = extent(token, bytes, { start, from, end, at: at - match.length, to: at });
      if (found === undefined) continue;
      if (from < found.start) pieces.push({ start: from, end: found.start, id: -1 });
      pieces.push(found);
      from = at = found.end;
    }
    if (from < end) pieces.push({ start: from, end, id: -1 });
    return pieces;
  }

  /** Whether the first two bytes are those of a token: almost always no, and quickly said. */
  #mayBegin(bytes: Uint8Array, at: number, end: number): boolean {
    const node = this.#edges[bytes[at]!]!;
    if (node === 0) return false;
    return (
      this.#ends[node] !== 0 || (at + 1 < end && this.#edges[node * 256 + bytes[at + 1]!] !== 0)
    );
  }

  #matchAt(
    bytes: Uint8Array,
    at: number,
    end: number,
  ): { index: number; length: number } | undefined {
    let found: { index: number; length: number } | undefined;
    let node = 0;
    for (let i = at; i < end; i++) {
      node = this.#edges[node * 256 + bytes[i]!]!;
      if (node === 0) break;
      const last = this.#ends[node]!;
      if (last !== 0) found = { index: last - 1, length: i + 1 - at };
    }
    return found;
  }

  #insert(content: Uint8Array, index: number): void {
    let node = 0;
    for (const byte of content) {
      const edge = node * 256 + byte;
      if (this.#edges[edge] === 0) {
        const added = this.#nodes++;
        if (this.#nodes * 256 > this.#edges.length)
          this.#edges = grown(this.#edges, this.#nodes * 256);
        if (this.#nodes > this.#ends.length) this.#ends = grown(this.#ends, this.#nodes);
        this.#edges[edge] = added;
      }
      node = this.#edges[edge]!;
    }
    this.#ends[node] = index + 1;
  }
}

interface Match {
  /** The text is bytes[start..end); what lies before `from` is cut already; the match is at..to. */
  readonly start: number;
  readonly from: number;
  readonly end: number;
  readonly at: number;
  readonly to: number;
}

/** The token's place with the white space it swallows, or undefined where its rule forbids it. */
function extent(token: AddedToken, bytes: Uint8Array, match: Match): Piece | undefined {
  const { id, leftStrip, rightStrip, singleWord } = token;
  const { start, from, end, at, to } = match;
  if (!leftStrip && !rightStrip && !singleWord) return { start: at, end: to, id };
  const before = decodeUtf8(bytes.subarray(start, at));
  const after = decodeUtf8(bytes.subarray(to, end));
  if (singleWord && (isWord(lastCharacter(before)) || isWord(after.codePointAt(0))))
    return undefined;
  const left = leftStrip ? utf8ByteLength(/\p{White_Space}*$/u.exec(before)![0]) : 0;
  const right = rightStrip ? utf8ByteLength(/^\p{White_Space}*/u.exec(after)![0]) : 0;
  return { start: Math.max(from, at - left), end: to + right, id };
}

/** Letters, marks, digits and connectors, as `\w` of a Unicode regular expression. */
function isWord(codePoint: number | undefined): boolean {
  if (codePoint === undefined) return false;
  const kind = classOf(codePoint);
  if (kind === LETTER) return true;
  if (kind === WHITE_SPACE) return false;
  const character = String.fromCodePoint(codePoint);
  return kind === NUMBER
    ? /\p{Nd}/u.test(character)
    : /[\p{M}\p{Pc}\p{Join_Control}]/u.test(character);
}

function lastCharacter(text: string): number | undefined {
  return Array.from(text.slice(-2)).at(-1)?.codePointAt(0);
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const decodeUtf8 = (bytes: Uint8Array): string => decoder.decode(bytes);
const utf8ByteLength = (text: string): number => new TextEncoder().encode(text).length;
