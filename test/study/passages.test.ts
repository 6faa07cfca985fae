import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { openCorpus } from "#rote/corpus/corpus.js";
import { hashCorpusFiles } from "#rote/corpus/hash-files.js";
import { buildIndex } from "#rote/counting/ngram-index/build-index.js";
import { openCorpusTokens } from "#rote/counting/ngram-index/corpus-tokens.js";
import {
  readWordedDocuments,
  type WordedDocument,
} from "#rote/counting/ngram-index/worded-documents.js";
import { PASSAGE_WORDS, samplePassages, wordedDocuments } from "#rote/study/passages.js";
import { textPolicy } from "#rote/text/policies.js";

const vocabulary = "the of a Straße STRASSE naïve na\u0131ve ½ don't 東京 J\u030c İ end".split(" ");

/** Documents of no word to many passages, with paragraphs. */
function writeTexts(): string {
  const folder = mkdtempSync(join(tmpdir(), "rote-passages-"));
  const rng = createRng("passages");
  const texts = Array.from({ length: 60 }, () => {
    const words = Array.from({ length: rng.int(4) * rng.int(700) }, () => vocabulary[rng.int(13)]!);
    return words.map((word) => word + (rng.int(20) === 0 ? "\n\n" : " ")).join("");
  });
  const lines = texts.map((text) => `${JSON.stringify({ text })}\n`);
  writeFileSync(join(folder, "one.jsonl"), lines.slice(0, 25).join(""));
  writeFileSync(join(folder, "two.jsonl"), lines.slice(25).join(""));
  return folder;
}

test.each([
  { policy: "words", shards: 1 },
  { policy: "words", shards: 3, memory: 0 },
  { policy: "exact-words", shards: 2 },
] as const)(
  "an index gives the passages of the files: $policy, $shards shards",
  async (options) => {
    const { policy, shards, ...opening } = options;
    const folder = writeTexts();
    const corpus = await openCorpus({ paths: [folder] });
    const out = join(folder, "index");
    await buildIndex(await openCorpusTokens(corpus, { tokenizer: "words", policy }), {
      out,
      shards,
    });
    for (const size of [10, 1000]) {
      const sample = (documents: AsyncIterable<WordedDocument>) =>
        samplePassages(documents, { size, rng: createRng(7) });
      const ofFiles = await sample(wordedDocuments(corpus, textPolicy(policy), {}));
      expect(ofFiles.length).toBeGreaterThan(size === 10 ? 9 : 100);
      expect(await sample(readWordedDocuments(out, opening))).toEqual(ofFiles);
    }
  },
);

test("all passages together are the words of the documents, cut evenly", async () => {
  const corpus = await openCorpus({ paths: [writeTexts()] });
  const read = () => wordedDocuments(corpus, textPolicy("words"), {});
  const words: string[] = [];
  for await (const { wordCount, words: slice } of read()) words.push(...slice(0, wordCount));
  const passages = await samplePassages(read(), { size: 1e6, rng: createRng(7) });
  expect(passages.join(" ")).toBe(words.join(" "));
  const lengths = passages.map((passage) => passage.split(" ").length);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(PASSAGE_WORDS);
});

test("the hash of files is the one that a pass over their documents reports", async () => {
  const corpus = await openCorpus({ paths: [writeTexts()] });
  for await (const _ of corpus.documents());
  expect(await hashCorpusFiles(corpus.files)).toBe(corpus.report().sha256);
});
