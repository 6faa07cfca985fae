/**
 * Where a zip archive's directory lies, as the records at its end say, which are read backwards from
 * the end of the file; see zip-directory.ts for the whole format.
 */
import type { FileHandle } from "node:fs/promises";
import { readRange } from "../../base/byte-ranges.ts";
import { malformed, truncated, unsupported } from "./errors.ts";

/** An archive being read. */
export interface ArchiveFile {
  readonly handle: FileHandle;
  readonly path: string;
  readonly size: number;
}

/** The bytes of the directory, and how many lines they claim to hold. */
export interface DirectoryPlace {
  readonly start: number;
  readonly length: number;
  readonly entries: number;
}

const END = 0x06054b50;
const END_BYTES = 22;
const ZIP64_LOCATOR = 0x07064b50;
const ZIP64_LOCATOR_BYTES = 20;
const ZIP64_END = 0x06064b50;
const ZIP64_END_BYTES = 56;
const LONGEST_COMMENT = 65535;

/** A checkpoint has an entry for each tensor; a hundred times the largest known would still fit. */
const MAXIMUM_DIRECTORY_BYTES = 2 ** 26;
const MAXIMUM_ENTRIES = 200_000;

/** The directory of an archive. */
export async function findDirectory(file: ArchiveFile): Promise<DirectoryPlace> {
  const { path, size } = file;
  const length = Math.min(size, END_BYTES + LONGEST_COMMENT);
  const tail = await readView(file, size - length, length);
  const at = findEnd(tail);
  if (at === undefined)
    throw truncated(path, "the zip archive has no directory at its end, so it is cut off");
  const endStart = size - length + at;
  const end = {
    disks: tail.getUint16(at + 4, true) + tail.getUint16(at + 6, true),
    entries: tail.getUint16(at + 10, true),
    length: tail.getUint32(at + 12, true),
    start: tail.getUint32(at + 16, true),
    behind: endStart,
  };
  return checkPlace(path, (await findZip64End(file, endStart)) ?? end);
}

/** Where the end record begins: the place whose comment reaches exactly to the end of the file. */
function findEnd(tail: DataView): number | undefined {
  for (let at = tail.byteLength - END_BYTES; at >= 0; at--)
    if (
      tail.getUint32(at, true) === END &&
      at + END_BYTES + tail.getUint16(at + 20, true) === tail.byteLength
    )
      return at;
  return undefined;
}

interface EndRecord extends DirectoryPlace {
  readonly disks: number;
  /** What follows the directory begins here. */
  readonly behind: number;
}

async function findZip64End(file: ArchiveFile, endStart: number): Promise<EndRecord | undefined> {
  const locatorStart = endStart - ZIP64_LOCATOR_BYTES;
  if (locatorStart < 0) return undefined;
  const locator = await readView(file, locatorStart, ZIP64_LOCATOR_BYTES);
  if (locator.getUint32(0, true) !== ZIP64_LOCATOR) return undefined;
  const start = uint64(file.path, locator, 8);
  if (!(start + ZIP64_END_BYTES <= locatorStart))
    throw malformed(file.path, `its ZIP64 end record at byte ${start} lies outside the file`);
  const record = await readView(file, start, ZIP64_END_BYTES);
  if (record.getUint32(0, true) !== ZIP64_END)
    throw malformed(file.path, `there is no ZIP64 end record at byte ${start}`);
  return {
    disks: record.getUint32(16, true) + record.getUint32(20, true),
    entries: uint64(file.path, record, 32),
    length: uint64(file.path, record, 40),
    start: uint64(file.path, record, 48),
    behind: start,
  };
}

function checkPlace(
  path: string,
  { disks, entries, length, start, behind }: EndRecord,
): DirectoryPlace {
  if (disks !== 0) throw unsupported(path, "it is one part of an archive of several");
  if (start + length !== behind)
    throw malformed(
      path,
      `its directory of ${length} bytes from byte ${start} does not end at byte ${behind}, where the end record begins`,
    );
  if (length > MAXIMUM_DIRECTORY_BYTES || entries > MAXIMUM_ENTRIES)
    throw malformed(
      path,
      `a directory of ${entries} entries in ${length} bytes is no checkpoint's; at most ${MAXIMUM_ENTRIES} in ${MAXIMUM_DIRECTORY_BYTES} are read`,
    );
  return { start, length, entries };
}

/** A number of 64 bits that a file may have as a size or place. */
export function uint64(path: string, view: DataView, at: number): number {
  const value = Number(view.getBigUint64(at, true));
  if (Number.isSafeInteger(value)) return value;
  throw malformed(path, `a size of ${value} bytes is no size`);
}

/** Bytes of the archive. */
export async function readView(
  { handle, path }: ArchiveFile,
  start: number,
  length: number,
): Promise<DataView> {
  return new DataView((await readRange(handle, path, { start, length })).buffer);
}
