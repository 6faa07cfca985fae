/**
 * Files of token ids as models are trained on:
 *
 *   NumPy     .npy: a header in Python's notation, then the numbers; in two dimensions, a row is a document
 *   Megatron  .bin with its .idx beside it, which says what a number is and where documents end
 *   raw       anything else: numbers, nothing more; what they are must be said
 */
import { open, stat } from "node:fs/promises";
import { exists, fileError, readBytes } from "../../base/files.ts";
import { RoteError } from "../../base/errors.ts";
import { type TokenType, tokenWidths } from "./format.ts";

/** What a number of a file is. Eight-byte ones must be small enough for four. */
export type ElementType = "u8" | "i8" | "u16" | "i16" | "u32" | "i32" | "u64" | "i64";

export const elementBytes: Readonly<Record<ElementType, 1 | 2 | 4 | 8>> = {
  ...{ u8: 1, i8: 1, u16: 2, i16: 2, u32: 4, i32: 4, u64: 8, i64: 8 },
};

/** Numbers of a file; those of eight bytes as doubles. */
export type Numbers =
  (Uint8Array | Int8Array) | (Uint16Array | Int16Array) | (Uint32Array | Int32Array) | Float64Array;

/** A file of ids. */
export interface TokenArray {
  readonly path: string;
  /** Where the numbers begin. */
  readonly startByte: number;
  readonly count: number;
  readonly element: ElementType;
  /** Numbers a row, where the file says that it has rows. */
  readonly rowLength?: number;
  /** Where documents end, in numbers, where a file beside this one says it. */
  readonly documentEnds?: Float64Array;
  /** The file beside this one. */
  readonly indexPath?: string;
}

const NPY_MAGIC = "\x93NUMPY";
const MEGATRON_MAGIC = "MMIDIDX\0\0";
const megatronElements: Readonly<Record<number, ElementType>> = {
  ...{ 1: "u8", 2: "i8", 3: "i16", 4: "i32", 5: "i64", 8: "u16" },
};

/** Whether a name is that of a file of token ids. */
export function isTokenArrayPath(path: string): boolean {
  return /\.(npy|bin|idx)$/i.test(path);
}

/** The file of ids that is meant: an index of Megatron's stands for the file beside it. */
export function dataPath(path: string): string {
  return path.replace(/\.idx$/i, ".bin");
}

/** Find out what a file of ids holds; `asked` is for files that do not say it. */
export async function openTokenArray(path: string, asked?: TokenType): Promise<TokenArray> {
  const data = dataPath(path);
  const index = data.replace(/\.bin$/i, ".idx");
  const array =
    index !== data && (await exists(index))
      ? await openMegatron(data, index)
      : ((await openNumPy(data)) ?? (await openRaw(data, asked)));
  if (asked !== undefined && elementBytes[array.element] !== tokenWidths[asked])
    throw new RoteError(
      "corpus/malformed",
      `${data} holds ${array.element} by its own account, not ${asked}; leave --token-type out`,
      { path: data, element: array.element },
    );
  return array;
}

async function openRaw(path: string, asked: TokenType | undefined): Promise<TokenArray> {
  if (asked === undefined)
    throw new RoteError(
      "usage",
      `${path} does not say what its numbers are; say it with --token-type u8, u16 or u32`,
      { path },
    );
  const size = await sizeOf(path);
  return { path, startByte: 0, count: wholeCount(path, size, asked), element: asked };
}

/** A file that begins as NumPy's do; undefined where it does not. */
async function openNumPy(path: string): Promise<TokenArray | undefined> {
  const start = await readStart(path, 12);
  if (start.toString("latin1", 0, 6) !== NPY_MAGIC) return undefined;
  const isLong = start[6]! >= 2;
  const headerStart = isLong ? 12 : 10;
  const headerLength = isLong ? start.readUInt32LE(8) : start.readUInt16LE(8);
  const startByte = headerStart + headerLength;
  const header = (await readStart(path, startByte)).toString("latin1", headerStart);
  const [, type = ""] = /'descr': '([<>|=]?[a-z]\d+)'/.exec(header) ?? [];
  const [, shape] = /'shape': \(([\d, ]*)\)/.exec(header) ?? [];
  const element = numPyElement(type);
  const lengths = (shape ?? "")
    .split(",")
    .flatMap((part) => (part.trim() === "" ? [] : Number(part)));
  if (
    element === undefined ||
    lengths.length < 1 ||
    lengths.length > 2 ||
    header.includes("'fortran_order': True")
  )
    throw new RoteError(
      "corpus/unsupported",
      `${path} holds no one- or two-dimensional array of little-endian whole numbers but ${header.trim()}`,
      { path },
    );
  const [count = 0, rowLength] = lengths;
  const total = count * (rowLength ?? 1);
  const size = (await sizeOf(path)) - startByte;
  if (size !== total * elementBytes[element])
    throw new RoteError(
      "file/truncated",
      `${path} holds ${size} bytes behind its header, which announces ${total} numbers of ${elementBytes[element]}; copy it again`,
      { path },
    );
  return {
    path,
    startByte,
    count: total,
    element,
    ...(rowLength === undefined ? {} : { rowLength }),
  };
}

