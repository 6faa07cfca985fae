/** Which files a corpus consists of: names, folders and patterns to a list of files and kinds. */
import type { Stats } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { RoteError } from "../base/errors.ts";
import { exists, fileError } from "../base/files.ts";
import type { Compression } from "./compression.ts";
import { expandGlob, isGlob } from "./glob.ts";

/** How a file's content is read, whatever its compression. */
export type FileKind = "jsonl" | "text" | "csv" | "tsv" | "parquet";

/** One file of a corpus. */
export interface CorpusFile {
  /** As the user wrote it, or below the folder the user wrote; "-" for standard input. */
  readonly path: string;
  /** Stored size; 0 for standard input, whose size nobody knows. */
  readonly byteLength: number;
  readonly kind: FileKind;
  readonly compression: Compression;
}

export interface FileList {
  readonly files: readonly CorpusFile[];
  /** Files of folders and patterns whose kind is not known, which are left out. */
  readonly ignored: readonly string[];
}

const kinds: Readonly<Record<string, FileKind>> = {
  jsonl: "jsonl",
  ndjson: "jsonl",
  json: "jsonl",
  txt: "text",
  text: "text",
  md: "text",
  markdown: "text",
  csv: "csv",
  tsv: "tsv",
  parquet: "parquet",
};
const compressions: Readonly<Record<string, Compression>> = {
  gz: "gzip",
  gzip: "gzip",
  zst: "zstd",
  zstd: "zstd",
};
const decompressors: Readonly<Record<string, string>> = {
  xz: "xz -dc",
  lzma: "xz -dc --format=lzma",
  bz2: "bzip2 -dc",
  lz4: "lz4 -dc",
  br: "brotli -dc",
};
const known =
  ".jsonl, .ndjson, .json (lines), .txt, .md, .csv, .tsv (each also .gz or .zst), .parquet";

/** A file's compression by the end of its name; one that is not read is an error. */
export function fileCompression(path: string): Compression {
  const extension = extensionsOf(path).at(-1) ?? "";
  const decompressor = decompressors[extension];
  if (decompressor !== undefined) throw undecodable(path, extension, decompressor);
  return compressions[extension] ?? "none";
}

/** A file's kind by the ends of its name; undefined where it is not known. */
function fileKind(
  path: string,
): { readonly kind: FileKind; readonly compression: Compression } | undefined {
  const compression = fileCompression(path);
  const kind = kinds[extensionsOf(path).at(compression === "none" ? -1 : -2) ?? ""];
  if (kind === undefined) return undefined;
  if (kind === "parquet" && compression !== "none")
    throw new RoteError(
      "corpus/unsupported",
      `${path}: a Parquet file is read from its end and cannot be read through ${compression}; decompress it first`,
      { path },
    );
  return { kind, compression };
}

function extensionsOf(path: string): string[] {
  return basename(path).toLowerCase().split(".").slice(1);
}

function undecodable(path: string, extension: string, decompressor: string): RoteError {
  return new RoteError(
    "corpus/unsupported",
    `${path}: .${extension} is not read; decompress it first, or pipe JSON lines in: ${decompressor} ${path} | rote … --corpus -`,
    { path, extension },
  );
}

/**
 * The files that names, folders and patterns stand for: in the order given, each expansion sorted
 * by path, a file that is reached twice (also through links) taken once, under its first path.
 */
export async function listFiles(paths: readonly string[]): Promise<FileList> {
  const files = new Map<string, CorpusFile>();
  const ignored: string[] = [];
  for (const path of paths) {
    let read = 0;
    for (const { path: name, status, named } of await expand(path)) {
      if (named && !status.isFile()) throw noFile(name);
      const kind = status.isFile() ? fileKind(name) : undefined;
      if (kind === undefined) {
        if (named) throw unknownKind(name);
        ignored.push(name);
        continue;
      }
      const file = await realpath(name);
      if (!files.has(file)) files.set(file, { path: name, byteLength: status.size, ...kind });
      read += 1;
    }
    if (read === 0)
      throw new RoteError(
        "corpus/empty",
        `${path} ${isGlob(path) ? "matches" : "holds"} no file of a known kind; known are ${known}`,
        { path, ignored },
      );
  }
  return { files: [...files.values()], ignored };
}

function unknownKind(path: string): RoteError {
  return new RoteError(
    "corpus/unsupported",
    `${path}: a file of this kind is not read; known are ${known}`,
    { path },
  );
}

/** A pipe cannot be planned, hashed nor read again. */
function noFile(path: string): RoteError {
  return new RoteError(
    "corpus/unsupported",
    `${path} is a pipe or a device, not a file; give what comes out of it as standard input: rote … --corpus - < ${path}`,
    { path },
  );
}

interface FoundFile {
  readonly path: string;
  readonly status: Stats;
  /** Whether the user named this very file. */
  readonly named: boolean;
}

async function expand(path: string): Promise<FoundFile[]> {
  if (isGlob(path) && !(await exists(path))) {
    const found = await Promise.all((await expandGlob(path)).map((match) => below(match)));
    return found.flat().sort(byPath);
  }
  const found = await fileStat(path);
  if (found.isDirectory()) return (await below(path)).sort(byPath);
  return [{ path, status: found, named: true }];
}

/**
 * A file itself, or the files below a folder. Names that begin with a dot are passed over; links
 * are followed, but not back into a folder they lie in.
 */
async function below(path: string, above: readonly string[] = []): Promise<FoundFile[]> {
  const found = await fileStat(path);
  if (!found.isDirectory()) return [{ path, status: found, named: false }];
  const here = await realpath(path);
  if (above.includes(here)) return [];
  const files: FoundFile[] = [];
  for (const name of await readdir(path)) {
    if (name.startsWith(".")) continue;
    for (const file of await below(join(path, name), [...above, here])) files.push(file);
  }
  return files;
}

function byPath(a: FoundFile, b: FoundFile): number {
  return a.path < b.path ? -1 : 1;
}

async function fileStat(path: string): Promise<Stats> {
  return stat(path).catch((error: unknown) => {
    throw fileError(path, error);
  });
}
