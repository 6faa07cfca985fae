/** Files of token ids as an index's tokens, without tokenizing anything again. */
import { realpath } from "node:fs/promises";
import { basename } from "node:path";
import { BlockHash } from "../../base/block-hash.ts";
import { RoteError } from "../../base/errors.ts";
import { fileError, readBytes } from "../../base/files.ts";
import { expandGlob, isGlob } from "../../corpus/glob.ts";
import { describeFile, openIndexTokenizer } from "./corpus-tokens.ts";
import { DocumentCutter } from "./cut-documents.ts";
import { type IndexedCorpus, separatorOf, type TokenType, type TokenWidth } from "./format.ts";
import { commonFolder, stampFiles } from "./indexed-files.ts";
import { metadataText } from "./metadata-line.ts";
import { readNumbers } from "./read-numbers.ts";
import { dataPath, elementBytes, openTokenArray, type TokenArray } from "./token-arrays.ts";
import type { TokenBatch, TokenReading, TokenSource } from "./token-source.ts";

/** What files of token ids do not say themselves. */
export interface TokenFilesOptions {
  /** What a number is, in files that do not say it. */
  readonly tokenType?: TokenType | undefined;
  /** The id that ends a document; it is left out, for a separator stands before each document. */
  readonly endId?: number | undefined;
  /** Take every so many ids, a row as it is trained on, for a document. */
  readonly rowLength?: number | undefined;
  /** The tokenizer.json that made the ids, or its folder. */
  readonly tokenizer?: string | undefined;
}

/** Files of ids as tokens. Documents end with their file. Memory holds a few megabytes and the longest document. */
export async function openTokenFiles(
  patterns: readonly string[],
  { tokenType, endId, rowLength, tokenizer: tokenizerPath }: TokenFilesOptions = {},
): Promise<TokenSource> {
  if (endId !== undefined && rowLength !== undefined)
    throw new RoteError("usage", "documents end at --eos or after --row ids; give one of them");
  const paths = await distinctFiles((await Promise.all(patterns.map(expand))).flat());
  const arrays = await Promise.all(paths.map((path) => openTokenArray(path, tokenType)));
  const tokenizer =
    tokenizerPath === undefined ? undefined : await openIndexTokenizer(tokenizerPath);
  for (const array of arrays) refuseUncut(array, { endId, rowLength });
  const width = Math.max(...arrays.map(widthOf)) as TokenWidth;
  const limit = Math.min(separatorOf(width), tokenizer?.vocabularySize ?? Infinity);
  if (endId !== undefined && endId >= limit)
    throw new RoteError(
      "usage",
      `--eos ${endId} ends no document: ids of these files lie from 0 to ${limit - 1}`,
      { endId, limit },
    );
  const files = arrays.flatMap(({ path, indexPath }) => [path, ...(indexPath ? [indexPath] : [])]);
  const stamps = await stampFiles(files);
  const folder = commonFolder(files);
  const name = basename(paths[0]!).replace(/\.\w+$/, "");
  const corpus = {
    name: paths.length === 1 ? name : `${name}+${paths.length - 1}`,
    files: files.length,
    bytes: stamps.reduce((sum, { byteLength }) => sum + byteLength, 0),
    ...{ folder, lines: false, replacedCharacters: 0, skipped: 0 },
  };
  let sha256 = "";
  return {
    width,
    // A separator stands for each id that ends a document.
    tokens: arrays.reduce((sum, { count }) => sum + count, 0),
    endOfDocument: endId ?? tokenizer?.endOfText,
    policy: null,
    copies: tokenizer?.copies ?? [],
    fingerprint: {
      files: stamps,
      tokenType,
      endId,
      rowLength,
      tokenizer: tokenizer?.identity.sha256,
    },
    async *batches(reading: TokenReading = {}): AsyncGenerator<TokenBatch> {
      const hash = new BlockHash();
      const cut = { width, limit, endId, rowLength, folder };
      yield* behind(readArrays(arrays, cut, hash, reading), reading.skip ?? 0);
      sha256 = hash.digest();
    },
    takeWords: () => [],
    knowWords: () => Promise.resolve(),
    describe: () => ({
      width,
      tokenizer:
        tokenizer === undefined ? null : describeFile(tokenizer.identity, tokenizer.vocabularySize),
      corpus: { ...corpus, sha256 } satisfies IndexedCorpus,
    }),
  };
}

