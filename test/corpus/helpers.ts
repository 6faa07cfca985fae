import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { type CorpusOptions, openCorpus } from "#rote/corpus/corpus.js";
import type { Document } from "#rote/corpus/document.js";
import type { CorpusReport } from "#rote/corpus/pass.js";

/** A fresh folder, and a function that writes a file into it and gives its path. */
export function scratch(): {
  folder: string;
  write: (name: string, content: string | Uint8Array) => string;
  remove: () => void;
} {
  const folder = mkdtempSync(join(tmpdir(), "rote-corpus-"));
  const write = (name: string, content: string | Uint8Array): string => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  };
  const remove = (): void => {
    rmSync(folder, { recursive: true });
  };
  return { folder, write, remove };
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** All documents of a corpus and what the pass says of itself. */
export async function readAll(
  paths: string | readonly string[],
  options: Omit<CorpusOptions, "paths"> = {},
): Promise<{ documents: Document[]; report: CorpusReport }> {
  const corpus = await openCorpus({ paths: [paths].flat(), ...options });
  const documents = await collect(corpus.documents());
  return { documents, report: corpus.report() };
}

/** Bytes in chunks of a few bytes, so that every boundary is crossed. */
export async function* inChunks(
  bytes: Uint8Array,
  size: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let start = 0; start < bytes.length; start += size) {
    await Promise.resolve();
    yield bytes.subarray(start, start + size);
  }
}

/** Blocked gzip, as bgzip writes it, in blocks of a few bytes of text. */
export function blockedGzip(text: Uint8Array, blockBytes: number): Buffer {
  const blocks: Buffer[] = [];
  for (let start = 0; start <= text.length; start += blockBytes) {
    const block = text.subarray(start, start + blockBytes);
    const data = deflateRawSync(block);
    const header = Buffer.from("1f8b08040000000000ff0600424302000000", "hex");
    header.writeUInt16LE(header.length + data.length + 8 - 1, 16);
    const trailer = Buffer.alloc(8);
    trailer.writeUInt32LE(crc32(block), 0);
    trailer.writeUInt32LE(block.length, 4);
    blocks.push(header, data, trailer);
  }
  return Buffer.concat(blocks);
}

/** CRC-32 of ISO 3309, bit by bit. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
