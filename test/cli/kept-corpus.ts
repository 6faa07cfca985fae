/** A corpus of five files that takes long enough to be interrupted, and a question to it. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { createRng } from "#rote/base/random.js";

export interface KeptCorpus {
  /** Arguments that ask phrases and pairs, repeated ones among them. */
  readonly question: readonly string[];
  readonly corpus: string;
  /** The five files, by name below `corpus`. */
  readonly files: readonly string[];
}

/** Write files of `megabytes` of text each. Words are few, so that phrases and pairs are found. */
export function writeKeptCorpus(
  directory: string,
  { megabytes = 2, compressed = false, seed = 1 } = {},
): KeptCorpus {
  const rng = createRng(seed);
  const word = (): string => `w${Math.floor(300 * rng.next() ** 2)}`;
  const words = (count: number): string => Array.from({ length: count }, word).join(" ");
  const corpus = join(directory, "corpus");
  mkdirSync(corpus);
  const files = ["a", "b", "c", "d", "e"].map((name) => `${name}.jsonl${compressed ? ".gz" : ""}`);
  for (const name of files) {
    // A hundred different documents in another order each time are enough for parts to differ.
    const documents = Array.from(
      { length: 100 },
      () => `${JSON.stringify({ text: words(400) })}\n`,
    );
    let text = "";
    while (text.length < megabytes * 1e6) text += documents[rng.int(100)]!;
    writeFileSync(join(corpus, name), compressed ? gzipSync(text, { level: 1 }) : text);
  }
  const phrases = Array.from({ length: 300 }, () => words(1 + rng.int(3)));
  const pairs = Array.from({ length: 2000 }, () => `${words(1)}\t${words(2)}`);
  writeFileSync(join(directory, "phrases.txt"), `${[...phrases, phrases[0]!].join("\n")}\n`);
  writeFileSync(join(directory, "pairs.tsv"), `${[...pairs, pairs[0]!].join("\n")}\n`);
  return {
    question: [
      "--phrases",
      join(directory, "phrases.txt"),
      "--pairs",
      join(directory, "pairs.tsv"),
    ],
    corpus,
    files,
  };
}
