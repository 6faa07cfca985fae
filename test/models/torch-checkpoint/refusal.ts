import { mkdtempSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { RoteError } from "#rote/base/errors.js";
import { openTorchCheckpoint } from "#rote/models/torch-checkpoint/open-torch-checkpoint.js";
import { writeArchive } from "./archive.ts";
import { asTorch, entriesOf } from "./checkpoint.ts";

/** Opens files that must be refused, in a folder of its own. */
export class Refusals {
  readonly folder: string = mkdtempSync(join(tmpdir(), "rote-hostile-"));
  #files = 0;

  /** The one clear error with which a checkpoint is refused. */
  async of(bytes: Uint8Array): Promise<RoteError> {
    const path = join(this.folder, `${(this.#files += 1)}.bin`);
    await writeFile(path, bytes);
    const error: unknown = await openTorchCheckpoint(path).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    await rm(path);
    expect(error).toBeInstanceOf(RoteError);
    const { message } = error as RoteError;
    expect(message).toContain(path);
    expect(message.length).toBeLessThan(700);
    expect(message).toMatch(/^[^\p{C}]*$/u);
    return error as RoteError;
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true });
  }
}

/** A pickle in an archive like PyTorch's. */
export function inArchive(pickle: Uint8Array, storages: readonly Uint8Array[] = []): Buffer {
  return writeArchive(entriesOf(pickle, storages), asTorch);
}
