/** A corpus of a world as files: the base text's, and one for each part of the planted documents. */
import { copyFile, link, mkdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { writeGzipLines } from "../../base/gzip.ts";
import type { LongWork } from "../../base/progress.ts";
import { openCorpus } from "../../corpus/corpus.ts";
import type { PlantedDocument } from "./world.ts";

/** The base files of a world: whole files are copied as they are, a share is cut from their beginning. */
export async function writeBase(
  folder: string,
  paths: readonly string[],
  share: number,
  work: LongWork = {},
): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const written: string[] = [];
  for (const path of paths) {
    work.signal?.throwIfAborted();
    const target = join(folder, writtenName(path, share));
    if (share === 1) await copyFile(path, target);
    else await writeShare(target, path, share);
    written.push(target);
  }
  return written;
}

/** The name of a base file in a world. */
export function writtenName(path: string, share: number): string {
  return share === 1 ? basename(path) : gzipName(path);
}

/** A file's name once it is written anew, whatever it was compressed by. */
export function gzipName(path: string): string {
  return `${basename(path).replace(/\.(gz|zst)$/, "")}.gz`;
}

/** Write a share of a file's documents, from its beginning, without some of them. */
export async function writeShare(
  target: string,
  path: string,
  share: number,
  without: ReadonlySet<string> = new Set(),
): Promise<void> {
  await writeGzipLines(target, firstLines(path, share, without));
}

async function* firstLines(
  path: string,
  share: number,
  without: ReadonlySet<string>,
): AsyncGenerator<string> {
  const corpus = await openCorpus({ paths: [path] });
  let count = 0;
  for await (const _document of corpus.documents()) count++;
  let left = Math.ceil(share * count);
  for await (const { id, origin } of corpus.documents()) {
    if (left-- === 0) return;
    if (!without.has(id)) yield JSON.stringify(origin?.record);
  }
}

/** The same files in another folder: one copy on the disk where the file system can. */
export async function linkFiles(paths: readonly string[], folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const targets = paths.map((path) => join(folder, basename(path)));
  for (const [i, target] of targets.entries()) {
    await rm(target, { force: true });
    await link(paths[i]!, target).catch(() => copyFile(paths[i]!, target));
  }
  return targets;
}

/** Write planted documents, a file a part. */
export async function writeParts(
  folder: string,
  documents: readonly PlantedDocument[],
): Promise<string[]> {
  const parts = [...new Set(documents.map(({ part }) => part))];
  const paths: string[] = [];
  for (const part of parts) {
    const path = join(folder, `${part}.jsonl.gz`);
    await writeGzipLines(path, lines(documents.filter((document) => document.part === part)));
    paths.push(path);
  }
  return paths;
}

function* lines(documents: readonly PlantedDocument[]): Generator<string> {
  for (const { id, text, kind, group, place, rank, meta } of documents)
    yield JSON.stringify({ id, text, kind, group, place, rank, ...meta });
}
