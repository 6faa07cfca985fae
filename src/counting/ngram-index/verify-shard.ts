/**
 * Whether the files of a shard are sound and belong together, each read once. Memory holds the tokens
 * (twice where they have four bytes), four bytes more for each of them where that is allowed, and the
 * file of offsets.
 */
import { statSync } from "node:fs";
import { RoteError } from "../../base/errors.ts";
import { ByteSource, NumberFile } from "./byte-source.ts";
import { checkOffsets, checkMetadata } from "./check-documents.ts";
import { checkUnigrams } from "./check-unigrams.ts";
import type { ShardPaths } from "./discover.ts";
import type { Tokens, TokenWidth } from "./format.ts";
import { type Finding, found, HashedReads } from "./hashed-reads.ts";
import { decodePointers, NO_POSITION } from "./pointers.ts";
import { tokensOf } from "./read-tokens.ts";
import { findOrderFault, type Positions, positionsInMemory } from "./suffix-order.ts";

export interface ShardToVerify {
  readonly paths: ShardPaths;
  readonly width: TokenWidth;
  /** Bytes beyond which equal suffixes may stand in any order; absent: they may not. */
  readonly tieBytes?: number;
  /** Bytes of memory that the table may take besides the tokens; a larger one stays in its file. */
  readonly memory: number;
  /** sha256 of files by name, where the index has sums. */
  readonly sums?: Readonly<Record<string, string>>;
}

/** Everything wrong with a shard; nothing where it is sound. */
export function verifyShard({ paths, width, tieBytes, memory, sums }: ShardToVerify): Finding[] {
  const reads = new HashedReads(sums);
  const bytes = reads.whole(paths.tokenized);
  const findings = [...checkTokens(paths.tokenized, bytes, width)];
  if (findings.length === 0) {
    const tokens = tokensOf(bytes, width);
    const offsets = reads.whole(paths.offset);
    findings.push(...checkOffsets(paths.offset, offsets, tokens));
    if (paths.metadata !== undefined && paths.metaoff !== undefined)
      findings.push(...checkMetadata(paths.metadata, paths.metaoff, offsets.length / 8, reads));
    if (paths.unigram !== undefined) findings.push(...checkUnigrams(paths.unigram, tokens, reads));
    findings.push(...checkTable(paths.table, tokens, reads, { tieBytes, memory }));
  }
  return [...reads.findings, ...findings];
}

function checkTokens(path: string, bytes: Uint8Array, width: TokenWidth): Finding[] {
  if (bytes.length === 0) return [found(path, "is empty")];
  if (bytes.length % width === 0) return [];
  const rest = `which are no whole number of tokens of ${width} bytes`;
  return [found(path, `holds ${bytes.length} bytes, ${rest}`)];
}

function checkTable(
  path: string,
  tokens: Tokens,
  reads: HashedReads,
  { tieBytes, memory }: { readonly tieBytes: number | undefined; readonly memory: number },
): Finding[] {
  const { length, BYTES_PER_ELEMENT: width } = tokens;
  const positions = openPositions(path, tokens, reads, memory);
  if (typeof positions === "string") return [found(path, positions)];
  using _open = positions;
  const fault = findOrderFault(
    tokens,
    positions,
    tieBytes === undefined ? {} : { tie: Math.ceil(tieBytes / width) },
  );
  if (fault === undefined) return [];
  const { rank, position, expected } = fault;
  const problem =
    position >= length
      ? `points outside of the tokens at rank ${rank}`
      : Number.isNaN(expected)
        ? `points to byte ${position * width} more than once, again at rank ${rank}`
        : `points to byte ${position * width} at rank ${rank}, where the order of suffixes has byte ${expected * width}`;
  return [found(path, `${problem}: it is not the suffix array of its tokens`)];
}

/** The positions a table points to, or why there are none. */
function openPositions(
  path: string,
  { length, BYTES_PER_ELEMENT: width }: Tokens,
  reads: HashedReads,
  memory: number,
): Positions | string {
  if (length >= NO_POSITION)
    throw new RoteError(
      "count/limit",
      `${path} belongs to ${length} tokens; at most ${NO_POSITION - 1} a shard can be verified`,
      { path, tokens: length },
    );
  const { size } = statSync(path);
  const pointerWidth = size / length;
  if (!Number.isInteger(pointerWidth) || pointerWidth < 1 || pointerWidth > 8)
    return `holds ${size} bytes, which are no whole number of bytes, 1 to 8, for each of ${length} tokens`;
  if (4 * length > memory) {
    reads.scan(path, () => undefined);
    return positionsInFile(path, width, pointerWidth, memory);
  }
  const positions = new Uint32Array(length);
  let rank = 0;
  reads.scan(
    path,
    (bytes) => {
      decodePointers(bytes, width, pointerWidth, positions, rank);
      rank += bytes.length / pointerWidth;
    },
    pointerWidth << 20,
  );
  return positionsInMemory(positions);
}

/** Positions read from their file through a cache. */
function positionsInFile(
  path: string,
  width: number,
  pointerWidth: number,
  memory: number,
): Positions {
  const pointers = new NumberFile(new ByteSource(path), pointerWidth, memory);
  return {
    length: pointers.length,
    at(rank) {
      const position = pointers.at(rank) / width;
      return Number.isInteger(position) && position < NO_POSITION ? position : NO_POSITION;
    },
    [Symbol.dispose]() {
      pointers[Symbol.dispose]();
    },
  };
}
