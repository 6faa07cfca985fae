/**
 * A journal of finished batches, a line of JSON each, so that a stage that was interrupted continues
 * after its last batch. The first line holds the stage's key; a journal of another key is begun
 * anew. A last line without its line feed was being written when the process died: it is dropped and
 * its batch done again, as a whole, because what is run together decides the last digits.
 */
import { type FileHandle, mkdir, open, readFile, rm, truncate } from "node:fs/promises";
import { dirname } from "node:path";
import { fileError } from "../base/files.ts";

export class Journal<Entry> implements AsyncDisposable {
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly entries: Entry[];

  private constructor(path: string, handle: FileHandle, entries: Entry[]) {
    this.#path = path;
    this.#handle = handle;
    this.entries = entries;
  }

  /** Open the journal of a stage under its key, with the entries of an earlier, interrupted run. */
  static async open<Entry>(path: string, key: string): Promise<Journal<Entry>> {
    try {
      await mkdir(dirname(path), { recursive: true });
      const found = await readWholeLines(path);
      const [head, ...lines] = found.lines;
      const header = JSON.stringify({ key });
      const continues = head === header;
      if (continues) await truncate(path, found.byteLength);
      const handle = await open(path, continues ? "a" : "w");
      if (!continues) await handle.appendFile(`${header}\n`);
      const batches = continues ? lines.map((line) => JSON.parse(line) as readonly Entry[]) : [];
      return new Journal(path, handle, concatenated(batches));
    } catch (error) {
      throw fileError(path, error);
    }
  }

  /** Add the entries of a finished batch. */
  async append(batch: readonly Entry[]): Promise<void> {
    await this.#handle.appendFile(`${JSON.stringify(batch)}\n`).catch((error: unknown) => {
      throw fileError(this.#path, error);
    });
    for (const entry of batch) this.entries.push(entry);
  }

  /** Remove the journal once its stage's output is in place. */
  async remove(): Promise<void> {
    await rm(this.#path, { force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
  }
}

function concatenated<Entry>(batches: readonly (readonly Entry[])[]): Entry[] {
  const entries: Entry[] = [];
  for (const batch of batches) for (const entry of batch) entries.push(entry);
  return entries;
}

async function readWholeLines(path: string): Promise<{ lines: string[]; byteLength: number }> {
  const bytes = await readFile(path).catch(() => undefined);
  if (bytes === undefined) return { lines: [], byteLength: 0 };
  const byteLength = bytes.lastIndexOf(0x0a) + 1;
  const text = bytes.toString("utf8", 0, byteLength);
  return { lines: text.split("\n").slice(0, -1), byteLength };
}
