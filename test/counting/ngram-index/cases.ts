/** Kinds of indexes and corpora that every differential test goes through. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { createRng, type Rng } from "#rote/base/random.js";
import type { NgramIndex } from "#rote/counting/ngram-index/ngram-index.js";
import { openIndex } from "#rote/counting/ngram-index/open-index.js";
import { writeNaiveIndex, type NaiveOptions } from "./naive-index.ts";

export type Documents = readonly (readonly number[])[];

const types = { 1: "u8", 2: "u16", 4: "u32" } as const;

/** Every width, 1 to 3 shards, pointers wider than needed, reversed documents, names without numbers. */
export const kinds: readonly (NaiveOptions & { readonly width: 1 | 2 | 4 })[] = [
  ...([1, 2, 4] as const).flatMap((width) => [1, 2, 3].map((shards) => ({ width, shards }))),
  { width: 2, pointerWidth: 5 },
  { width: 4, pointerWidth: 8, metadata: false },
  { width: 2, reversed: true },
  { width: 1, shards: 3, reversed: true },
  { width: 2, isVersion6: true },
  { width: 4, shards: 3, isVersion6: true },
];

/** Documents of a tiny alphabet, a fifth of them copies; some empty, some of one token, all of the highest ids among them. */
export function drawDocuments(rng: Rng, width: 1 | 2 | 4): number[][] {
  const highest = 2 ** (8 * width) - 2;
  const alphabet = [0, 1, 2, 3, 256, 257, 65_535, highest].filter((id) => id <= highest);
  const documents: number[][] = [[alphabet[1]!]];
  for (let i = rng.int(30); i > 0; i--) {
    const copied = rng.int(5) === 0;
    const length = rng.int(4) === 0 ? rng.int(2) : rng.int(25);
    const spread = 1 + rng.int(alphabet.length);
    documents.push(
      copied
        ? documents[rng.int(documents.length)]!
        : Array.from({ length }, () => alphabet[rng.int(spread)]!),
    );
  }
  while (documents.length < 3) documents.push([]);
  return documents;
}

/** Corpora with nothing but one feature. */
export const plainCorpora: Readonly<Record<string, Documents>> = {
  "one document": [[1, 2, 1, 2, 1]],
  "one token": [[7]],
  "empty documents": [[], [], []],
  "all tokens equal": [Array.from({ length: 40 }, () => 3)],
  "documents of one token": [[1], [2], [1], [1]],
};

/** Write and open an index for the running test, in memory or in files. */
export async function openNaive(
  documents: Documents,
  options: NaiveOptions & { readonly memory?: number } = {},
): Promise<NgramIndex> {
  const directory = mkdtempSync(join(tmpdir(), "rote-index-"));
  const { memory, ...naive } = options;
  const index = await openIndex(writeNaiveIndex(directory, documents, naive), {
    tokenType: types[options.width ?? 2],
    ...(options.reversed === undefined ? {} : { reversed: options.reversed }),
    ...(memory === undefined ? {} : { memory }),
  });
  onTestFinished(() => {
    index[Symbol.dispose]();
  });
  return index;
}

/** Documents that hold `tokens` one behind another, and where. */
export function locate(documents: Documents, tokens: readonly number[]): [number, number][] {
  return documents.flatMap((document, i) =>
    Array.from({ length: Math.max(0, document.length - tokens.length + 1) }, (_, at) => at)
      .filter((at) => tokens.every((token, j) => document[at + j] === token))
      .map((at): [number, number] => [i, at]),
  );
}

/** N-grams of 1 to `longest` tokens: some from the documents, some that may not occur. */
export function drawQueries(
  rng: Rng,
  documents: Documents,
  count: number,
  longest = 4,
): number[][] {
  const tokens = documents.flat();
  return Array.from({ length: count }, () => {
    const length = 1 + rng.int(longest);
    if (tokens.length < length || rng.int(3) === 0)
      return Array.from({ length }, () => tokens[rng.int(tokens.length || 1)] ?? 5);
    const at = rng.int(tokens.length - length + 1);
    return tokens.slice(at, at + length);
  });
}

/** Run `check` on drawn corpora of every kind, loaded and from files. */
export async function onEveryKind(
  seed: string,
  check: (index: NgramIndex, documents: Documents, rng: Rng) => void,
): Promise<void> {
  for (const [number, kind] of kinds.entries())
    for (const memory of [undefined, 0]) {
      const rng = createRng(`${seed}/${number}`);
      const documents = drawDocuments(rng, kind.width);
      const index = await openNaive(documents, memory === 0 ? { ...kind, memory } : kind);
      check(index, documents, rng);
    }
}
