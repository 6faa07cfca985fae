/**
 * Byte-level BPE, as GPT-2, GPT-NeoX, OLMo, Llama 3 and Qwen use it:
 *
 *   text ─ added tokens ─ NFC ─ added tokens of normalized text ─ pretokens ─ bytes ─ merges ─ ids
 *
 * All of it runs over UTF-8. A pretoken that came before is looked up, which is what makes it fast:
 * text has few distinct words. Lone surrogates become U+FFFD, one unit each.
 */
import { AddedTokens, type AddedToken, type Piece } from "./added-tokens.ts";
import { alignIdentity, composeAligned, sliceAligned, type AlignedText } from "./alignment.ts";
import { BpeKernel, type MergedWord } from "./bpe-kernel.ts";
import { grown } from "./byte-strings.ts";
import { utf8Length } from "./character-classes.ts";
import { MergeTable } from "./merge-table.ts";
import { mergeWord } from "./merge-word.ts";
import type { PreTokenizerRules } from "./split-rules.ts";
import type { Encoding, Tokenizer, TokenizerIdentity } from "./tokenizer.ts";

/** All that a byte-level BPE is; made from a tokenizer.json by `parseTokenizer`. */
export interface ByteLevelBpeModel extends PreTokenizerRules {
  /** Bytes of each id; a hole in the vocabulary is undefined. Added tokens are their UTF-8. */
  readonly tokens: readonly (Uint8Array | undefined)[];
  /** Id of each single byte; −1 for bytes that UTF-8 never has and the vocabulary lacks. */
  readonly byteIds: Int32Array;
  /** Flat: left, right and merged id, by rank. */
  readonly merges: Int32Array;
  /** A pretoken that is a token of the vocabulary is that token, whatever the merges say. */
  readonly ignoreMerges: boolean;
  readonly addedTokens: readonly AddedToken[];
  readonly composesUnicode: boolean;
}

/** What a tokenizer's files say besides the vocabulary. */
export interface SpecialIds {
  readonly beginningOfSequence: number | undefined;
  readonly endOfText: number | undefined;
}

type Search = (start: number, end: number) => number;

