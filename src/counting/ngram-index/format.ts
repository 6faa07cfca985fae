/**
 * The files of an n-gram index: those of infini-gram, byte for byte, and what Rote puts beside them.
 *
 *   tokenized  W bytes a token, little-endian: before each document a separator (all ones), then its ids
 *   table      k bytes a pointer: the byte offset in `tokenized` of every suffix, in the order of the
 *              suffixes' bytes as they stand (memcmp, not the order of the ids); a suffix that ends early is first
 *   offset     8 bytes a document: the byte offset in `tokenized` of its separator
 *   metadata   a line a document: {"path", "linenum" from 0, "metadata"}; metaoff: 8 bytes a document, where its line begins
 *   unigram    a line a token id that occurs: the id and how often, the separator's own included
 *
 * Versions 4 and 5 put `.SHARD` behind each name; version 6 has one shard a directory and no suffix.
 * docs/formats.md says the same at length.
 */
import { isRecord } from "../../base/json.ts";
import { RoteError } from "../../base/errors.ts";
import type { Provenance } from "../../base/provenance.ts";

/** Unsigned numbers of 8, 16 or 32 bits. */
export type TokenType = "u8" | "u16" | "u32";

/** Tokens as they stand in the file. */
export type Tokens = Uint8Array | Uint16Array | Uint32Array;

/** Bytes a token: W. */
export type TokenWidth = 1 | 2 | 4;

export const tokenWidths: Readonly<Record<TokenType, TokenWidth>> = { u8: 1, u16: 2, u32: 4 };

/** The token that stands before each document: all ones. */
export function separatorOf(width: TokenWidth): number {
  return 2 ** (8 * width) - 1;
}

/** Infini-gram's own files, of which a shard has one each; the last three may be missing. */
export const partKinds = [
  "tokenized",
  "table",
  "offset",
  "metadata",
  "metaoff",
  "unigram",
] as const;
export type PartKind = (typeof partKinds)[number];

/** Name of a shard's file; without a shard, as version 6 has it. */
export function partName(kind: PartKind, shard?: number): string {
  return shard === undefined ? kind : `${kind}.${shard}`;
}

/** What Rote puts beside infini-gram's files. */
export const DESCRIPTION_FILE = "rote-index.json";
/** sha256 of every other file, as coreutils' sha256sum writes and reads it. */
export const CHECKSUM_FILE = "SHA256SUMS";
/** The words of an index under a text policy, a line each, in the order of their ids. */
export const WORDS_FILE = "words.txt";
/** A copy of the tokenizer and, where there is one, of what stands beside it about special tokens. */
export const TOKENIZER_FILE = "tokenizer.json";
export const TOKENIZER_CONFIG_FILE = "tokenizer_config.json";

/** Put behind the name of an index that is being built. */
export const UNFINISHED_SUFFIX = ".unfinished";
/** Stands in an index that is being built, and in no other: how far it is. */
export const BUILD_STATE_FILE = "rote-build.json";

export const FORMAT_VERSION = 1;

/** Fewest bytes that hold the offset of any token of a file: k. */
export function pointerWidthOf(tokenizedBytes: number): number {
  let width = 1;
  while (2 ** (8 * width) < tokenizedBytes) width += 1;
  return width;
}

/** What turned text into ids. */
export interface IndexTokenizer {
  /** "bytes": UTF-8; "words": words of a text policy, listed in `words.txt`; "file": a tokenizer.json. */
  readonly kind: "bytes" | "words" | "file";
  readonly name: string;
  readonly vocabularySize: number;
  /** sha256 of tokenizer.json or words.txt; null for bytes. */
  readonly sha256: string | null;
}

/** The sizes of a shard. */
export interface ShardDescription {
  readonly documents: number;
  /** Separators included, one a document. */
  readonly tokens: number;
  readonly pointerWidth: number;
}

/** What was indexed: of the corpus a count belongs to. */
export interface IndexedCorpus {
  readonly name: string;
  readonly files: number;
  readonly bytes: number;
  /** sha256 over the sha256 of each 16 MiB block of each file as stored, in file order. */
  readonly sha256: string;
  /** What paths of `metadata` are relative to, as typed; "" or ends with "/". */
  readonly folder: string;
  /** Where the text of a record stood; absent where an earlier version or token files made the index. */
  readonly field?: string;
  /** The same folder as seen from the folder of the index. */
  readonly fromIndex?: string;
  /** Whether plain text was read a line a document. */
  readonly lines: boolean;
  readonly replacedCharacters: number;
  readonly skipped: number;
}

/** What an index says of itself: `rote-index.json`. */
export interface IndexDescription {
  readonly format: typeof FORMAT_VERSION;
  readonly tokenType: TokenType;
  readonly tokenWidth: TokenWidth;
  /** Widest of the shards. */
  readonly pointerWidth: number;
  /** Null where token files were indexed and nobody said what made them. */
  readonly tokenizer: IndexTokenizer | null;
  /** The id under which a distribution over next tokens reports the end of a document. */
  readonly endOfDocument: number;
  /** Name and version of the text policy that made the words; null where ids are not words. */
  readonly policy: string | null;
  readonly documents: number;
  /** Separators included, one a document. */
  readonly tokens: number;
  /** Document i of the corpus is document floor(i / shards) of shard i mod shards. */
  readonly shards: readonly ShardDescription[];
  readonly corpus: IndexedCorpus;
  readonly provenance: Provenance;
}

/** Check a parsed `rote-index.json` as far as readers rely on it. */
export function parseDescription(value: unknown, path: string): IndexDescription {
  if (!isRecord(value)) throw malformed(path, "holds no JSON object");
  const { format, tokenType, endOfDocument, shards, policy, tokenizer, corpus } = value;
  if (format !== FORMAT_VERSION)
    throw malformed(
      path,
      `has format ${JSON.stringify(format)}; this version of Rote reads ${FORMAT_VERSION}`,
    );
  const isSound =
    (tokenType === "u8" || tokenType === "u16" || tokenType === "u32") &&
    value.tokenWidth === tokenWidths[tokenType] &&
    isCount(endOfDocument) &&
    isCount(value.documents) &&
    isCount(value.tokens) &&
    (policy === null || typeof policy === "string") &&
    (tokenizer === null || isTokenizer(tokenizer)) &&
    isRecord(corpus) &&
    Array.isArray(shards) &&
    shards.every(isShard);
  if (!isSound) throw malformed(path, "lacks what Rote writes there");
  return value as unknown as IndexDescription;
}

function isTokenizer(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value.name === "string" &&
    (value.kind === "bytes" || value.kind === "words" || value.kind === "file")
  );
}

function isShard(value: unknown): boolean {
  return (
    isRecord(value) &&
    isCount(value.documents) &&
    isCount(value.tokens) &&
    isCount(value.pointerWidth)
  );
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function malformed(path: string, why: string): RoteError {
  return new RoteError("index/malformed", `${path} ${why}; build the index again`, { path });
}
