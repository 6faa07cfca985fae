import { BlockHash } from "../base/block-hash.ts";
import { RoteError } from "../base/errors.ts";
import { readStoredBytes } from "./file-lines.ts";

/** How a file began when it was read: the content hash of its first bytes. */
export interface StoredPrefix {
  readonly bytes: number;
  readonly sha256: string;
}

/** The content hash of a file's first bytes. */
export async function readPrefix(path: string, bytes: number): Promise<StoredPrefix> {
  const hash = new BlockHash();
  for await (const chunk of readStoredBytes(path, { start: 0, end: bytes })) hash.update(chunk);
  return hash.prefix();
}

/**
 * Pass a file's bytes on once it is known to begin as it did: nothing of another file may be counted
 * beside what was counted of this one. A file that was cut short and has been copied again begins as
 * before; one that was changed does not.
 */
export async function* checkedPrefix(
  path: string,
  stored: AsyncIterable<Uint8Array>,
  prefix: StoredPrefix | undefined,
): AsyncGenerator<Uint8Array> {
  if (prefix !== undefined) {
    const now = await readPrefix(path, prefix.bytes);
    if (now.bytes !== prefix.bytes || now.sha256 !== prefix.sha256) throw changed(path);
  }
  yield* stored;
}

function changed(path: string): RoteError {
  return new RoteError(
    "corpus/changed",
    `${path} no longer begins as it did when a part of it was counted; start again`,
    { path },
  );
}
