/**
 * Added tokens: strings cut out of a text before anything else looks at it, leftmost first and the
 * longest of those that begin at one place. A trie over UTF-8 finds them in one pass.
 *
 * White space that a token swallows may hold further tokens. As in the reference these are found
 * nevertheless, so that pieces can overlap.
 */
import type { BytePrefix } from "./bpe-kernel.ts";
import { grown } from "./byte-strings.ts";
import { characterBefore, codePointAt, utf8Length } from "./character-classes.ts";
import { isWhiteSpace, isWordCharacter } from "./unicode-16.ts";

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

  /** First bytes of which every token begins with one; where two tell too little, none is left out. */
  prefixes(most: number): readonly BytePrefix[] | undefined {
    const encoder = new TextEncoder();
    const contents = this.#tokens.map(({ content }) => encoder.encode(content));
    for (const length of [2, 1]) {
      const distinct = new Map(
        contents.map((bytes) => {
          const [first, second] = bytes.subarray(0, length);
          return [`${first} ${second}`, { first: first!, second }];
        }),
      );
      if (distinct.size <= most) return [...distinct.values()];
    }
    return undefined;
  }

  /**
   * The added tokens in bytes[start..end) and the stretches between them, in order. `search` says
   * where a token may begin at the earliest.
   */
  split(
    bytes: Uint8Array,
    start: number,
    end: number,
    search: (start: number, end: number) => number = (at) => at,
  ): readonly Piece[] {
    if (start === end) return [];
    const pieces: Piece[] = [];
    let from = start;
    for (let at = this.#tokens.length === 0 ? end : start; ;) {
      at = search(at, end);
      if (at >= end) break;
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
      from = found.end;
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
  let { at: start, to: end } = match;
  if (token.singleWord) {
    if (start > match.start && isWordCharacter(codePointAt(bytes, characterBefore(bytes, start))))
      return undefined;
    if (end < match.end && isWordCharacter(codePointAt(bytes, end))) return undefined;
  }
  if (token.leftStrip) {
    while (start > match.from) {
      const before = characterBefore(bytes, start);
      if (!isWhiteSpace(codePointAt(bytes, before))) break;
      start = before;
    }
  }
  if (token.rightStrip)
    while (end < match.end && isWhiteSpace(codePointAt(bytes, end))) end += utf8Length(bytes[end]!);
  return { start, end, id: token.id };
}
