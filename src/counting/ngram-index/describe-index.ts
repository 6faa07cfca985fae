/** The last files of a build: copies of the tokenizer, `rote-index.json` and `SHA256SUMS`. */
import { readdir, rm } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { hashFile, readBytes, writeAtomically } from "../../base/files.ts";
import { sha256 } from "../../base/json.ts";
import { provenance } from "../../base/provenance.ts";
import { writeChecksums } from "./checksums.ts";
import type { FinishedShard } from "./finish-shard.ts";
import {
  BUILD_STATE_FILE,
  CHECKSUM_FILE,
  DESCRIPTION_FILE,
  FORMAT_VERSION,
  type IndexDescription,
  type IndexTokenizer,
  separatorOf,
  type TokenType,
  type TokenWidth,
  WORDS_FILE,
} from "./format.ts";
import type { SourceDescription, TokenSource } from "./token-source.ts";

const tokenTypes: Readonly<Record<TokenWidth, TokenType>> = { 1: "u8", 2: "u16", 4: "u32" };

export interface DescribeOptions {
  readonly folder: string;
  readonly command: string;
}

/** Write what an index says of itself, and the sums of all its files. Nothing else stays in the folder. */
export async function describeIndex(
  source: TokenSource,
  read: SourceDescription,
  finished: readonly FinishedShard[],
  { folder, command }: DescribeOptions,
): Promise<IndexDescription> {
  const hashes: Record<string, string> = {};
  for (const shard of finished) Object.assign(hashes, shard.hashes);
  for (const { from, to } of source.copies) {
    const bytes = await readBytes(from);
    await writeAtomically(join(folder, to), bytes);
    hashes[to] = sha256(bytes);
  }
  let { tokenizer } = read;
  if (tokenizer?.kind === "words") {
    hashes[WORDS_FILE] = await hashFile(join(folder, WORDS_FILE));
    tokenizer = { ...tokenizer, sha256: hashes[WORDS_FILE] };
  }
  const corpus = { ...read.corpus, fromIndex: pathFrom(folder, read.corpus.folder) };
  const description = describe(source, { ...read, tokenizer, corpus }, finished, command);
  const path = join(folder, DESCRIPTION_FILE);
  await writeAtomically(path, `${JSON.stringify(description, null, 2)}\n`);
  hashes[DESCRIPTION_FILE] = await hashFile(path);
  await writeChecksums(folder, hashes);
  await removeOthers(folder, new Set([...Object.keys(hashes), CHECKSUM_FILE, BUILD_STATE_FILE]));
  return description;
}

function describe(
  { endOfDocument, policy }: TokenSource,
  { width, tokenizer, corpus }: SourceDescription & { readonly tokenizer: IndexTokenizer | null },
  shards: readonly FinishedShard[],
  command: string,
): IndexDescription {
  return {
    format: FORMAT_VERSION,
    tokenType: tokenTypes[width],
    tokenWidth: width,
    pointerWidth: Math.max(...shards.map(({ pointerWidth }) => pointerWidth)),
    tokenizer,
    endOfDocument: endOfDocument ?? separatorOf(width),
    policy,
    documents: shards.reduce((sum, { documents }) => sum + documents, 0),
    tokens: shards.reduce((sum, { tokens }) => sum + tokens, 0),
    shards: shards.map(({ documents, tokens, pointerWidth }) => {
      return { documents, tokens, pointerWidth };
    }),
    corpus,
    provenance: provenance(0, command),
  };
}

/** A folder as seen from another one; the same on every machine where both were moved together. */
function pathFrom(from: string, to: string): string {
  return relative(resolve(from), resolve(to)).split(sep).join("/");
}

/** Remove what an interruption has left: files under temporary names, an empty list of words. */
async function removeOthers(folder: string, known: ReadonlySet<string>): Promise<void> {
  for (const name of await readdir(folder)) if (!known.has(name)) await rm(join(folder, name));
}
