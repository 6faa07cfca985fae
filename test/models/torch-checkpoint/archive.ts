/** Writes zip archives as PyTorch does, and as nobody should. */
import { crc32, deflateRawSync } from "node:zlib";

export interface ArchiveEntry {
  readonly name: string;
  readonly data: Uint8Array;
  /** The name in the entry's own header. */
  readonly localName?: string;
  readonly deflated?: boolean;
  readonly encrypted?: boolean;
  /** Sizes and place as the directory claims them. */
  readonly claims?: {
    readonly size?: number;
    readonly storedSize?: number;
    readonly start?: number;
  };
}

export interface ArchiveOptions {
  /** Sizes behind the data and not in the local header, as PyTorch writes them. */
  readonly descriptors?: boolean;
  /** ZIP64 fields throughout. */
  readonly zip64?: boolean;
  /** Data begin at a multiple of this many bytes. */
  readonly alignment?: number;
  readonly comment?: string;
  /** Overwrites values of the end record. */
  readonly end?: Partial<Record<"disk" | "entries" | "length" | "start", number>>;
}

const ALL_ONES = 0xffffffff;

/** An archive as bytes. */
export function writeArchive(
  entries: readonly ArchiveEntry[],
  options: ArchiveOptions = {},
): Buffer {
  const parts: Buffer[] = [];
  const lines: Buffer[] = [];
  let position = 0;
  const add = (part: Buffer): void => {
    parts.push(part);
    position += part.length;
  };
  for (const entry of entries) {
    const start = position;
    const data = entry.deflated === true ? deflateRawSync(entry.data) : Buffer.from(entry.data);
    add(localHeader(entry, data, start, options));
    add(data);
    if (options.descriptors === true) add(descriptor(entry, data));
    lines.push(directoryLine(entry, data, start, options));
  }
  const directory = Buffer.concat(lines);
  return Buffer.concat([
    ...parts,
    directory,
    endOf(entries.length, directory.length, position, options),
  ]);
}

function flagsOf({ encrypted }: ArchiveEntry, { descriptors }: ArchiveOptions): number {
  return 0x0800 | (descriptors === true ? 8 : 0) | (encrypted === true ? 1 : 0);
}

function localHeader(
  entry: ArchiveEntry,
  data: Buffer,
  start: number,
  options: ArchiveOptions,
): Buffer {
  const name = Buffer.from(entry.localName ?? entry.name);
  const { alignment = 1 } = options;
  const unpadded = start + 30 + name.length + 4;
  const extra = alignment > 1 ? 4 + ((alignment - (unpadded % alignment)) % alignment) : 0;
  const header = Buffer.alloc(30 + name.length + extra);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(flagsOf(entry, options), 6);
  header.writeUInt16LE(entry.deflated === true ? 8 : 0, 8);
  if (options.descriptors !== true) {
    header.writeUInt32LE(crc32(entry.data), 14);
    header.writeUInt32LE(data.length, 18);
    header.writeUInt32LE(entry.data.length, 22);
  }
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(extra, 28);
  name.copy(header, 30);
  if (extra > 0) {
    header.write("FB", 30 + name.length, "latin1");
    header.writeUInt16LE(extra - 4, 32 + name.length);
  }
  return header;
}

function descriptor({ data }: ArchiveEntry, stored: Buffer): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32LE(0x08074b50, 0);
  bytes.writeUInt32LE(crc32(data), 4);
  bytes.writeUInt32LE(stored.length, 8);
  bytes.writeUInt32LE(data.length, 12);
  return bytes;
}

function directoryLine(
  entry: ArchiveEntry,
  data: Buffer,
  start: number,
  options: ArchiveOptions,
): Buffer {
  const name = Buffer.from(entry.name);
  const sizes = [
    entry.claims?.size ?? entry.data.length,
    entry.claims?.storedSize ?? data.length,
    entry.claims?.start ?? start,
  ] as const;
  const extra = options.zip64 === true ? zip64Extra(sizes) : Buffer.alloc(0);
  const [size, storedSize, place] = options.zip64 === true ? [ALL_ONES, ALL_ONES, ALL_ONES] : sizes;
  const line = Buffer.alloc(46);
  line.writeUInt32LE(0x02014b50, 0);
  line.writeUInt16LE(flagsOf(entry, options), 8);
  line.writeUInt16LE(entry.deflated === true ? 8 : 0, 10);
  line.writeUInt32LE(crc32(entry.data), 16);
  line.writeUInt32LE(storedSize, 20);
  line.writeUInt32LE(size, 24);
  line.writeUInt16LE(name.length, 28);
  line.writeUInt16LE(extra.length, 30);
  line.writeUInt32LE(place, 42);
  return Buffer.concat([line, name, extra]);
}

/** Behind another extra field, which readers must pass over. */
function zip64Extra(sizes: readonly number[]): Buffer {
  const other = Buffer.from([0x46, 0x42, 2, 0, 7, 7]);
  const field = Buffer.alloc(4 + 8 * sizes.length);
  field.writeUInt16LE(1, 0);
  field.writeUInt16LE(8 * sizes.length, 2);
  for (const [i, size] of sizes.entries()) field.writeBigUInt64LE(BigInt(size), 4 + 8 * i);
  return Buffer.concat([other, field]);
}

function endOf(
  count: number,
  directoryBytes: number,
  directoryStart: number,
  { zip64 = false, comment = "", end: claims = {} }: ArchiveOptions,
): Buffer {
  const { disk = 0, entries = count, length = directoryBytes, start = directoryStart } = claims;
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(disk, 4);
  end.writeUInt16LE(zip64 ? 0xffff : entries, 8);
  end.writeUInt16LE(zip64 ? 0xffff : entries, 10);
  end.writeUInt32LE(zip64 ? ALL_ONES : length, 12);
  end.writeUInt32LE(zip64 ? ALL_ONES : start, 16);
  end.writeUInt16LE(comment.length, 20);
  const behind = Buffer.concat([end, Buffer.from(comment)]);
  if (!zip64) return behind;
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeUInt32LE(disk, 16);
  record.writeBigUInt64LE(BigInt(entries), 24);
  record.writeBigUInt64LE(BigInt(entries), 32);
  record.writeBigUInt64LE(BigInt(length), 40);
  record.writeBigUInt64LE(BigInt(start), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(directoryStart + directoryBytes), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([record, locator, behind]);
}
