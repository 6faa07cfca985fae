/** A stream of ids to documents: cut where ids say so, at given places, or every so many ids. */
import type { Tokens, TokenWidth } from "./format.ts";
import { newTokens } from "./shard-writer.ts";
import type { Numbers } from "./token-arrays.ts";

export interface CutOptions {
  readonly width: TokenWidth;
  /** Ends a document and belongs to none. */
  readonly endId?: number | undefined;
  /** Every so many ids are a document; the last one of a file may be shorter. */
  readonly rowLength?: number | undefined;
  /** Where documents end, in ids from the beginning of the file. */
  readonly documentEnds?: Float64Array | undefined;
}

/** Cuts one file. Memory holds what was not taken yet. */
export class DocumentCutter {
  readonly #endId: number;
  readonly #rowLength: number | undefined;
  readonly #documentEnds: Float64Array | undefined;
  #tokens: Tokens;
  #length = 0;
  #ends: number[] = [];
  /** Ids read from the file. */
  #read = 0;
  #nextEnd: number;
  #documents = 0;
  /** Whether ids were read since the last document ended. */
  #isOpen = false;

  constructor({ width, endId = -1, rowLength, documentEnds }: CutOptions) {
    this.#endId = endId;
    this.#rowLength = rowLength;
    this.#documentEnds = documentEnds;
    this.#tokens = newTokens(width, 1 << 16);
    this.#nextEnd =
      documentEnds === undefined ? (rowLength ?? Infinity) : (documentEnds[0] ?? Infinity);
    this.#endEmpty();
  }

  push(ids: Numbers): void {
    const room = this.#length + ids.length;
    if (room > this.#tokens.length) {
      const larger = newTokens(this.#tokens.BYTES_PER_ELEMENT as TokenWidth, 2 * room);
      larger.set(this.#tokens.subarray(0, this.#length));
      this.#tokens = larger;
    }
    for (const id of ids) {
      this.#read += 1;
      this.#isOpen = id !== this.#endId;
      if (this.#isOpen) this.#tokens[this.#length++] = id;
      else this.#ends.push(this.#length);
      if (this.#read === this.#nextEnd) this.#endGiven();
    }
  }

  /** The file is at its end: what is left is a document. */
  finish(): void {
    if (this.#isOpen) this.#ends.push(this.#length);
    this.#isOpen = false;
  }

  /** The whole documents so far. What they share memory with is not used again. */
  take(): { readonly tokens: Tokens; readonly ends: readonly number[] } {
    const ends = this.#ends;
    const end = ends.at(-1) ?? 0;
    const tokens = this.#tokens.slice(0, end);
    this.#tokens.copyWithin(0, end, this.#length);
    this.#length -= end;
    this.#ends = [];
    return { tokens, ends };
  }

  /** A place was reached at which a document ends, unless an id has just ended it. */
  #endGiven(): void {
    if (this.#isOpen) this.#ends.push(this.#length);
    this.#isOpen = false;
    if (this.#documentEnds === undefined) this.#nextEnd += this.#rowLength ?? Infinity;
    else {
      this.#documents += 1;
      this.#nextEnd = this.#documentEnds[this.#documents] ?? Infinity;
      this.#endEmpty();
    }
  }

  /** Documents without ids end where the one before them does. */
  #endEmpty(): void {
    while (this.#documentEnds !== undefined && this.#nextEnd === this.#read) {
      this.#ends.push(this.#length);
      this.#documents += 1;
      this.#nextEnd = this.#documentEnds[this.#documents] ?? Infinity;
    }
  }
}
