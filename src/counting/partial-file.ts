/**
 * A partial as a file: a question, the counts of part of a corpus, and how far the counting went.
 * Numbers are little-endian, a phrase has the index of its place in `phrases`:
 *
 *    0  8  "rotepart"
 *    8  4  version of the format, 1
 *   12  4  bytes of the header
 *   16     header: JSON in UTF-8, with the sizes of what follows
 *          phrases   one JSON string a line, ended by LF
 *          asked     4 bytes each: the phrases asked for alone, in the order of asking
 *          pairs     2 × 4 bytes each: the pairs asked for, in the order of asking
 *          df, tf    8 bytes a phrase
 *          codf      8 bytes a pair
 *      32  sha256 of everything before
 *
 * Phrases are JSON because a lone surrogate, which JSON lines may ask for, is not UTF-8.
 */
import { RoteError } from "../base/errors.ts";
import { type SealedKind, SealedFile, writeSealed } from "../base/sealed-file.ts";
import type { PairCounts } from "./count-engine.ts";
import type { PartialCounts } from "./partial-counts.ts";
import type { CountQuestion } from "./question.ts";

const kind: SealedKind = { mark: "rotepart", name: "a partial of rote count" };
const VERSION = 1;
/** Numbers encoded at a time. */
const BATCH = 1 << 16;

/** The header: terms and progress, and the sizes of the sections in their order. */
type Header = Pick<PartialCounts, "terms" | "plan" | "shards"> & { readonly sizes: Sizes };

interface Sizes {
  readonly phrases: number;
  readonly phraseBytes: number;
  readonly asked: number;
  readonly pairs: number;
}

/** Write a partial, whole or not at all. Holds the phrases once more in memory. */
export async function writePartial(path: string, partial: PartialCounts): Promise<void> {
  await writeSealed(path, kind, encode(partial));
}

function* encode({ question, terms, plan, shards, counts }: PartialCounts): Generator<Uint8Array> {
  const { phrases, asked, pairs } = question;
  const texts = [...encodeTexts(phrases)];
  const phraseBytes = texts.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const sizes = {
    phrases: phrases.length,
    phraseBytes,
    asked: asked.length,
    pairs: pairs.length / 2,
  };
  const header = Buffer.from(JSON.stringify({ terms, plan, shards, sizes } satisfies Header));
  yield* encodeWords([VERSION, header.byteLength]);
  yield header;
  yield* texts;
  yield* encodeWords(asked);
  yield* encodeWords(pairs);
  yield* encodeCounts(counts.df);
  yield* encodeCounts(counts.tf);
  yield* encodeCounts(counts.codf);
}

/** Read a partial. A file that is cut short, changed, of another kind or a later version is an error. */
export async function readPartial(path: string): Promise<PartialCounts> {
  await using file = await SealedFile.open(path, kind);
  const [version, headerBytes] = await readWords(file, 2);
  if (version !== VERSION)
    throw new RoteError(
      "file/malformed",
      `${path} is a partial of version ${version}, and this Rote reads version ${VERSION}; merge it with the Rote that wrote it`,
      { path, version },
    );
  const { sizes, ...head } = JSON.parse((await file.read(headerBytes!)).toString()) as Header;
  const question: CountQuestion = {
    phrases: decodeTexts(await file.read(sizes.phraseBytes)),
    asked: await readWords(file, sizes.asked),
    pairs: await readWords(file, 2 * sizes.pairs),
  };
  const counts: PairCounts = {
    df: await readCounts(file, sizes.phrases),
    tf: await readCounts(file, sizes.phrases),
    codf: await readCounts(file, sizes.pairs),
  };
  return { ...head, question, counts };
}

function* encodeTexts(texts: readonly string[]): Generator<Uint8Array> {
  for (let start = 0; start < texts.length; start += BATCH)
    yield Buffer.from(
      texts
        .slice(start, start + BATCH)
        .map((text) => `${JSON.stringify(text)}\n`)
        .join(""),
    );
}

function decodeTexts(bytes: Buffer): string[] {
  const texts: string[] = [];
  for (let start = 0; start < bytes.byteLength;) {
    // Whole lines of about a megabyte; the last byte of all is an LF.
    const end = bytes.indexOf(10, Math.min(start + (1 << 20), bytes.byteLength - 1)) + 1;
    const lines = bytes.toString("utf8", start, end - 1).replaceAll("\n", ",");
    for (const text of JSON.parse(`[${lines}]`) as string[]) texts.push(text);
    start = end;
  }
  return texts;
}

function* encodeWords(values: ArrayLike<number>): Generator<Uint8Array> {
  for (let start = 0; start < values.length; start += BATCH) {
    const bytes = Buffer.allocUnsafe(4 * Math.min(BATCH, values.length - start));
    for (let at = 0; at < bytes.byteLength; at += 4)
      bytes.writeUInt32LE(values[start + at / 4]!, at);
    yield bytes;
  }
}

async function readWords(file: SealedFile, count: number): Promise<Uint32Array> {
  const values = new Uint32Array(count);
  for (let start = 0; start < count; start += BATCH) {
    const bytes = await file.read(4 * Math.min(BATCH, count - start));
    for (let at = 0; at < bytes.byteLength; at += 4)
      values[start + at / 4] = bytes.readUInt32LE(at);
  }
  return values;
}

function* encodeCounts(values: Float64Array): Generator<Uint8Array> {
  for (let start = 0; start < values.length; start += BATCH) {
    const bytes = Buffer.allocUnsafe(8 * Math.min(BATCH, values.length - start));
    for (let at = 0; at < bytes.byteLength; at += 8) {
      const value = values[start + at / 8]!;
      bytes.writeUInt32LE(value % 2 ** 32, at);
      bytes.writeUInt32LE(Math.floor(value / 2 ** 32), at + 4);
    }
    yield bytes;
  }
}

async function readCounts(file: SealedFile, count: number): Promise<Float64Array> {
  const values = new Float64Array(count);
  for (let start = 0; start < count; start += BATCH) {
    const bytes = await file.read(8 * Math.min(BATCH, count - start));
    for (let at = 0; at < bytes.byteLength; at += 8)
      values[start + at / 8] = bytes.readUInt32LE(at) + 2 ** 32 * bytes.readUInt32LE(at + 4);
  }
  return values;
}
