/**
 * Byte-level BPE, as GPT-2, GPT-NeoX, OLMo and Llama 3 use it:
 *
 *   text ─ added tokens ─ NFC ─ added tokens of normalized text ─ pretokens ─ bytes ─ merges ─ ids
 *
 * All of it runs over UTF-8 in typed arrays. A pretoken that came before is looked up, which is
 * what makes it fast: text has few distinct words. Lone surrogates become U+FFFD, one unit each.
 */
import { AddedTokens, type AddedToken, type Piece } from "./added-tokens.ts";
import { alignIdentity, composeAligned, sliceAligned, type AlignedText } from "./alignment.ts";
import { grown, hashBytes } from "./byte-strings.ts";
import { utf8Length } from "./character-classes.ts";
import { MergeTable } from "./merge-table.ts";
import { mergeWord } from "./merge-word.ts";
import type { PreTokenizer } from "./pre-tokenizer.ts";
import type { Encoding, Tokenizer, TokenizerIdentity } from "./tokenizer.ts";
import { LONGEST_CACHED_WORD, WordCache } from "./word-cache.ts";

/** All that a byte-level BPE is; made from a tokenizer.json by `parseTokenizer`. */
export interface ByteLevelBpeModel {
  /** Bytes of each id; a hole in the vocabulary is undefined. Added tokens are their UTF-8. */
  readonly tokens: readonly (Uint8Array | undefined)[];
  /** Id of each single byte; −1 for bytes that UTF-8 never has and the vocabulary lacks. */
  readonly byteIds: Int32Array;
  /** Flat: left, right and merged id, by rank. */
  readonly merges: Int32Array;
  /** A pretoken that is a token of the vocabulary is that token, whatever the merges say. */
  readonly ignoreMerges: boolean;
  readonly addedTokens: readonly AddedToken[];
  readonly preTokenizer: PreTokenizer;
  readonly addPrefixSpace: boolean;
  readonly composesUnicode: boolean;
}

/** What a tokenizer's files say besides the vocabulary. */
export interface SpecialIds {
  readonly beginningOfSequence: number | undefined;
  readonly endOfText: number | undefined;
}

export class ByteLevelBpe implements Tokenizer {
  readonly identity: TokenizerIdentity;
  readonly vocabularySize: number;
  readonly beginningOfSequence: number | undefined;
  readonly endOfText: number | undefined;
  readonly #model: ByteLevelBpeModel;
  readonly #merges: MergeTable;
  readonly #rawTokens: AddedTokens;
  readonly #normalizedTokens: AddedTokens;
  readonly #tokenLengths: Int32Array;
  /** Vocabulary by bytes, where merges are to be ignored. */
  readonly #wholeWords: Map<string, number> | undefined;

  readonly #cache = new WordCache();
  #output = new Int32Array(1 << 12);
  #length = 0;
  /** Where in the output added tokens stand, and the byte each ends at: flat pairs. */
  #addedEnds: number[] = [];
  #symbols = new Int32Array(1 << 8);

  constructor(model: ByteLevelBpeModel, identity: TokenizerIdentity, special: SpecialIds) {
    this.identity = identity;
    this.vocabularySize = model.tokens.length;
    this.beginningOfSequence = special.beginningOfSequence;
    this.endOfText = special.endOfText;
    this.#model = model;
    this.#merges = new MergeTable(model.merges);
    this.#rawTokens = new AddedTokens(model.addedTokens.filter((token) => !token.normalized));
    this.#normalizedTokens = new AddedTokens(normalizedTokens(model));
    this.#tokenLengths = Int32Array.from(model.tokens, (token) => token?.length ?? 0);
    this.#wholeWords = model.ignoreMerges ? wordsOf(model.tokens) : undefined;
  }