function numPyElement(type: string): ElementType | undefined {
  const [, order, name = ""] = /^([<>|=]?)([iu][1248])$/.exec(type) ?? [];
  if (order === ">" || name === "") return undefined;
  return `${name.startsWith("u") ? "u" : "i"}${(8 * Number(name[1])) as 8 | 16 | 32 | 64}`;
}

/**
 * Megatron's index: magic, u64 version 1, u8 kind of number, u64 sequences, u64 entries of documents, then
 * i32 length of each sequence, i64 byte offset of each, i64 sequence at which each document begins and,
 * last, their number.
 */
async function openMegatron(path: string, indexPath: string): Promise<TokenArray> {
  const bytes = Buffer.from(await readBytes(indexPath));
  const malformed = (why: string): RoteError =>
    new RoteError("corpus/malformed", `${indexPath} ${why}`, { path: indexPath });
  if (bytes.toString("latin1", 0, 9) !== MEGATRON_MAGIC || bytes.length < 34)
    throw malformed("is no index of Megatron's (MMIDIDX); without it, say --token-type");
  const element = megatronElements[bytes[17]!];
  if (bytes.readBigUInt64LE(9) !== 1n || element === undefined)
    throw malformed(`is of a version or of numbers (${bytes[17]!}) that are not read`);
  const sequences = Number(bytes.readBigUInt64LE(18));
  const documents = Number(bytes.readBigUInt64LE(26));
  const [lengths, places, starts] = [34, 34 + 4 * sequences, 34 + 12 * sequences];
  if (bytes.length !== starts + 8 * documents)
    throw malformed(
      `holds ${bytes.length} bytes for ${sequences} sequences and ${documents} documents`,
    );
  const ends = new Float64Array(sequences + 1);
  const width = elementBytes[element];
  for (let i = 0; i < sequences; i++) {
    if (Number(bytes.readBigInt64LE(places + 8 * i)) !== ends[i]! * width)
      throw malformed(
        `says that sequence ${i} does not follow the one before; such files are not read`,
      );
    ends[i + 1] = ends[i]! + bytes.readInt32LE(lengths + 4 * i);
  }
  const count = wholeCount(path, await sizeOf(path), element);
  if (ends[sequences] !== count)
    throw malformed(`is about ${ends[sequences]!} numbers, but ${path} holds ${count}`);
  const documentEnds = new Float64Array(Math.max(0, documents - 1));
  for (let i = 0; i < documentEnds.length; i++)
    documentEnds[i] = ends[Number(bytes.readBigInt64LE(starts + 8 * (i + 1)))] ?? NaN;
  if (documentEnds.some((end, i) => !(end >= (documentEnds[i - 1] ?? 0))))
    throw malformed("has documents that do not follow one another");
  return { path, startByte: 0, count, element, documentEnds, indexPath };
}

async function readStart(path: string, length: number): Promise<Buffer> {
  try {
    const handle = await open(path);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, 0);
      return buffer.subarray(0, Math.max(bytesRead, Math.min(length, 12)));
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileError(path, error);
  }
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    (error: unknown) => {
      throw fileError(path, error);
    },
  );
}

function wholeCount(path: string, size: number, element: ElementType): number {
  const width = elementBytes[element];
  if (size % width === 0) return size / width;
  throw new RoteError(
    "file/truncated",
    `${path} holds ${size} bytes, which are no whole number of ${element}; copy it again`,
    { path, size },
  );
}
