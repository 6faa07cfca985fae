/**
 * Passages of a corpus: what the embedder is fitted on. A passage is a run of a document's words, so
 * that an index of words, which knows nothing of paragraphs, gives the passages that the files give.
 */
import type { LongWork } from "../base/progress.ts";
import type { Rng } from "../base/random.ts";
import type { Corpus } from "../corpus/corpus.ts";
import type { WordedDocument } from "../counting/ngram-index/worded-documents.ts";
import type { TextPolicy } from "../text/policy.ts";

/** Most words of a passage: about 2000 characters of English. */
export const PASSAGE_WORDS = 350;

/** The documents of files as words. */
export async function* wordedDocuments(
  corpus: Corpus,
  policy: TextPolicy,
  work: LongWork,
): AsyncGenerator<WordedDocument> {
  for await (const { text } of corpus.documents(work)) {
    const words = policy.words(text);
    yield { wordCount: words.length, words: (start, end) => words.slice(start, end) };
  }
}

/**
 * A uniform sample of all passages by reservoir (Algorithm R of Vitter, "Random Sampling with a
 * Reservoir", 1985). A document is cut into as few passages as possible, of like length.
 */
export async function samplePassages(
  documents: AsyncIterable<WordedDocument>,
  { size, rng }: { readonly size: number; readonly rng: Rng },
): Promise<readonly string[]> {
  const sample: string[] = [];
  let seen = 0;
  for await (const { wordCount, words } of documents) {
    const passages = Math.ceil(wordCount / PASSAGE_WORDS);
    for (let i = 0; i < passages; i++) {
      const place = seen < size ? seen : rng.int(seen + 1);
      seen += 1;
      if (place >= size) continue;
      const [start, end] = [i, i + 1].map((part) => Math.floor((part * wordCount) / passages));
      sample[place] = words(start!, end!).join(" ");
    }
  }
  return sample;
}
