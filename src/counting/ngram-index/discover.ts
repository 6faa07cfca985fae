/** Which files of a directory are an index. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { RoteError } from "../../base/errors.ts";
import { exists, fileError, readJson } from "../../base/files.ts";
import {
  DESCRIPTION_FILE,
  parseDescription,
  partName,
  UNFINISHED_SUFFIX,
  type IndexDescription,
  type PartKind,
} from "./format.ts";

/** Paths of one shard's files. */
export interface ShardPaths {
  readonly tokenized: string;
  readonly table: string;
  readonly offset: string;
  /** Both or neither. */
  readonly metadata?: string;
  readonly metaoff?: string;
  readonly unigram?: string;
}

/** What lies in the directory of an index. */
export interface IndexDirectory {
  readonly directory: string;
  /** Absent where the index was not made by Rote. */
  readonly description?: IndexDescription;
  /** In the order of their numbers. */
  readonly shards: readonly ShardPaths[];
}

/**
 * Find an index. Its files are known by their exact names; whatever else lies beside them, and what
 * the path of the directory looks like, does not matter.
 */
export async function discoverIndex(path: string): Promise<IndexDirectory> {
  const directory = path.replace(/(?<=.)[/\\]+$/, "");
  await refuseUnfinished(directory);
  const names = await listFolder(directory);
  const shards = findShards(directory, new Set(names));
  if (!names.includes(DESCRIPTION_FILE)) return { directory, shards };
  const file = join(directory, DESCRIPTION_FILE);
  const description = parseDescription(await readJson(file), file);
  if (description.shards.length !== shards.length)
    throw new RoteError(
      "index/missing",
      `${directory} holds ${shards.length} shards, but its ${DESCRIPTION_FILE} says ${description.shards.length}; copy the others there or build the index again`,
      { directory, shards: shards.length },
    );
  return { directory, description, shards };
}

/** The names in a folder, in their order. */
export async function listFolder(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw fileError(folder, error);
  });
  return names.sort();
}

/** Where its build was interrupted, an index is refused by name. */
async function refuseUnfinished(directory: string): Promise<void> {
  const unfinished = directory.endsWith(UNFINISHED_SUFFIX)
    ? directory
    : directory + UNFINISHED_SUFFIX;
  if (!(await exists(unfinished))) return;
  if (unfinished !== directory && (await exists(directory))) return;
  throw new RoteError(
    "index/unfinished",
    `${unfinished} is an index whose build was interrupted; run the same rote index build again to finish it`,
    { path: unfinished },
  );
}

function findShards(directory: string, present: ReadonlySet<string>): ShardPaths[] {
  const isPlain = (["tokenized", "table", "offset"] as const).some((kind) => present.has(kind));
  const numbers = [...present].flatMap((name) => {
    const [, number] = /^(?:tokenized|table|offset)\.(0|[1-9][0-9]{0,8})$/.exec(name) ?? [];
    return number === undefined ? [] : [Number(number)];
  });
  if (isPlain && numbers.length > 0)
    throw new RoteError(
      "index/malformed",
      `${directory} holds shards with and without numbers; an index has one kind: move the other away`,
      { directory },
    );
  if (isPlain) return [shardPaths(directory, undefined, present)];
  if (numbers.length > 0) {
    const count = Math.max(...numbers) + 1;
    return Array.from({ length: count }, (_, shard) => shardPaths(directory, shard, present));
  }
  throw new RoteError(
    "index/missing",
    `${directory} holds no index: neither tokenized.0 nor tokenized; build one with rote index build`,
    { directory },
  );
}

function shardPaths(
  directory: string,
  shard: number | undefined,
  present: ReadonlySet<string>,
): ShardPaths {
  const has = (kind: PartKind): boolean => present.has(partName(kind, shard));
  const need = (kind: PartKind): string => {
    const file = partName(kind, shard);
    if (has(kind)) return join(directory, file);
    throw new RoteError(
      "index/missing",
      `${directory} has no ${file}, which belongs to its index; copy it there or build the index again`,
      { directory, file },
    );
  };
  return {
    tokenized: need("tokenized"),
    table: need("table"),
    offset: need("offset"),
    ...(has("metadata") || has("metaoff")
      ? { metadata: need("metadata"), metaoff: need("metaoff") }
      : {}),
    ...(has("unigram") ? { unigram: need("unigram") } : {}),
  };
}
