/**
 * Reading safetensors files: an 8-byte little-endian header length, a JSON header that maps each
 * tensor's name to its type, shape and byte range (counted from the header's end), then the data.
 *
 * Format: https://github.com/huggingface/safetensors/blob/v0.4.5/README.md#format
 */
import { openFile, readRange } from "../base/byte-ranges.ts";
import { RoteError } from "../base/errors.ts";
import { isRecord } from "../base/json.ts";
import { bytesPerElement, type StoredTensor, type Weights } from "./weights.ts";

const MAXIMUM_HEADER_BYTES = 100_000_000;

/** List the tensors of one file, and the texts its writer left in it. */
export async function openSafetensors(
  path: string,
): Promise<Weights & { readonly metadata: Readonly<Record<string, unknown>> }> {
  const header = await readHeader(path);
  const { __metadata__: metadata = {}, ...entries } = header.entries;
  if (!isRecord(metadata)) throw malformed(path, "its __metadata__ is not a mapping");
  const tensors = Object.entries(entries).map(([name, entry]) =>
    parseEntry(path, name, entry, header),
  );
  checkLayout(path, tensors, header);
  return {
    files: [path],
    tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])),
    metadata,
  };
}

interface Header {
  readonly entries: Readonly<Record<string, unknown>>;
  /** Where the header ends and the data begin. */
  readonly dataStart: number;
  /** Bytes of the whole file. */
  readonly size: number;
}

async function readHeader(path: string): Promise<Header> {
  const handle = await openFile(path);
  try {
    const { size } = await handle.stat();
    if (size < 8)
      throw malformed(path, `it holds ${size} bytes, too few for the length of its header`);
    const prefix = await readRange(handle, path, { start: 0, length: 8 });
    const length = Number(Buffer.from(prefix).readBigUInt64LE());
    if (!(length <= Math.min(size - 8, MAXIMUM_HEADER_BYTES)))
      throw malformed(path, `its header of ${length} bytes does not fit in ${size} bytes`);
    const text = await readRange(handle, path, { start: 8, length });
    const entries = parseHeader(path, new TextDecoder().decode(text));
    return { entries, dataStart: 8 + length, size };
  } finally {
    await handle.close();
  }
}

function parseHeader(path: string, text: string): Readonly<Record<string, unknown>> {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    throw malformed(path, "its header is not JSON");
  }
  if (!isRecord(header)) throw malformed(path, "its header is not a JSON object");
  return header;
}

function parseEntry(
  file: string,
  name: string,
  entry: unknown,
  { dataStart, size }: Header,
): StoredTensor {
  if (isRecord(entry)) {
    const { dtype, shape, data_offsets: offsets } = entry;
    if (typeof dtype === "string" && isSizes(shape) && isSizes(offsets) && offsets.length === 2) {
      const byteLength = offsets[1]! - offsets[0]!;
      const [startByte, endByte] = [dataStart + offsets[0]!, dataStart + offsets[1]!];
      const width = bytesPerElement(dtype);
      const expected = width === undefined ? byteLength : shape.reduce((a, b) => a * b, width);
      if (endByte > size) throw truncated(file, name, { endByte, size });
      if (byteLength >= 0 && byteLength === expected)
        return { name, dtype, shape, file, startByte, endByte };
    }
  }
  throw malformed(file, `the entry of tensor ${name} makes no sense: ${JSON.stringify(entry)}`);
}

/** Tensors fill the data without holes and share no bytes, as the format's own reader demands. */
function checkLayout(path: string, tensors: readonly StoredTensor[], header: Header): void {
  let end = header.dataStart;
  let before = "the header";
  const sorted = tensors.toSorted((a, b) => a.startByte - b.startByte || a.endByte - b.endByte);
  for (const { name, startByte, endByte } of sorted) {
    if (startByte !== end)
      throw malformed(
        path,
        `tensor ${name} begins at byte ${startByte}, but ${before} ends at byte ${end}`,
      );
    [end, before] = [endByte, `tensor ${name}`];
  }
  if (end !== header.size)
    throw malformed(path, `${before} ends at byte ${end}, but the file at byte ${header.size}`);
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function truncated(
  path: string,
  name: string,
  { endByte, size }: { readonly endByte: number; readonly size: number },
): RoteError {
  return new RoteError(
    "file/truncated",
    `${path}: tensor ${name} ends at byte ${endByte}, the file at byte ${size}; copy the file again`,
    { path, tensor: name, endByte, size },
  );
}

function malformed(path: string, reason: string): RoteError {
  return new RoteError("model/malformed", `${path} is no valid safetensors file: ${reason}`, {
    path,
  });
}
