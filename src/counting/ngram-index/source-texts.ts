/**
 * The texts of indexed documents as the files of the corpus have them, where these are still there. A
 * file is read from its beginning up to the line that is asked for; further lines of it are read on
 * from there, so that documents in the order of the corpus take one pass at most.
 */
import { join } from "node:path";
import { messageOf } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import { openCorpus } from "../../corpus/corpus.ts";
import type { Document } from "../../corpus/document.ts";
import type { IndexedCorpus } from "./format.ts";

/** Where a document stood when it was indexed. */
export interface SourcePlace {
  /** Below the folder of the corpus. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
}

export interface SourceTextsOptions {
  /** Told once why texts cannot be had. */
  readonly onMissing?: ((why: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface OpenFile {
  readonly path: string;
  readonly documents: AsyncGenerator<Document>;
  /** The document read last. */
  current: Document | undefined;
}

export class SourceTexts implements AsyncDisposable {
  readonly #corpus: IndexedCorpus;
  /** Folders in which the files may be. */
  readonly #folders: readonly string[];
  readonly #options: SourceTextsOptions;
  readonly #found = new Map<string, string | undefined>();
  #file: OpenFile | undefined;
  #isTold = false;

  /** `directory` is the index's. */
  constructor(corpus: IndexedCorpus, directory: string, options: SourceTextsOptions = {}) {
    const { folder, fromIndex } = corpus;
    this.#corpus = corpus;
    this.#folders = [folder, ...(fromIndex === undefined ? [] : [join(directory, fromIndex)])];
    this.#options = options;
  }

  /** The text of a document for which `isSame` holds; undefined where its file has it no longer. */
  async find(
    { path, line }: SourcePlace,
    isSame: (text: string) => boolean,
  ): Promise<string | undefined> {
    const file = await this.#locate(path);
    let why = `${this.#corpus.folder}${path} is not there`;
    if (file !== undefined) {
      why = `${file}:${line} is not as it was indexed`;
      try {
        const text = await this.#read(file, line);
        if (text !== undefined && isSame(text)) return text;
      } catch (error) {
        this.#options.signal?.throwIfAborted();
        await this.#close();
        why = messageOf(error);
      }
    }
    if (!this.#isTold) this.#options.onMissing?.(why);
    this.#isTold = true;
    return undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }

  async #locate(path: string): Promise<string | undefined> {
    if (this.#found.has(path)) return this.#found.get(path);
    let found: string | undefined;
    for (const folder of path === "" ? [] : this.#folders) {
      const file = folder === "" ? path : join(folder, path);
      if (found === undefined && (await exists(file))) found = file;
    }
    this.#found.set(path, found);
    return found;
  }

  async #read(path: string, line: number): Promise<string | undefined> {
    if (this.#file?.path !== path || lineOf(this.#file.current) > line) await this.#open(path);
    const file = this.#file!;
    while (lineOf(file.current) < line) {
      const next = await file.documents.next();
      if (next.done === true) {
        await this.#close();
        return undefined;
      }
      file.current = next.value;
    }
    return lineOf(file.current) === line ? file.current?.text : undefined;
  }

  async #open(path: string): Promise<void> {
    await this.#close();
    const { field, lines } = this.#corpus;
    const corpus = await openCorpus({ paths: [path], field, lines, skipMalformed: true });
    const { signal } = this.#options;
    const documents = corpus.documents(signal === undefined ? {} : { signal });
    this.#file = { path, documents, current: undefined };
  }

  async #close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.documents.return(undefined);
  }
}

/** A document that is its file begins on the first line; before the first document is line 0. */
function lineOf(document: Document | undefined): number {
  return document === undefined ? 0 : (document.origin?.line ?? 1);
}