  encode(text: string): Int32Array {
    if (!this.#isPlain(text)) return this.#encodeAligned(text).ids;
    return this.#encodePlain(encoder.encode(text));
  }

  encodeWithOffsets(text: string): Encoding {
    if (!this.#isPlain(text)) return this.#encodeAligned(text);
    const bytes = encoder.encode(text);
    const ids = this.#encodePlain(bytes);
    return { ids, offsets: unitOffsets(bytes, this.#byteEnds(ids)) };
  }

  decode(ids: ArrayLike<number>): string {
    const pieces = Array.from(ids, (id) => this.#model.tokens[id] ?? new Uint8Array());
    const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
    let at = 0;
    for (const piece of pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    return decoder.decode(bytes);
  }

  /** True where the text is tokenized as it stands: nothing to compose, no space to put in front. */
  #isPlain(text: string): boolean {
    const { addPrefixSpace, composesUnicode } = this.#model;
    if (addPrefixSpace) return false;
    return !composesUnicode || !/[\u0300-\uffff]/.test(text) || text.normalize("NFC") === text;
  }

  #encodePlain(bytes: Uint8Array): Int32Array {
    this.#length = 0;
    this.#addedEnds = [];
    for (const raw of this.#rawTokens.split(bytes, 0, bytes.length)) {
      if (raw.id >= 0) {
        this.#pushAdded(raw);
        continue;
      }
      for (const piece of this.#normalizedTokens.split(bytes, raw.start, raw.end)) {
        if (piece.id >= 0) this.#pushAdded(piece);
        else this.#encodePretokens(bytes, piece.start, piece.end);
      }
    }
    return this.#output.slice(0, this.#length);
  }

  /** The byte each token of `#encodePlain` ends at; each begins where the one before it ends. */
  #byteEnds(ids: Int32Array): Int32Array {
    const ends = new Int32Array(ids.length);
    for (let i = 0, at = 0, added = 0; i < ids.length; i++) {
      const isAdded = this.#addedEnds[added] === i;
      at = isAdded ? this.#addedEnds[added + 1]! : at + this.#tokenLengths[ids[i]!]!;
      if (isAdded) added += 2;
      ends[i] = at;
    }
    return ends;
  }

  #pushAdded({ id, end }: Piece): void {
    this.#addedEnds.push(this.#length, end);
    this.#reserve(1);
    this.#output[this.#length++] = id;
  }

  /** The way for text that changes before it is tokenized: piece by piece, with its origin kept. */
  #encodeAligned(text: string): Encoding {
    const ids: number[] = [];
    const offsets: number[] = [];
    const bytes = encoder.encode(text);
    let from = 0;
    for (const raw of this.#rawTokens.split(bytes, 0, bytes.length)) {
      const piece = decoder.decode(bytes.subarray(raw.start, raw.end));
      if (raw.id >= 0) {
        ids.push(raw.id);
        offsets.push(from, from + piece.length);
      } else {
        const align = this.#model.composesUnicode ? composeAligned : alignIdentity;
        this.#encodeAlignedPiece(align(piece, from), ids, offsets);
      }
      from += piece.length;
    }
    return { ids: Int32Array.from(ids), offsets: Int32Array.from(offsets) };
  }

  #encodeAlignedPiece(aligned: AlignedText, ids: number[], offsets: number[]): void {
    const bytes = encoder.encode(aligned.text);
    let from = 0;
    for (const piece of this.#normalizedTokens.split(bytes, 0, bytes.length)) {
      const to = from + decoder.decode(bytes.subarray(piece.start, piece.end)).length;
      if (piece.id >= 0) {
        ids.push(piece.id);
        offsets.push(aligned.starts[from]!, aligned.ends[to - 1]!);
      } else {
        const hasSpace = !this.#model.addPrefixSpace || aligned.text[from] === " ";
        const part = sliceAligned(aligned, from, to, hasSpace ? "" : " ");
        this.#length = 0;
        this.#addedEnds = [];
        const partBytes = encoder.encode(part.text);
        this.#encodePretokens(partBytes, 0, partBytes.length);
        const partIds = this.#output.slice(0, this.#length);
        const units = unitOffsets(partBytes, this.#byteEnds(partIds));
        for (let i = 0; i < partIds.length; i++) {
          ids.push(partIds[i]!);
          offsets.push(part.starts[units[i * 2]!]!, part.ends[units[i * 2 + 1]! - 1]!);
        }
      }
      from = to;
    }
  }

  #encodePretokens(bytes: Uint8Array, start: number, end: number): void {
    const { preTokenizer } = this.#model;
    for (let at = start; at < end;) {
      const next = preTokenizer(bytes, at, end);
      if (next - at > LONGEST_CACHED_WORD) this.#mergeWord(bytes, at, next);
      else this.#encodeWord(bytes, at, next);
      at = next;
    }
  }

