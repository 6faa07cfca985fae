/** Reading files of an index to verify them: their sums are compared on the way, so that each is read once. */
import { createHash } from "node:crypto";
import { basename } from "node:path";
import { CHECKSUM_FILE } from "./format.ts";
import { readWhole, scanFile } from "./read-tokens.ts";

/** Something that is not as it must be. */
export interface Finding {
  /** Name of the file. */
  readonly file: string;
  readonly problem: string;
}

/** Something about the file of a path. */
export function found(path: string, problem: string): Finding {
  return { file: basename(path), problem };
}

/** A file whose bytes are not those that were written. */
export function otherSum(path: string): Finding {
  return found(path, `has another sha256 than ${CHECKSUM_FILE} says: it was changed`);
}

/** Reads files and, where their sums are known, compares them. */
export class HashedReads {
  readonly findings: Finding[] = [];
  readonly #sums: Readonly<Record<string, string>> | undefined;

  constructor(sums: Readonly<Record<string, string>> | undefined) {
    this.#sums = sums;
  }

  whole(path: string): Uint8Array<ArrayBuffer> {
    return this.#hashed(path, (onBytes) => readWhole(path, onBytes));
  }

  scan(path: string, onBytes: (bytes: Uint8Array) => void, chunkBytes?: number): void {
    this.#hashed(path, (hash) => {
      const both = (bytes: Uint8Array): void => {
        hash(bytes);
        onBytes(bytes);
      };
      scanFile(path, both, chunkBytes);
    });
  }

  #hashed<T>(path: string, read: (onBytes: (bytes: Uint8Array) => void) => T): T {
    const expected = this.#sums?.[basename(path)];
    if (expected === undefined) return read(() => undefined);
    const hash = createHash("sha256");
    const result = read((bytes) => hash.update(bytes));
    if (hash.digest("hex") !== expected) this.findings.push(otherSum(path));
    return result;
  }
}