/** With more beginnings of added tokens than this, looking at every byte is as fast. */
const MOST_PREFIXES = 8;

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
  readonly #kernel: BpeKernel;
  /** Where added tokens may begin in the kernel's input. */
  readonly #searchRaw: Search | undefined;
  readonly #searchNormalized: Search | undefined;
  /** Where in the output added tokens stand, and the byte each ends at: flat pairs. */
  #addedEnds: number[] = [];
  /** Whether one of them begins before the end of what stands before it. */
  #hasOverlap = false;
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
    this.#kernel = new BpeKernel(model.rules, (bytes, start, end) =>
      this.#merge(bytes, start, end),
    );
    this.#searchRaw = this.#searchFor(this.#rawTokens);
    this.#searchNormalized = this.#searchFor(this.#normalizedTokens);
  }

  encode(text: string): Int32Array {
    if (!this.#isPlain(text)) return this.#encodeAligned(text).ids;
    this.#encodePlain(text);
    return this.#kernel.take();
  }

  encodeWithOffsets(text: string): Encoding {
    if (!this.#isPlain(text)) return this.#encodeAligned(text);
    const bytes = this.#encodePlain(text);
    const ids = this.#kernel.take();
    if (this.#hasOverlap) return this.#encodeAligned(text);
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

  /** Put the ids of a text into the kernel; returns its UTF-8, which the next text overwrites. */
  #encodePlain(text: string): Uint8Array {
    const bytes = this.#write(text);
    this.#addedEnds = [];
    this.#hasOverlap = false;
    for (const raw of this.#rawTokens.split(bytes, 0, bytes.length, this.#searchRaw)) {
      if (raw.id >= 0) {
        this.#pushAdded(raw);
        continue;
      }
      const { start, end } = raw;
      for (const piece of this.#normalizedTokens.split(bytes, start, end, this.#searchNormalized)) {
        if (piece.id >= 0) this.#pushAdded(piece);
        else this.#kernel.encode(piece.start, piece.end);
      }
    }
    return bytes;
  }

  #searchFor(tokens: AddedTokens): Search | undefined {
    const prefixes = tokens.prefixes(MOST_PREFIXES);
    return prefixes && this.#kernel.prefixSearch(prefixes);
  }

  #write(text: string): Uint8Array {
    const input = this.#kernel.input(text.length * 3);
    return input.subarray(0, encoder.encodeInto(text, input).written);
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

  #pushAdded({ id, start, end }: Piece): void {
    if (start < (this.#addedEnds.at(-1) ?? 0)) this.#hasOverlap = true;
    this.#addedEnds.push(this.#kernel.length, end);
    this.#kernel.push(id);
  }

  /** The way for text that changes before it is tokenized: piece by piece, with its origin kept. */
  #encodeAligned(text: string): Encoding {
    const ids: number[] = [];
    const offsets: number[] = [];
    const bytes = encoder.encode(text);
    const units = unitsOfBytes(bytes);
    for (const { id, start, end } of this.#rawTokens.split(bytes, 0, bytes.length)) {
      const [from, to] = [units[start]!, units[end]!];
      if (id >= 0) {
        ids.push(id);
        offsets.push(from, to);
      } else {
        const align = this.#model.composesUnicode ? composeAligned : alignIdentity;
        this.#encodeAlignedPiece(align(text.slice(from, to), from), ids, offsets);
      }
    }
    return { ids: Int32Array.from(ids), offsets: Int32Array.from(offsets) };
  }

  #encodeAlignedPiece(aligned: AlignedText, ids: number[], offsets: number[]): void {
    const bytes = encoder.encode(aligned.text);
    const units = unitsOfBytes(bytes);
    for (const { id, start, end } of this.#normalizedTokens.split(bytes, 0, bytes.length)) {
      const [from, to] = [units[start]!, units[end]!];
      if (id >= 0) {
        ids.push(id);
        offsets.push(aligned.starts[from]!, aligned.ends[to - 1]!);
      } else {
        const hasSpace = !this.#model.addPrefixSpace || aligned.text[from] === " ";
        this.#encodeAlignedPart(sliceAligned(aligned, from, to, hasSpace ? "" : " "), ids, offsets);
      }
    }
  }

  #encodeAlignedPart(part: AlignedText, ids: number[], offsets: number[]): void {
    const bytes = this.#write(part.text);
    this.#addedEnds = [];
    this.#kernel.encode(0, bytes.length);
    const partIds = this.#kernel.take();
    const units = unitOffsets(bytes, this.#byteEnds(partIds));
    for (let i = 0; i < partIds.length; i++) {
      ids.push(partIds[i]!);
      offsets.push(part.starts[units[i * 2]!]!, part.ends[units[i * 2 + 1]! - 1]!);
    }
  }

  /** The ids of one pretoken. */
  #merge(bytes: Uint8Array, start: number, end: number): MergedWord {
    const whole = this.#wholeWords?.get(latin1(bytes.subarray(start, end)));
    if (end - start > this.#symbols.length) this.#symbols = grown(this.#symbols, end - start);
    const symbols = this.#symbols;
    if (whole !== undefined) {
      symbols[0] = whole;
      return { symbols, count: 1 };
    }
    for (let i = start; i < end; i++) symbols[i - start] = this.#model.byteIds[bytes[i]!]!;
    return { symbols, count: mergeWord(symbols, end - start, this.#merges) };
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

/** The UTF-16 unit at which the character that a byte belongs to begins; the text's length at its end. */
function unitsOfBytes(bytes: Uint8Array): Int32Array {
  const units = new Int32Array(bytes.length + 1);
  let unit = 0;
  for (let at = 0; at < bytes.length;) {
    const length = utf8Length(bytes[at]!);
    units.fill(unit, at, at + length);
    at += length;
    unit += length === 4 ? 2 : 1;
  }
  units[bytes.length] = unit;
  return units;
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
