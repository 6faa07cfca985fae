/** The documents of an index of words, one after another, and of each only the words that are asked for. */
import type { LongWork } from "../../base/progress.ts";
import type { NgramIndex } from "./ngram-index.ts";
import { openIndex, type OpenIndexOptions } from "./open-index.ts";
import { WordIndex } from "./word-index.ts";

/** A document as words. */
export interface WordedDocument {
  readonly wordCount: number;
  /** Words [start, end). */
  readonly words: (start: number, end: number) => readonly string[];
}

/** Documents between two progress reports and looks at the signal. */
const REPORT_EVERY = 1 << 16;

/**
 * All documents of an index of words in the order of the corpus. A document can be asked for its words
 * until the next one comes.
 */
export async function* readWordedDocuments(
  directory: string,
  { memory, signal, onProgress }: Pick<OpenIndexOptions, "memory"> & LongWork = {},
): AsyncGenerator<WordedDocument> {
  using index = await openIndex(directory, memory === undefined ? {} : { memory });
  const words = await WordIndex.open(index);
  const total = index.documentCount;
  for (let document = 0; document < total; document++) {
    if (document % REPORT_EVERY === 0) {
      onProgress?.({ stage: "read", done: document, total, unit: "documents" });
      await new Promise((resume) => setImmediate(resume));
      signal?.throwIfAborted();
    }
    yield documentOf(index, words, document);
  }
}

/** The corpus was dealt round to the shards. */
function documentOf({ shards }: NgramIndex, words: WordIndex, document: number): WordedDocument {
  const shard = shards[document % shards.length]!;
  const local = Math.floor(document / shards.length);
  const first = shard.documentStart(local) + 1;
  return {
    wordCount: shard.documentStart(local + 1) - first,
    words: (start, end) =>
      Array.from(
        { length: end - start },
        (_, i) => words.wordOf(shard.tokenAt(first + start + i)) ?? "",
      ),
  };
}
