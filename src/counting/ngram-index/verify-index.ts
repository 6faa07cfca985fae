/** Whether an index is what it should be: one of ours, or another program's. */
import { statSync } from "node:fs";
import { totalmem } from "node:os";
import { basename, join } from "node:path";
import { messageOf, RoteError } from "../../base/errors.ts";
import { hashFile } from "../../base/files.ts";
import type { LongWork } from "../../base/progress.ts";
import { readChecksums } from "./checksums.ts";
import { discoverIndex, type IndexDirectory, listFolder } from "./discover.ts";
import {
  BUILD_STATE_FILE,
  CHECKSUM_FILE,
  type TokenType,
  tokenWidths,
  UNFINISHED_SUFFIX,
} from "./format.ts";
import { type Finding, otherSum } from "./hashed-reads.ts";
import { runShards } from "./run-shards.ts";
import { measureShard } from "./shard.ts";
import { type ShardToVerify, verifyShard } from "./verify-shard.ts";

/** How an index is verified. */
export interface VerifyOptions extends LongWork {
  /** Of an index that does not say it itself; default u16. */
  readonly tokenType?: TokenType;
  /** Shards that are verified at once; default 1. Each takes the memory of its tokens. */
  readonly jobs?: number;
  /** Bytes of memory that tables may take, all jobs together; default half of the machine's. */
  readonly memory?: number | undefined;
}

/** What verifying an index has found. */
export interface Verification {
  readonly directory: string;
  readonly shards: number;
  /** Separators included; 0 where the files do not even say how many. */
  readonly tokens: number;
  readonly documents: number;
  /** Whether there were sums to check; another program's index has none. */
  readonly hasChecksums: boolean;
  /** Empty where the index is sound. */
  readonly findings: readonly Finding[];
}

/** The original builder compares so many bytes of two suffixes; beyond them their order is anyone's. */
const FOREIGN_TIE_BYTES = 100_000;

/**
 * Verify checksums, sizes, offsets, metadata, unigram counts, and that each table is the suffix array
 * of its tokens. Every file is read once, and the work grows with their size alone.
 */
export async function verifyIndex(
  directory: string,
  options: VerifyOptions = {},
): Promise<Verification> {
  let found: IndexDirectory;
  try {
    found = await discoverIndex(directory);
  } catch (error) {
    if (!(error instanceof RoteError) || error.code === "index/unfinished") throw error;
    const names = await listFolder(directory).catch((): string[] => []);
    if (!names.includes(CHECKSUM_FILE)) throw error;
    // It was an index: what is missing or unreadable now is a difference.
    const none = { directory, shards: 0, tokens: 0, documents: 0, hasChecksums: true };
    return { ...none, findings: [{ file: basename(directory), problem: error.message }] };
  }
  return verifyFound(found, options);
}

/** Verify an index whose files are found. */
export async function verifyFound(
  found: IndexDirectory,
  { tokenType = "u16", jobs = 1, memory = totalmem() / 2, ...work }: VerifyOptions = {},
): Promise<Verification> {
  const { directory, description } = found;
  const width = tokenWidths[description?.tokenType ?? tokenType];
  const findings: Finding[] = [];
  const sums = await readSums(found, findings);
  const shards = found.shards.map((paths): ShardToVerify => {
    const tie = description === undefined ? { tieBytes: FOREIGN_TIE_BYTES } : {};
    return {
      paths,
      width,
      memory: memory / Math.min(jobs, found.shards.length),
      ...tie,
      ...(sums && { sums: Object.fromEntries(sums) }),
    };
  });
  if (sums !== undefined) findings.push(...(await checkOtherFiles(found, sums)));
  findings.push(...(await verifyShards(shards, jobs, work)));
  const sizes = measure(found, shards, findings);
  return {
    directory,
    shards: shards.length,
    tokens: sizes.reduce((sum, { tokens }) => sum + tokens, 0),
    documents: sizes.reduce((sum, { documents }) => sum + documents, 0),
    hasChecksums: sums !== undefined,
    findings,
  };
}

/** The sums of an index that has any; one of ours must. */
async function readSums(
  { directory, description }: IndexDirectory,
  findings: Finding[],
): Promise<ReadonlyMap<string, string> | undefined> {
  if (!(await listFolder(directory)).includes(CHECKSUM_FILE)) {
    if (description !== undefined) findings.push({ file: CHECKSUM_FILE, problem: "is missing" });
    return undefined;
  }
  try {
    return await readChecksums(directory);
  } catch (error) {
    if (!(error instanceof RoteError) || error.code !== "index/malformed") throw error;
    findings.push({ file: CHECKSUM_FILE, problem: error.message });
    return undefined;
  }
}

/** Files that no shard's verification reads: missing, without a sum, or changed. */
async function checkOtherFiles(
  { directory, shards }: IndexDirectory,
  sums: ReadonlyMap<string, string>,
): Promise<Finding[]> {
  const names = new Set(await listFolder(directory));
  const read = new Set(
    shards.flatMap((paths) => Object.values<string>({ ...paths })).map(pathName),
  );
  const findings: Finding[] = [];
  for (const [file, sum] of sums) {
    if (!names.has(file)) findings.push({ file, problem: "is missing" });
    else if (!read.has(file) && (await hashFile(join(directory, file))) !== sum)
      findings.push(otherSum(file));
  }
  // Where a build verifies what it has made, it still says there how far it is.
  if (directory.endsWith(UNFINISHED_SUFFIX)) names.delete(BUILD_STATE_FILE);
  for (const file of names)
    if (file !== CHECKSUM_FILE && !sums.has(file))
      findings.push({ file, problem: `is not in ${CHECKSUM_FILE}: it does not belong here` });
  return findings;
}

function pathName(path: string): string {
  return basename(path);
}

async function verifyShards(
  shards: readonly ShardToVerify[],
  jobs: number,
  { signal, onProgress }: LongWork,
): Promise<Finding[]> {
  const findings: (readonly Finding[])[] = [];
  let done = 0;
  const report = (): void => {
    onProgress?.({ stage: "verify", done, total: shards.length, unit: "shards" });
  };
  report();
  await runShards(shards, {
    module: new URL("./verify-worker.js", import.meta.url),
    work: verifyShard,
    byteLength: shards.reduce((sum, { paths }) => sum + statSync(paths.tokenized).size, 0),
    threads: jobs,
    signal,
    onResult(found, shard) {
      findings[shards.indexOf(shard)] = found;
      done += 1;
      report();
    },
  });
  return findings.flat();
}

/** What the sizes of the files say, compared with what the index says of itself. */
function measure(
  { description, shards: found }: IndexDirectory,
  shards: readonly ShardToVerify[],
  findings: Finding[],
): { readonly tokens: number; readonly documents: number }[] {
  return found.flatMap((paths, i) => {
    try {
      const { tokenCount: tokens, documentCount: documents } = measureShard(
        paths,
        shards[i]!.width,
      );
      const said = description?.shards[i];
      if (said !== undefined && (said.tokens !== tokens || said.documents !== documents))
        findings.push({
          file: pathName(paths.tokenized),
          problem: `holds ${tokens} tokens in ${documents} documents, but the index says ${said.tokens} in ${said.documents}`,
        });
      return [{ tokens, documents }];
    } catch (error) {
      // What verifying the shard has said already need not be said again.
      if (findings.length === 0)
        findings.push({ file: pathName(paths.tokenized), problem: messageOf(error) });
      return [];
    }
  });
}
