/** Opening the indexes that requests are answered from. */
import { RoteError } from "../../base/errors.ts";
import type { TokenType } from "./format.ts";
import type { ApiIndex } from "./api-query.ts";
import { openIndexText } from "./index-text.ts";
import type { ShardArrays } from "./memory-shard.ts";
import { openIndex, type OpenIndexOptions, readIndexShards } from "./open-index.ts";

/** An index as somebody names it; plain data, so that a worker thread can be told to open it. */
export interface IndexSource {
  readonly name: string;
  /** Together they are one index. */
  readonly directories: readonly string[];
  readonly tokenType?: TokenType;
  readonly endOfDocument?: number;
  readonly reversed?: boolean;
  readonly tokenizer?: string;
}

/** Open indexes by name. */
export interface ApiIndexes extends ReadonlyMap<string, ApiIndex>, Disposable {}

/** Shards of indexes by name, to be shared by threads; indexes that stay in their files are not among them. */
export type ReadShards = ReadonlyMap<string, readonly ShardArrays[]>;

interface OpenApiIndexesOptions {
  /** Shared among the indexes evenly; default half of what is free. */
  readonly memory?: number | undefined;
  /** What `readApiShards` has read. */
  readonly shards?: ReadShards;
}

/** Read indexes that fit into the memory, for threads that open them. */
export async function readApiShards(
  sources: readonly IndexSource[],
  options: OpenApiIndexesOptions = {},
): Promise<ReadShards> {
  const read = new Map<string, readonly ShardArrays[]>();
  for (const source of sources) {
    requireNew(source, read);
    const shards = await readIndexShards(source.directories, openOptions(source, sources, options));
    if (shards !== undefined) read.set(source.name, shards);
  }
  return read;
}

/** Open indexes, all of them or none. */
export async function openApiIndexes(
  sources: readonly IndexSource[],
  options: OpenApiIndexesOptions = {},
): Promise<ApiIndexes> {
  const opened = new Map<string, ApiIndex>();
  const close = (): void => {
    for (const { index } of opened.values()) index[Symbol.dispose]();
  };
  try {
    for (const source of sources) {
      const { name, directories, tokenizer } = source;
      requireNew(source, opened);
      const index = await openIndex(directories, openOptions(source, sources, options));
      opened.set(name, { index });
      opened.set(name, { index, text: await openIndexText(index, { tokenizer }) });
    }
  } catch (error) {
    close();
    throw error;
  }
  return Object.assign(opened, { [Symbol.dispose]: close });
}

function openOptions(
  { name, tokenType, endOfDocument, reversed }: IndexSource,
  { length }: readonly IndexSource[],
  { memory, shards }: OpenApiIndexesOptions,
): OpenIndexOptions {
  return {
    ...(tokenType === undefined ? {} : { tokenType }),
    ...(endOfDocument === undefined ? {} : { endOfDocument }),
    ...(reversed === undefined ? {} : { reversed }),
    ...(memory === undefined ? {} : { memory: memory / length }),
    shards: shards?.get(name),
  };
}

function requireNew(
  { name, directories }: IndexSource,
  known: Pick<ReadonlyMap<string, unknown>, "has">,
): void {
  if (!known.has(name)) return;
  throw new RoteError(
    "usage",
    `two indexes are called ${name}; write NAME=${directories.join(",")} for one of them`,
    { name },
  );
}
