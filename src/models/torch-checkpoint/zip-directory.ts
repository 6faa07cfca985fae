/**
 * The directory of a zip archive whose entries are stored, not compressed, so that each is a range
 * of bytes in the file.
 *
 *   local header, name, extra, data [, descriptor]      an entry
 *   …
 *   header, name, extra, comment                        its line in the directory
 *   …
 *   ZIP64 end record, its locator                       where a size exceeds 32 or 16 bits
 *   end record, comment
 *
 * Sizes are believed from the directory alone: a local header may leave them to the descriptor
 * behind the data. Archives that readers could understand in two ways are refused: entries that
 * overlap, two of one name, local names other than the directory's, bytes behind the end.
 *
 * Format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT (6.3.10)
 */
import { malformed, quote, unsupported } from "./errors.ts";
import {
  type ArchiveFile,
  type DirectoryPlace,
  findDirectory,
  readView,
  uint64,
} from "./zip-end.ts";

/** Where an entry's data lie. */
export interface ZipEntry {
  readonly name: string;
  readonly startByte: number;
  readonly endByte: number;
}

interface DirectoryLine {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly size: number;
  readonly storedSize: number;
  readonly headerStart: number;
}

const ZIP64_EXTRA = 0x0001;
const LINE = 0x02014b50;
const LINE_BYTES = 46;
const LOCAL = 0x04034b50;
const LOCAL_BYTES = 30;
const ENCRYPTED = 1;

/** The entries of an archive, by name. Memory is bounded by what `findDirectory` lets pass, whatever the file claims. */
export async function readZipDirectory(file: ArchiveFile): Promise<ReadonlyMap<string, ZipEntry>> {
  const place = await findDirectory(file);
  const { start, length } = place;
  const lines = parseDirectory(file.path, await readView(file, start, length), place);
  lines.sort((a, b) => a.headerStart - b.headerStart);
  const entries = new Map<string, ZipEntry>();
  let end = 0;
  for (const line of lines) {
    checkLine(file.path, line);
    if (line.headerStart < end)
      throw malformed(file.path, `entry ${quote(line.name)} overlaps the one before it`);
    if (entries.has(line.name))
      throw malformed(file.path, `two entries are called ${quote(line.name)}`);
    const startByte = await findData(file, line, start);
    end = startByte + line.size;
    entries.set(line.name, { name: line.name, startByte, endByte: end });
  }
  return entries;
}

function parseDirectory(
  path: string,
  view: DataView,
  { entries }: DirectoryPlace,
): DirectoryLine[] {
  const lines: DirectoryLine[] = [];
  let at = 0;
  while (at < view.byteLength) {
    if (at + LINE_BYTES > view.byteLength || view.getUint32(at, true) !== LINE)
      throw malformed(path, `line ${lines.length + 1} of its directory is damaged`);
    const nameEnd = at + LINE_BYTES + view.getUint16(at + 28, true);
    const extraEnd = nameEnd + view.getUint16(at + 30, true);
    const end = extraEnd + view.getUint16(at + 32, true);
    if (end > view.byteLength)
      throw malformed(path, `line ${lines.length + 1} of its directory exceeds the directory`);
    lines.push({
      name: decodeName(path, view, at + LINE_BYTES, nameEnd),
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      ...sizesOf(path, view, at, { start: nameEnd, end: extraEnd }),
    });
    at = end;
  }
  if (lines.length !== entries)
    throw malformed(path, `its directory has ${lines.length} entries, but claims ${entries}`);
  return lines;
}

/** Sizes of a directory line; those that are all ones stand in the ZIP64 extra field, in this order. */
function sizesOf(
  path: string,
  view: DataView,
  at: number,
  extra: { readonly start: number; readonly end: number },
): Pick<DirectoryLine, "size" | "storedSize" | "headerStart"> {
  let next = zip64Extra(view, extra);
  const read = (offset: number): number => {
    const short = view.getUint32(at + offset, true);
    if (short !== 0xffffffff) return short;
    if (next === undefined || next.start + 8 > next.end)
      throw malformed(path, "a ZIP64 entry has no ZIP64 sizes");
    const value = uint64(path, view, next.start);
    next = { start: next.start + 8, end: next.end };
    return value;
  };
  const size = read(24);
  const storedSize = read(20);
  return { size, storedSize, headerStart: read(42) };
}

function zip64Extra(
  view: DataView,
  { start, end }: { readonly start: number; readonly end: number },
): { readonly start: number; readonly end: number } | undefined {
  for (let at = start; at + 4 <= end;) {
    const fieldEnd = at + 4 + view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === ZIP64_EXTRA && fieldEnd <= end)
      return { start: at + 4, end: fieldEnd };
    at = fieldEnd;
  }
  return undefined;
}

function checkLine(path: string, { name, flags, method, size, storedSize }: DirectoryLine): void {
  if (name.startsWith("/") || /[\\\0:]/.test(name) || name.split("/").includes(".."))
    throw malformed(path, `the entry name ${quote(name)} leads out of the archive`);
  if ((flags & ENCRYPTED) !== 0) throw unsupported(path, `entry ${quote(name)} is encrypted`);
  if (method !== 0)
    throw unsupported(
      path,
      `entry ${quote(name)} is compressed, as in TorchScript and in archives that another program packed; save the weights again with torch.save(model.state_dict(), path)`,
    );
  if (size !== storedSize)
    throw malformed(path, `entry ${quote(name)} is stored, but in ${storedSize} bytes for ${size}`);
}

/** Where the data of an entry begin; they end before the directory. */
async function findData(
  file: ArchiveFile,
  { name, headerStart, size }: DirectoryLine,
  directoryStart: number,
): Promise<number> {
  const outside = (): Error =>
    malformed(
      file.path,
      `entry ${quote(name)} of ${size} bytes at byte ${headerStart} does not fit before the directory at byte ${directoryStart}`,
    );
  if (!(headerStart + LOCAL_BYTES <= directoryStart)) throw outside();
  const length = Math.min(LOCAL_BYTES + 3 * name.length, directoryStart - headerStart);
  const local = await readView(file, headerStart, length);
  if (local.getUint32(0, true) !== LOCAL || local.getUint16(8, true) !== 0)
    throw malformed(file.path, `there is no stored entry ${quote(name)} at byte ${headerStart}`);
  const nameEnd = LOCAL_BYTES + local.getUint16(26, true);
  if (nameEnd > length || decodeName(file.path, local, LOCAL_BYTES, nameEnd) !== name)
    throw malformed(file.path, `entry ${quote(name)} calls itself otherwise in its own header`);
  const start = headerStart + nameEnd + local.getUint16(28, true);
  if (!(start + size <= directoryStart)) throw outside();
  return start;
}

function decodeName(path: string, view: DataView, start: number, end: number): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + start, end - start);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw malformed(path, "the name of an entry is not UTF-8");
  }
}
