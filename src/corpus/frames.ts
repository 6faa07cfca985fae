/**
 * Compressed files of independent frames, which several threads can decompress together: blocked gzip
 * (BGZF, as bgzip writes it: members of at most 64 KiB) and Zstandard of many frames (pzstd, the
 * seekable format, concatenations).
 *
 * Where a frame ends is known without decompressing it: a BGZF member tells its length, a Zstandard
 * block its own. A part of such a file holds the frames that begin in a range of stored bytes. Its first
 * one is found by what frames begin with, and by whether another frame stands behind it. That is a
 * search, so each part makes sure that it would lead the next one to the frame behind its own last.
 *
 * Formats: SAMv1 §4.1, https://samtools.github.io/hts-specs/SAMv1.pdf (BGZF); RFC 8878 (Zstandard).
 */
import { RoteError } from "../base/errors.ts";
import { readStoredBytes } from "./file-lines.ts";
import type { CorpusFile } from "./files.ts";

export type FramedFile = Pick<CorpusFile, "path" | "compression">;

/** Bytes of a file of frames. */
export interface FrameSlice {
  /** Where in the file the frame begins whose first bytes these are. */
  readonly frame?: number;
  readonly bytes: Uint8Array;
  /** Whether neither a frame nor what may follow in one stands here; what follows is passed on as it is. */
  readonly isBroken?: true;
}

/** What is expected next, and how long it is. */
interface Unit {
  readonly length: number;
  readonly isFrame: boolean;
  readonly after: State;
}

type State = "frame" | "block" | "block before checksum" | "checksum";

/** The beginning of a frame is at most so long: Zstandard's header with all its fields. */
const LONGEST_BEGIN = 18;
/** A file is taken for one of frames if its first one is not longer. */
const FIRST_FRAME_LIMIT = 16 * 1024 * 1024;

const magics = {
  gzip: Buffer.from([0x1f, 0x8b, 0x08, 0x04]),
  zstd: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]),
};

/** Whether a file consists of many frames. */
export async function hasFrames(file: FramedFile): Promise<boolean> {
  let [frames, position] = [0, 0];
  for await (const { frame, bytes, isBroken } of readFrames(file, 0)) {
    if (frame !== undefined) frames += 1;
    if (frames > 1) return true;
    position += bytes.length;
    if (isBroken === true || position > FIRST_FRAME_LIMIT) return false;
  }
  return false;
}

/** Where the first frame begins in [start, end); undefined where none does. */
export async function findFrame(
  file: FramedFile,
  start: number,
  end: number,
): Promise<number | undefined> {
  if (start === 0) return 0;
  const magic = magics[file.compression === "gzip" ? "gzip" : "zstd"];
  let [position, held] = [start, Buffer.alloc(0)];
  for await (const chunk of readStoredBytes(file.path, { start, end: end + LONGEST_BEGIN })) {
    held = Buffer.concat([held, chunk]);
    const last = Math.min(held.length - LONGEST_BEGIN, end - position - 1);
    for (let at = held.indexOf(magic); at !== -1 && at <= last; at = held.indexOf(magic, at + 1))
      if (await isFrame(file, held.subarray(at), position + at)) return position + at;
    const passed = Math.max(0, last + 1);
    position += passed;
    held = held.subarray(passed);
  }
  // At the end of the file less is left than the longest beginning.
  const rest = Buffer.concat([held, Buffer.alloc(LONGEST_BEGIN)]);
  for (let at = held.indexOf(magic); at !== -1; at = held.indexOf(magic, at + 1))
    if (position + at < end && (await isFrame(file, rest.subarray(at), position + at)))
      return position + at;
  return undefined;
}

async function isFrame(file: FramedFile, bytes: Buffer, place: number): Promise<boolean> {
  return measure(file, bytes, "frame")?.isFrame === true && (await isFollowed(file, place));
}

/** Make sure that who searches from `end` on finds the frame at `next`, and none where that is the end of the file. */
export async function checkNextFrame(
  file: FramedFile,
  end: number,
  next: number | undefined,
): Promise<void> {
  const found = await findFrame(file, end, next === undefined ? Infinity : next + 1);
  if (found === next) return;
  throw new RoteError(
    "corpus/unsupported",
    `${file.path} cannot be read frame by frame: the next one after byte ${end} is at ${next ?? "no place"}, and one was found at ${found ?? "no place"}; compress it anew as one frame`,
    { path: file.path, end, next, found },
  );
}

