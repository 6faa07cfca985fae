/** One document of a corpus. Boundaries come from the file: a line of JSONL, a Parquet row, a text file. */
export interface Document {
  /** Given by the corpus (`id`), else file and line. */
  readonly id: string;
  readonly text: string;
  /** Path of the file it was read from. */
  readonly source?: string;
  readonly meta?: Readonly<Record<string, unknown>>;
  /** Its place in the file; absent where the file is the document. */
  readonly origin?: DocumentOrigin;
}

/** Where in a file a document stands, and as what. */
export interface DocumentOrigin {
  /** The line it begins on, or the row of a Parquet file; from 1. */
  readonly line: number;
  /** All fields, in the order of the file: the text and the id are among them. Empty for a line of text. */
  readonly record: Readonly<Record<string, unknown>>;
}

/**
 * What a corpus is, so that two runs can tell whether they counted the same thing. Sizes and hash
 * are known after the first whole pass.
 */
export interface CorpusIdentity {
  readonly name: string;
  /** Name and version of the text policy the counts were made under, such as "words@1 (Unicode 17.0)". */
  readonly policy: string;
  readonly files: number;
  readonly documents?: number;
  readonly words?: number;
  readonly bytes?: number;
  /** sha256 over the sha256 of each 16 MiB block of each file as stored, in file order. */
  readonly sha256?: string;
  /** What was mended or left out while reading: invalid UTF-8 sequences, malformed lines. */
  readonly replacedCharacters?: number;
  readonly skipped?: number;
}
