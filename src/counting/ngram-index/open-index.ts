/** Opening an index: one directory or several, in memory or in files. */
import { freemem } from "node:os";
import { RoteError } from "../../base/errors.ts";
import { openAll } from "../../base/open-all.ts";
import { discoverIndex, type IndexDirectory } from "./discover.ts";
import { FileShard } from "./file-shard.ts";
import {
  DESCRIPTION_FILE,
  separatorOf,
  tokenWidths,
  type IndexDescription,
  type TokenType,
} from "./format.ts";
import {
  loadedShard,
  MOST_TOKENS_IN_MEMORY,
  readShard,
  shardBytes,
  type ShardArrays,
} from "./memory-shard.ts";
import { NgramIndex } from "./ngram-index.ts";
import { measureShard, type Shard, type ShardFiles } from "./shard.ts";

/** How an index is opened. What says what the tokens are is needed only for indexes of others. */
export interface OpenIndexOptions {
  /** What a token is; default what the index says, else u16. */
  readonly tokenType?: TokenType;
  /** The id under which distributions report a document's end; default what the index says, else the separator. */
  readonly endOfDocument?: number;
  /** Whether the tokens of each document stand in reverse order, as in version 5; default false. */
  readonly reversed?: boolean;
  /**
   * Bytes of memory that may be taken. An index that fits is loaded; a larger one is read from its files
   * through a cache. Default half of what is free.
   */
  readonly memory?: number;
  /** Shards that `readIndexShards` has read, perhaps in another thread, which are not read again. */
  readonly shards?: readonly ShardArrays[] | undefined;
}

/** Smallest cache of an index that stays in its files. */
const LEAST_CACHE = 2 ** 26;

/** Open the index of one directory, or of several in the order given. */
export async function openIndex(
  directories: string | readonly string[],
  options: OpenIndexOptions = {},
): Promise<NgramIndex> {
  const { found, tokenType, files } = await findFiles(directories, options);
  const width = tokenWidths[tokenType];
  if (options.reversed === true) refuseForward(found);
  const description = found[0]!.description;
  return new NgramIndex(openShards(files, options), {
    tokenWidth: width,
    endOfDocument: options.endOfDocument ?? description?.endOfDocument ?? separatorOf(width),
    reversed: options.reversed ?? false,
    descriptions: found.flatMap(({ description }) => description ?? []),
    directories: found.map(({ directory }) => directory),
  });
}

/**
 * Read the shards of an index, for several threads to open it with; undefined where they do not fit into
 * the memory.
 */
export async function readIndexShards(
  directories: string | readonly string[],
  options: OpenIndexOptions = {},
): Promise<readonly ShardArrays[] | undefined> {
  const { files } = await findFiles(directories, options);
  return fitsInto(files, options) ? files.map(readShard) : undefined;
}

interface IndexFiles {
  readonly found: readonly IndexDirectory[];
  readonly tokenType: TokenType;
  readonly files: readonly ShardFiles[];
}

async function findFiles(
  directories: string | readonly string[],
  options: OpenIndexOptions,
): Promise<IndexFiles> {
  const paths = typeof directories === "string" ? [directories] : directories;
  if (paths.length === 0)
    throw new RoteError("usage", "an index is at least one directory, got none");
  const found: IndexDirectory[] = [];
  for (const path of paths) found.push(await discoverIndex(path));
  const tokenType = agreedTokenType(found, options.tokenType);
  const files = found.flatMap((directory) => measureDirectory(directory, tokenType));
  return { found, tokenType, files };
}

function fitsInto(
  files: readonly ShardFiles[],
  { memory = freemem() / 2 }: OpenIndexOptions,
): boolean {
  const bytes = files.reduce((sum, shard) => sum + shardBytes(shard), 0);
  return bytes <= memory && files.every(({ tokenCount }) => tokenCount <= MOST_TOKENS_IN_MEMORY);
}

/** All of them are in memory or none. */
function openShards(
  files: readonly ShardFiles[],
  { memory = freemem() / 2, shards: read }: OpenIndexOptions,
): Shard[] {
  const areRead = read === undefined && fitsInto(files, { memory });
  const cache = Math.max(memory, LEAST_CACHE) / files.length;
  const open = (shard: ShardFiles, i: number): Shard => {
    const arrays = read?.[i] ?? (areRead ? readShard(shard) : undefined);
    return arrays === undefined ? new FileShard(shard, cache) : loadedShard(arrays, shard);
  };
  return openAll<Shard[]>(...files.map((shard, i) => () => open(shard, i)));
}

function agreedTokenType(
  found: readonly IndexDirectory[],
  asked: TokenType | undefined,
): TokenType {
  const type = asked ?? found[0]!.description?.tokenType ?? "u16";
  for (const { directory, description } of found) {
    const says = description?.tokenType ?? type;
    if (says !== type)
      throw new RoteError(
        "index/mismatch",
        `the tokens of ${directory} are ${says}, not ${type}; open it by itself`,
        { directory, tokenType: says },
      );
    requireSameTokens(found[0]!, directory, description);
  }
  return type;
}

/** Indexes of ours hold no reversed documents; read as if they did, they would answer wrongly. */
function refuseForward(found: readonly IndexDirectory[]): void {
  const ours = found.find(({ description }) => description !== undefined);
  if (ours === undefined) return;
  throw new RoteError(
    "usage",
    `the documents of ${ours.directory}, which Rote made, are not reversed; leave --reversed out`,
    { directory: ours.directory },
  );
}

/** Ids of two tokenizers mean different things. */
function requireSameTokens(
  first: IndexDirectory,
  directory: string,
  description: IndexDescription | undefined,
): void {
  const [one, other] = [first.description?.tokenizer, description?.tokenizer];
  if (one == null || other == null) return;
  if (one.kind === other.kind && one.sha256 === other.sha256) return;
  throw new RoteError(
    "index/mismatch",
    `${directory} was made with another tokenizer (${other.name}) than ${first.directory} (${one.name}); their ids mean different tokens: open it by itself`,
    { directory, tokenizer: other.name },
  );
}

function measureDirectory(
  { directory, description, shards }: IndexDirectory,
  tokenType: TokenType,
): ShardFiles[] {
  return shards.map((paths, i) => {
    const files = measureShard(paths, tokenWidths[tokenType]);
    const said = description?.shards[i];
    if (
      said === undefined ||
      (said.tokens === files.tokenCount &&
        said.documents === files.documentCount &&
        said.pointerWidth === files.pointerWidth)
    )
      return files;
    throw new RoteError(
      "index/truncated",
      `shard ${i} of ${directory} holds ${files.tokenCount} tokens in ${files.documentCount} documents with pointers of ${files.pointerWidth} bytes, ` +
        `but ${DESCRIPTION_FILE} says ${said.tokens}, ${said.documents} and ${said.pointerWidth}; copy it again or build the index again`,
      { directory, shard: i },
    );
  });
}
