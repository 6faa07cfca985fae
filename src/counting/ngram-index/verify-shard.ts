/**
 * Whether the files of a shard are sound and belong together, each read once. Memory holds the tokens
 * and four bytes for each of them where that is allowed, and the file of offsets.
 */
import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { basename } from "node:path";
import { RoteError } from "../../base/errors.ts";
import { ByteSource, NumberFile } from "./byte-source.ts";
import type { ShardPaths } from "./discover.ts";
import { CHECKSUM_FILE, separatorOf, type Tokens, type TokenWidth } from "./format.ts";
import { decodePointers, NO_POSITION } from "./pointers.ts";
import { readWhole, scanFile, tokensOf } from "./read-tokens.ts";
import { findOrderFault, type Positions, positionsInMemory } from "./suffix-order.ts";
import { Unigrams } from "./unigrams.ts";

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

/** Something that is not as it must be. */
export interface Finding {
  /** Name of the file. */
  readonly file: string;
  readonly problem: string;
}

const LF = 0x0a;

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
    if (paths.unigram !== undefined)
      findings.push(...checkUnigrams(paths.unigram, tokens, reads.whole(paths.unigram)));
    findings.push(...checkTable(paths.table, tokens, reads, { tieBytes, memory }));
  }
  return [...reads.findings, ...findings];
}

/** Reads files and, where their sums are known, compares them. */
class HashedReads {
  readonly findings: Finding[] = [];
  readonly #sums: Readonly<Record<string, string>> | undefined;

  constructor(sums: Readonly<Record<string, string>> | undefined) {
    this.#sums = sums;
  }

  whole(path: string): Uint8Array<ArrayBuffer> {
    return this.#hashed(path, (onBytes) => readWhole(path, onBytes));
  }

  scan(path: string, onBytes: (bytes: Uint8Array) => void, chunkBytes?: number): void {
    this.#hashed(path, (hash) => {
      const both = (bytes: Uint8Array): void => {
        hash(bytes);
        onBytes(bytes);
      };
      scanFile(path, both, chunkBytes);
    });
  }

  #hashed<T>(path: string, read: (onBytes: (bytes: Uint8Array) => void) => T): T {
    const expected = this.#sums?.[basename(path)];
    if (expected === undefined) return read(() => undefined);
    const hash = createHash("sha256");
    const result = read((bytes) => hash.update(bytes));
    if (hash.digest("hex") !== expected) this.findings.push(otherSum(basename(path)));
    return result;
  }
}

/** A file whose bytes are not those that were written. */
export function otherSum(file: string): Finding {
  return { file, problem: `has another sha256 than ${CHECKSUM_FILE} says: it was changed` };
}

function checkTokens(path: string, bytes: Uint8Array, width: TokenWidth): Finding[] {
  if (bytes.length === 0) return [found(path, "is empty")];
  if (bytes.length % width === 0) return [];
  const rest = `which are no whole number of tokens of ${width} bytes`;
  return [found(path, `holds ${bytes.length} bytes, ${rest}`)];
}

/** Offsets are the places of the separators, and the first separator stands at 0. */
function checkOffsets(path: string, bytes: Uint8Array<ArrayBuffer>, tokens: Tokens): Finding[] {
  const width = tokens.BYTES_PER_ELEMENT as TokenWidth;
  if (bytes.length % 8 !== 0)
    return [found(path, `holds ${bytes.length} bytes, which are no whole number of offsets of 8`)];
  const offsets = new Uint32Array(bytes.buffer);
  const separator = separatorOf(width);
  if (tokens[0] !== separator)
    return [found(path, "cannot be right: the tokens do not begin with a separator")];
  let document = 0;
  for (let i = 0; i < tokens.length; i++) {
    if (tokens[i] !== separator) continue;
    if (2 * document < offsets.length && placeAt(offsets, document) !== i * width)
      return [
        found(
          path,
          `says that document ${document} begins at byte ${placeAt(offsets, document)}, but its separator stands at ${i * width}`,
        ),
      ];
    document += 1;
  }
  if (document === offsets.length / 2) return [];
  return [found(path, `holds ${offsets.length / 2} offsets for ${document} separators`)];
}

/** `metaoff` holds the places at which the lines of `metadata` begin. */
function checkMetadata(
  metadata: string,
  metaoff: string,
  documents: number,
  reads: HashedReads,
): Finding[] {
  const bytes = reads.whole(metaoff);
  if (bytes.length !== 8 * documents)
    return [found(metaoff, `holds ${bytes.length} bytes for ${documents} documents of 8 each`)];
  const places = new Uint32Array(bytes.buffer);
  let [document, read, lineStart] = [0, 0, 0];
  let wrong: string | undefined;
  reads.scan(metadata, (part) => {
    for (
      let at = part.indexOf(LF);
      at !== -1 && wrong === undefined;
      at = part.indexOf(LF, at + 1)
    ) {
      if (document < documents && placeAt(places, document) !== lineStart)
        wrong = `says that the line of document ${document} begins at byte ${placeAt(places, document)}, but it begins at ${lineStart}`;
      document += 1;
      lineStart = read + at + 1;
    }
    read += part.length;
  });
  if (wrong !== undefined) return [found(metaoff, wrong)];
  if (lineStart !== read) return [found(metadata, "does not end with a line end")];
  if (document === documents) return [];
  return [found(metadata, `holds ${document} lines for ${documents} documents`)];
}

/** Lines are "id count", or the count alone where the number of the line is the id. */
function checkUnigrams(path: string, tokens: Tokens, bytes: Uint8Array<ArrayBuffer>): Finding[] {
  const unigrams = new Unigrams(tokens.BYTES_PER_ELEMENT as TokenWidth);
  unigrams.add(tokens);
  const lines = Buffer.from(bytes.buffer).toString("latin1").split("\n");
  if (lines.at(-1) === "") lines.pop();
  let ids = 0;
  for (const [i, line] of lines.entries()) {
    const [, first = "", second] = /^(\d+)(?: (\d+))?$/.exec(line) ?? [];
    const [id, count] = second === undefined ? [i, Number(first)] : [Number(first), Number(second)];
    if (first === "") return [found(path, `line ${i + 1} is neither "id count" nor a count`)];
    if (unigrams.count(id) !== count)
      return [
        found(
          path,
          `says that id ${id} occurs ${count} times, but it occurs ${unigrams.count(id)} times`,
        ),
      ];
    if (count > 0) ids += 1;
  }
  if (ids === unigrams.size) return [];
  return [found(path, `counts ${ids} ids of the ${unigrams.size} that occur`)];
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

function placeAt(places: Uint32Array, i: number): number {
  return places[2 * i]! + places[2 * i + 1]! * 2 ** 32;
}

function found(path: string, problem: string): Finding {
  return { file: basename(path), problem };
}
