/**
 * From the tokens of a shard to its other files: ids made narrower where fewer bytes are enough,
 * `table`, `unigram`, and the sha256 of each file.
 */
import { createHash } from "node:crypto";
import { existsSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { AppendFile } from "../../base/append-file.ts";
import { hashFile } from "../../base/files.ts";
import {
  type PartKind,
  partName,
  pointerWidthOf,
  type ShardDescription,
  type Tokens,
  type TokenWidth,
} from "./format.ts";
import { encodePointers } from "./pointers.ts";
import { readTokens, readWhole } from "./read-tokens.ts";
import { newTokens } from "./shard-writer.ts";
import { sortInParts } from "./sort-in-parts.ts";
import { mostSortableTokens, sortingBytes, sortSuffixes } from "./suffix-sort.ts";
import { Unigrams } from "./unigrams.ts";

export interface ShardToFinish {
  readonly folder: string;
  readonly shard: number;
  readonly documents: number;
  /** Separators included. */
  readonly tokens: number;
  /** Bytes a token as it was written. */
  readonly writtenWidth: TokenWidth;
  /** Bytes a token as it is to be. */
  readonly width: TokenWidth;
  /** Bytes of memory that may be taken. */
  readonly memory: number;
}

export interface FinishedShard extends ShardDescription {
  /** sha256 of each file by its name. */
  readonly hashes: Readonly<Record<string, string>>;
}

const CHUNK_POSITIONS = 1 << 20;
const NARROW_SUFFIX = ".narrow";

/** Finish one shard; what was finished before is made again, with the same bytes. */
export async function finishShard(task: ShardToFinish): Promise<FinishedShard> {
  const { folder, shard, width, documents } = task;
  const path = (kind: PartKind): string => join(folder, partName(kind, shard));
  narrowShard(task, path);
  const hash = createHash("sha256");
  const tokens = readTokens(path("tokenized"), width, (bytes) => hash.update(bytes));
  const hashes: Record<string, string> = { [partName("tokenized", shard)]: hash.digest("hex") };
  // The original engine reads the ids of this file as characters where tokens are bytes, and ends.
  if (width > 1) {
    const unigrams = new Unigrams(width);
    unigrams.add(tokens);
    await unigrams.write(path("unigram"));
    hashes[partName("unigram", shard)] = await hashFile(path("unigram"));
  }
  const pointerWidth = pointerWidthOf(tokens.byteLength);
  hashes[partName("table", shard)] = writeTable(path("table"), tokens, pointerWidth, task.memory);
  for (const kind of ["offset", "metadata", "metaoff"] as const)
    hashes[partName(kind, shard)] = await hashFile(path(kind));
  return { documents, tokens: tokens.length, pointerWidth, hashes };
}

/** Bytes that sorting all suffixes of a shard at once takes: the tokens, as read and as sorted, and the work. */
export function wholeSortingBytes(tokens: number, width: TokenWidth): number {
  return tokens * width + sortingBytes(tokens, width);
}

/** Sort the suffixes, write their pointers and return the sha256 of the file. The tokens may be destroyed. */
function writeTable(path: string, tokens: Tokens, pointerWidth: number, memory: number): string {
  const width = tokens.BYTES_PER_ELEMENT as TokenWidth;
  const isWhole =
    wholeSortingBytes(tokens.length, width) <= memory && tokens.length <= mostSortableTokens(width);
  const hash = createHash("sha256");
  using file = new AppendFile(path);
  for (const positions of isWhole ? [sortSuffixes(tokens)] : sortInParts(tokens, memory))
    for (let start = 0; start < positions.length; start += CHUNK_POSITIONS) {
      const part = positions.subarray(start, start + CHUNK_POSITIONS);
      const bytes = encodePointers(part, width, pointerWidth);
      hash.update(bytes);
      file.append(bytes);
    }
  file.sync();
  return hash.digest("hex");
}

/** Rewrite tokens and offsets in fewer bytes. Both appear under their names only when both are whole. */
function narrowShard(
  { writtenWidth, width, tokens }: ShardToFinish,
  path: (kind: PartKind) => string,
): void {
  if (writtenWidth === width) return;
  const kinds = ["tokenized", "offset"] as const;
  if (statSync(path("tokenized")).size !== tokens * width) {
    const wide = readTokens(path("tokenized"), writtenWidth);
    const narrow = newTokens(width, wide.length);
    narrow.set(wide); // the separator, all ones, stays all ones
    write(path("tokenized") + NARROW_SUFFIX, new Uint8Array(narrow.buffer as ArrayBuffer));
    const offsets = new BigUint64Array(readWhole(path("offset")).buffer);
    const shrink = BigInt(writtenWidth / width);
    write(
      path("offset") + NARROW_SUFFIX,
      new Uint8Array(offsets.map((offset) => offset / shrink).buffer),
    );
  }
  for (const kind of kinds)
    if (existsSync(path(kind) + NARROW_SUFFIX)) renameSync(path(kind) + NARROW_SUFFIX, path(kind));
}

function write(path: string, bytes: Uint8Array): void {
  using file = new AppendFile(path);
  file.append(bytes);
  file.sync();
}
