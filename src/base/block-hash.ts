import { createHash, type Hash } from "node:crypto";

/** Bytes of a block; the last of a file may be shorter. */
export const BLOCK_BYTES: number = 16 * 1024 * 1024;

/**
 * The content hash of several files: sha256 over the sha256 of each 16 MiB block of each file as
 * stored, in file order, so that workers can share the work and agree on the result. Blocks are
 * counted here: a stream may hand out less than it is asked for.
 */
export class BlockHash {
  readonly #blocks: string[] = [];
  #block: Hash = createHash("sha256");
  #filled = 0;

  update(bytes: Uint8Array): void {
    for (let start = 0; start < bytes.byteLength;) {
      const part = bytes.subarray(start, start + BLOCK_BYTES - this.#filled);
      this.#block.update(part);
      this.#filled += part.byteLength;
      start += part.byteLength;
      if (this.#filled === BLOCK_BYTES) this.#endBlock();
    }
  }

  /** Blocks do not reach over the end of a file. */
  endFile(): void {
    if (this.#filled > 0) this.#endBlock();
  }

  /** sha256 of each whole block so far, in hex. */
  get blocks(): readonly string[] {
    return this.#blocks;
  }

  digest(): string {
    return digestBlocks(this.#blocks);
  }

  /** How many bytes of the one file have been hashed so far, and what their content hash is. */
  prefix(): { readonly bytes: number; readonly sha256: string } {
    const rest = this.#filled > 0 ? [this.#block.copy().digest("hex")] : [];
    return {
      bytes: this.#blocks.length * BLOCK_BYTES + this.#filled,
      sha256: digestBlocks([...this.#blocks, ...rest]),
    };
  }

  #endBlock(): void {
    this.#blocks.push(this.#block.digest("hex"));
    this.#block = createHash("sha256");
    this.#filled = 0;
  }
}

/** The content hash of files whose blocks have these hashes, in file order. */
export function digestBlocks(blocks: Iterable<string>): string {
  const whole = createHash("sha256");
  for (const block of blocks) whole.update(block, "hex");
  return whole.digest("hex");
}