  #encodeWord(bytes: Uint8Array, start: number, end: number): void {
    const hash = hashBytes(bytes, start, end);
    const entry = this.#cache.find(hash, bytes, start, end);
    if (entry === 0) {
      const count = this.#mergeWord(bytes, start, end);
      this.#cache.add(hash, bytes, start, end, this.#symbols, count);
      return;
    }
    const words = this.#cache.words;
    const count = words[entry + 1]! & 0xffff;
    this.#reserve(count);
    const output = this.#output;
    const length = this.#length;
    for (let i = 0; i < count; i++) output[length + i] = words[entry + 2 + i]!;
    this.#length = length + count;
  }

  /** Append the ids of a pretoken that is not cached and return how many there are. */
  #mergeWord(bytes: Uint8Array, start: number, end: number): number {
    const length = this.#merge(bytes, start, end);
    this.#reserve(length);
    this.#output.set(this.#symbols.subarray(0, length), this.#length);
    this.#length += length;
    return length;
  }

  /** Put the ids of one pretoken into #symbols and return how many there are. */
  #merge(bytes: Uint8Array, start: number, end: number): number {
    const whole = this.#wholeWords?.get(latin1(bytes.subarray(start, end)));
    if (end - start > this.#symbols.length) this.#symbols = grown(this.#symbols, end - start);
    const symbols = this.#symbols;
    if (whole !== undefined) {
      symbols[0] = whole;
      return 1;
    }
    for (let i = start; i < end; i++) symbols[i - start] = this.#model.byteIds[bytes[i]!]!;
    return mergeWord(symbols, end - start, this.#merges);
  }

  #reserve(count: number): void {
    if (this.#length + count > this.#output.length)
      this.#output = grown(this.#output, this.#length + count);
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

function normalizedTokens({ addedTokens, composesUnicode }: ByteLevelBpeModel): AddedToken[] {
  const tokens = addedTokens.filter(({ normalized }) => normalized);
  if (!composesUnicode) return tokens;
  return tokens.map((token) => ({ ...token, content: token.content.normalize("NFC") }));
}

function wordsOf(tokens: readonly (Uint8Array | undefined)[]): Map<string, number> {
  const words = new Map<string, number>();
  for (const [id, bytes] of tokens.entries()) if (bytes !== undefined) words.set(latin1(bytes), id);
  return words;
}

/** One character a byte, to serve as the key of a map. */
function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/**
 * Tokens that tile a text's UTF-8, given by the byte each ends at → start and end of each in UTF-16
 * units. A token that ends or begins inside a character spans the whole of it.
 */
function unitOffsets(bytes: Uint8Array, ends: Int32Array): Int32Array {
  const offsets = new Int32Array(ends.length * 2);
  let position = 0;
  let unit = 0;
  let start = 0;
  for (let i = 0; i < ends.length; i++) {
    const end = ends[i]!;
    let units = 0;
    while (position < end) {
      const length = utf8Length(bytes[position]!);
      units = length === 4 ? 2 : 1;
      position += length;
      unit += units;
    }
    offsets[i * 2] = start;
    offsets[i * 2 + 1] = unit;
    if (position === end) start = unit;
    else if (units > 0) start = unit - units;
  }
  return offsets;
}
