/**
 * Building an index.
 *
 *   documents ─ tokens ─ tokenized, offset, metadata, metaoff of every shard, as they come
 *               each shard sorted ─ table, unigram ─ rote-index.json, SHA256SUMS ─ verified ─ renamed
 *
 * All of it happens in a folder beside the index, whose name ends in `.unfinished`. What it has reached
 * is written down there, so that the same build goes on after an interruption. A file beside it keeps
 * other processes out.
 */
import { mkdir, rename, rm } from "node:fs/promises";
import { totalmem } from "node:os";
import { dirname, join } from "node:path";
import { RoteError } from "../../base/errors.ts";
import { exists, fileError } from "../../base/files.ts";
import { takeLock } from "../../base/lock-file.ts";
import type { LongWork } from "../../base/progress.ts";
import { type BuildState, loadBuildState, saveBuildState } from "./build-state.ts";
import { describeIndex } from "./describe-index.ts";
import { finishShards } from "./finish-shards.ts";
import { BUILD_STATE_FILE, type IndexDescription, partName, UNFINISHED_SUFFIX } from "./format.ts";
import { requireSortable } from "./shard-limits.ts";
import type { TokenSource } from "./token-source.ts";
import { verifyFound, type VerifyOptions } from "./verify-index.ts";
import { type ReadState, writeTokens } from "./write-tokens.ts";

const LOCK_SUFFIX = ".lock";

/** Where an index is built, in how many parts, with what. */
export interface BuildIndexOptions extends LongWork {
  /** The folder of the index, which must not exist. */
  readonly out: string;
  /** Default 1. */
  readonly shards?: number;
  /** Threads that sort and verify shards; default 1. */
  readonly jobs?: number;
  /** Bytes of memory that sorting and verifying may take; default three quarters of the machine's, and half. */
  readonly memory?: number | undefined;
  /** The command line, for provenance. */
  readonly command?: string;
}

/** A finished index. */
export interface BuiltIndex {
  readonly directory: string;
  readonly description: IndexDescription;
  /** Documents that an interrupted build had written before. */
  readonly resumedDocuments: number;
}

/**
 * Build an index, or go on with an interrupted build of the same. Returns when it is verified and in
 * place. Memory holds what reading and tokenizing take, then what sorting the shards takes.
 */
export async function buildIndex(
  source: TokenSource,
  { out, shards = 1, jobs = 1, memory, command = "", ...work }: BuildIndexOptions,
): Promise<BuiltIndex> {
  const directory = out.replace(/(?<=.)\/+$/, "");
  const folder = directory + UNFINISHED_SUFFIX;
  await makeFolder(dirname(directory));
  await using _lock = await takeLock(folder + LOCK_SUFFIX, directory);
  if (await exists(directory))
    throw new RoteError(
      "file/unwritable",
      `${directory} is there already; name another folder with --out, or remove it`,
      { directory },
    );
  const { width: writtenWidth, policy, tokens } = source;
  // Ids of words may turn out to fit into two bytes.
  const width = policy === null ? writtenWidth : 2;
  const sorting = memory ?? 0.75 * totalmem();
  const requireRoom = (largest: number): void => {
    requireSortable({ tokens: largest, width, writtenWidth, shards, memory: sorting });
  };
  if (tokens !== undefined) requireRoom(Math.ceil(tokens / shards));
  const begun = await begin(folder, { ...source.fingerprint, shards }, shards);
  const read = await writeTokens(source, { folder, begun, requireRoom, ...work });
  refuseEmptyShards(read);
  const finished = await finishShards(read, {
    ...{ folder, writtenWidth, jobs, memory: sorting },
    ...work,
  });
  const description = await describeIndex(source, read.source, finished, { folder, command });
  await verifyBuilt(folder, description, { jobs, memory, ...work });
  await rm(join(folder, BUILD_STATE_FILE));
  await rename(folder, directory).catch((error: unknown) => {
    throw fileError(directory, error);
  });
  return { directory, description, resumedDocuments: begun.documents };
}

/** Make the unfinished folder, or find how far it is. */
async function begin(
  folder: string,
  plan: BuildState["plan"],
  shards: number,
): Promise<BuildState> {
  const begun = (await exists(folder)) ? await loadBuildState(folder, plan) : undefined;
  if (begun !== undefined) return begun;
  await makeFolder(folder);
  const none = { tokenized: 0, offset: 0, metadata: 0, metaoff: 0 };
  const state: BuildState = {
    plan,
    documents: 0,
    source: null,
    lengths: Array.from({ length: shards }, () => none),
    wordBytes: 0,
    finished: Array.from({ length: shards }, () => null),
  };
  await saveBuildState(folder, state);
  return state;
}

async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch((error: unknown) => {
    throw fileError(path, error);
  });
}

function refuseEmptyShards({ documents, lengths }: ReadState): void {
  if (documents >= lengths.length) return;
  throw new RoteError(
    "usage",
    `${documents} documents cannot fill ${lengths.length} shards; remove the unfinished folder and ask for fewer --shards`,
    { documents, shards: lengths.length },
  );
}

async function verifyBuilt(
  directory: string,
  description: IndexDescription,
  options: VerifyOptions,
): Promise<void> {
  const shards = description.shards.map((_, shard) => ({
    tokenized: join(directory, partName("tokenized", shard)),
    table: join(directory, partName("table", shard)),
    offset: join(directory, partName("offset", shard)),
    metadata: join(directory, partName("metadata", shard)),
    metaoff: join(directory, partName("metaoff", shard)),
    ...(description.tokenWidth === 1
      ? {}
      : { unigram: join(directory, partName("unigram", shard)) }),
  }));
  const { findings } = await verifyFound({ directory, description, shards }, options);
  const [first] = findings;
  if (first === undefined) return;
  throw new RoteError(
    "index/malformed",
    `${directory}: ${first.file} ${first.problem}; it was written otherwise, so check the disk and the memory, remove the folder and build anew`,
    { directory, findings },
  );
}