/** Whether what begins here ends where another frame begins, or with the file. */
async function isFollowed(file: FramedFile, place: number): Promise<boolean> {
  for await (const { frame, isBroken } of readFrames(file, place)) {
    if (isBroken === true) return false;
    if (frame !== undefined && frame > place) return true;
  }
  return true;
}

/** Read a file from the beginning of a frame on, frame by frame. */
export async function* readFrames(file: FramedFile, start: number): AsyncGenerator<FrameSlice> {
  let [position, held, left] = [start, Buffer.alloc(0), 0];
  let [state, frame]: [State, number | undefined] = ["frame", undefined];
  let isBroken = false;
  for await (const chunk of readStoredBytes(file.path, { start })) {
    held = held.length === 0 ? asBuffer(chunk) : Buffer.concat([held, chunk]);
    while (held.length > 0) {
      if (left === 0 && !isBroken) {
        if (held.length < LONGEST_BEGIN) break;
        const unit = measure(file, held, state);
        if (unit === undefined) isBroken = true;
        else {
          [left, state] = [unit.length, unit.after];
          frame = unit.isFrame ? position : undefined;
        }
      }
      const bytes = isBroken ? held : held.subarray(0, left);
      yield { bytes, ...(frame !== undefined && { frame }), ...(isBroken && { isBroken }) };
      frame = undefined;
      left -= isBroken ? 0 : bytes.length;
      position += bytes.length;
      held = held.subarray(bytes.length);
    }
  }
  if (held.length > 0) yield* lastSlices(file, position, held, state);
}

/** The end of a file, where less is left than the longest beginning; a beginning cut short is no frame, and not broken. */
function* lastSlices(
  file: FramedFile,
  start: number,
  held: Buffer,
  before: State,
): Generator<FrameSlice> {
  let [position, rest, state] = [start, held, before];
  while (rest.length > 0) {
    const padded = Buffer.concat([rest, Buffer.alloc(LONGEST_BEGIN)]);
    const unit = measure(file, padded, state);
    const bytes = rest.subarray(0, unit?.length ?? rest.length);
    yield { bytes, ...(unit?.isFrame === true && { frame: position }) };
    position += bytes.length;
    rest = rest.subarray(bytes.length);
    state = unit?.after ?? state;
  }
}

function measure({ compression }: FramedFile, bytes: Buffer, state: State): Unit | undefined {
  return compression === "gzip" ? measureMember(bytes) : measureZstd(bytes, state);
}

/** A BGZF member: an extra field BC of two bytes holds its length less one. */
function measureMember(bytes: Buffer): Unit | undefined {
  const isMember =
    bytes.readUInt32BE(0) === 0x1f8b0804 &&
    bytes.readUInt32BE(10) === 0x06004243 &&
    bytes.readUInt16LE(14) === 2;
  return isMember
    ? { length: bytes.readUInt16LE(16) + 1, isFrame: true, after: "frame" }
    : undefined;
}

const ZSTD_MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const LONGEST_BLOCK = 128 * 1024;

function measureZstd(bytes: Buffer, state: State): Unit | undefined {
  if (state === "checksum") return { length: 4, isFrame: false, after: "frame" };
  if (state !== "frame") return measureBlock(bytes, state);
  const magic = bytes.readUInt32LE(0);
  // Skippable frames belong to the frame before them: their magic is too weak to be searched for.
  if (((magic & 0xfffffff0) | 0) === SKIPPABLE_MAGIC)
    return { length: 8 + bytes.readUInt32LE(4), isFrame: false, after: "frame" };
  const descriptor = bytes[4]!;
  if (magic !== ZSTD_MAGIC || (descriptor & 0x08) !== 0) return undefined;
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const sizeField = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  const dictionaryField = [0, 1, 2, 4][descriptor & 3]!;
  const length = 5 + (isSingleSegment ? 0 : 1) + dictionaryField + sizeField;
  const after = (descriptor & 0x04) === 0 ? "block" : "block before checksum";
  return { length, isFrame: true, after };
}

function measureBlock(bytes: Buffer, state: "block" | "block before checksum"): Unit | undefined {
  const header = bytes.readUIntLE(0, 3);
  const [isLast, type, size] = [(header & 1) === 1, (header >> 1) & 3, header >> 3];
  if (type === 3 || size > LONGEST_BLOCK) return undefined;
  const afterLast = state === "block" ? "frame" : "checksum";
  // Type 1 is one byte, repeated.
  return { length: 3 + (type === 1 ? 1 : size), isFrame: false, after: isLast ? afterLast : state };
}

function asBuffer(bytes: Uint8Array): Buffer<ArrayBuffer> {
  return Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);
}
