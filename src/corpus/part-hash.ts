import { BLOCK_BYTES, BlockHash } from "../base/block-hash.ts";
import { readStoredBytes } from "./file-lines.ts";

/**
 * The hashes of the blocks that begin in one part of a file, from the bytes that are read anyway;
 * what of a block the part does not read is read for the hash.
 */
export class PartHash {
  readonly #path: string;
  readonly #hash: BlockHash = new BlockHash();
  /** The next byte that is wanted. */
  #at: number;
  /** Where the last block ends, if the file is so long. */
  readonly #end: number;

  constructor(path: string, start: number, end: number) {
    this.#path = path;
    this.#at = Math.ceil(start / BLOCK_BYTES) * BLOCK_BYTES;
    this.#end = this.#at < end ? Math.ceil(end / BLOCK_BYTES) * BLOCK_BYTES : this.#at;
  }

  /** Bytes of the file from `start` on; each call goes on where the one before ended. */
  update(start: number, bytes: Uint8Array): void {
    const wanted = bytes.subarray(Math.max(0, this.#at - start), Math.max(0, this.#end - start));
    this.#hash.update(wanted);
    this.#at += wanted.length;
  }

  /** What was read of a file from its beginning. */
  prefix(): { readonly bytes: number; readonly sha256: string } {
    return this.#hash.prefix();
  }

  /** sha256 of each block, in hex. */
  async finish(): Promise<readonly string[]> {
    for await (const bytes of readStoredBytes(this.#path, { start: this.#at, end: this.#end }))
      this.#hash.update(bytes);
    this.#hash.endFile();
    return this.#hash.blocks;
  }
}
