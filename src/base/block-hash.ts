import { createHash, type Hash } from "node:crypto";

const BLOCK_BYTES = 16 * 1024 * 1024;

/**
 * The content hash of several files: sha256 over the sha256 of each 16 MiB block of each file as
 * stored, in file order, so that workers can share the work and agree on the result. Blocks are
 * counted here: a stream may hand out less than it is asked for.
 */
export class BlockHash {
  readonly #whole: Hash = createHash("sha256");
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

  digest(): string {
    return this.#whole.digest("hex");
  }

  #endBlock(): void {
    this.#whole.update(this.#block.digest());
    this.#block = createHash("sha256");
    this.#filled = 0;
  }
}