async function expand(pattern: string): Promise<readonly string[]> {
  if (!isGlob(pattern)) return [pattern];
  const found = (await expandGlob(pattern)).filter((path) => !/\.idx$/i.test(path)).sort();
  if (found.length > 0) return found;
  throw new RoteError("corpus/empty", `${pattern} matches no file`, { pattern });
}

/** A file that is named twice, by itself and by the index beside it perhaps, is read once. */
async function distinctFiles(paths: readonly string[]): Promise<string[]> {
  const files = new Map<string, string>();
  for (const path of paths.map(dataPath)) {
    const file = await realpath(path).catch((error: unknown) => {
      throw fileError(path, error);
    });
    if (!files.has(file)) files.set(file, path);
  }
  return [...files.values()];
}

function widthOf({ element }: TokenArray): TokenWidth {
  return Math.min(4, elementBytes[element]) as TokenWidth;
}

function refuseUncut(
  { path, documentEnds, rowLength }: TokenArray,
  asked: Pick<TokenFilesOptions, "endId" | "rowLength">,
): void {
  if ((documentEnds ?? rowLength ?? asked.endId ?? asked.rowLength) !== undefined) return;
  throw new RoteError(
    "usage",
    `${path} does not say where documents end; give the id that ends them with --eos, or the length of a row with --row`,
    { path },
  );
}

interface Cut {
  readonly width: TokenWidth;
  /** Ids must be below. */
  readonly limit: number;
  readonly endId: number | undefined;
  readonly rowLength: number | undefined;
  readonly folder: string;
}

async function* readArrays(
  arrays: readonly TokenArray[],
  { width, limit, endId, rowLength, folder }: Cut,
  hash: BlockHash,
  { signal, onProgress }: TokenReading,
): AsyncGenerator<TokenBatch> {
  const total = arrays.reduce((sum, { count }) => sum + count, 0);
  let done = 0;
  for (const array of arrays) {
    const isAsked = endId !== undefined || rowLength !== undefined;
    const cutter = new DocumentCutter({
      ...{ width, endId },
      rowLength: rowLength ?? (isAsked ? undefined : array.rowLength),
      documentEnds: rowLength === undefined ? array.documentEnds : undefined,
    });
    const name = array.path.slice(folder.length);
    let documents = 0;
    const takeBatch = (): TokenBatch => {
      const { tokens, ends } = cutter.take();
      const first = documents;
      documents += ends.length;
      return { tokens, ends, metadata: ends.map((_, i) => metadataText(name, first + i)) };
    };
    for await (const ids of readNumbers(array, limit, hash)) {
      signal?.throwIfAborted();
      cutter.push(ids);
      done += ids.length;
      onProgress?.({ stage: "read tokens", done, total, unit: "tokens" });
      yield takeBatch();
    }
    cutter.finish();
    yield takeBatch();
    hash.endFile();
    if (array.indexPath === undefined) continue;
    hash.update(await readBytes(array.indexPath));
    hash.endFile();
  }
}

/** Batches without their first `skip` documents. */
async function* behind(
  batches: AsyncIterable<TokenBatch>,
  skip: number,
): AsyncGenerator<TokenBatch> {
  let left = skip;
  for await (const batch of batches) {
    const { tokens, ends, metadata } = batch;
    const cut = Math.min(left, ends.length);
    left -= cut;
    if (cut === ends.length) continue;
    const start = cut === 0 ? 0 : ends[cut - 1]!;
    yield {
      tokens: tokens.subarray(start),
      ends: Array.from(ends)
        .slice(cut)
        .map((end) => end - start),
      metadata: metadata.slice(cut),
    };
  }
}
