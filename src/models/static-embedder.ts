/**
 * A cross-lingual static embedder fitted on a corpus: no neural network, no download.
 *
 *   text → words ─┬─ known:   weight · direction           (static-embedder/latent-space.ts)
 *                 └─ unknown: mean of its n-grams' vectors  (static-embedder/character-ngrams.ts)
 *        → sum over distinct words of log(1 + count) · vector → length 1
 *
 * Word order plays no part, and a word has one vector whatever its sense: the embedder tells what a
 * phrase is about, in any of the corpus's languages, and that is what mining task-grams asks.
 */
import { RoteError } from "../base/errors.ts";
import { readBytes, writeAtomically } from "../base/files.ts";
import { sha256 } from "../base/json.ts";
import type { LongWork } from "../base/progress.ts";
import { createRng } from "../base/random.ts";
import { wordsPolicy } from "../text/policies.ts";
import type { EmbeddingModel } from "./embedding-model.ts";
import { type ContextCounts, countContexts } from "./static-embedder/contexts.ts";
import { characterNgrams, fitCharacterNgrams } from "./static-embedder/character-ngrams.ts";
import {
  decodeEmbedder,
  type EmbedderContent,
  encodeEmbedder,
  quantize,
} from "./static-embedder/embedder-file.ts";
import { fitLatentSpace } from "./static-embedder/latent-space.ts";
import { scaleToUnit } from "./static-embedder/unit-vectors.ts";

/** An embedder of looked-up word vectors, with what it was fitted on. */
export interface StaticEmbedder extends EmbeddingModel {
  readonly words: number;
  readonly ngrams: number;
  /** The options it was fitted with and the sizes of its corpus. */
  readonly fit: Readonly<Record<string, unknown>>;
  /** The file's content; `identity.sha256` is its hash. */
  readonly bytes: Uint8Array;
}

/** Size and seed of a fitted embedder. */
export interface FitOptions extends LongWork {
  /** Components of a vector; default 128. */
  readonly dimension?: number;
  /** The most frequent words that get a row of their own; default 10,000 (1.3 MB at 128 dimensions). */
  readonly maximumWords?: number;
  /** Character n-grams that get a row; default 6,000 (0.8 MB). More of them help rare words most. */
  readonly maximumNgrams?: number;
  /** A word with a row stands in at least so many contexts; default 2, since one context is no evidence. */
  readonly minimumContexts?: number;
  readonly seed?: number;
  readonly name?: string;
}

/**
 * Weight of a word without a row, before its n-grams' disagreement shrinks it (one row's length is
 * 0.5 on average). Of 1, 2 and 4, 2 finds most translations of held-out segments.
 */
const unseenWeight = 2;

/**
 * Fit an embedder. A context is a document, or an array of texts that mean the same in several
 * languages. Memory: the distinct words' rows (4 · dimension bytes each), as much for character
 * n-grams of two words or more, and 24 bytes a distinct word of each context.
 */
export async function fitStaticEmbedder(
  contexts: AsyncIterable<readonly string[] | string>,
  {
    dimension = 128,
    maximumWords = 10_000,
    maximumNgrams = 6_000,
    minimumContexts = 2,
    seed = 1,
    name = "static-embedder",
    ...work
  }: FitOptions = {},
): Promise<StaticEmbedder> {
  if (!(Number.isInteger(dimension) && dimension >= 1))
    throw new RoteError("usage", `dimension must be a positive integer, got ${dimension}`);
  const counts = await countContexts(contexts, wordsPolicy, work);
  const basis = frequentWords(counts, maximumWords, minimumContexts);
  const report = (done: number): void =>
    work.onProgress?.({ stage: "decompose contexts", done, total: 1, unit: "matrices" });
  report(0);
  const rng = createRng(seed).fork("static-embedder");
  const space = fitLatentSpace(counts, basis, { dimension, rng });
  const limit = maximumNgrams;
  const ngrams = fitCharacterNgrams(counts.words, space.directions, { dimension, limit });
  report(1);
  const content: EmbedderContent = {
    name,
    policy: wordsPolicy.version,
    dimension,
    words: basis.map((word) => counts.words[word]!),
    keys: ngrams.keys,
    lengths: Float32Array.from([...basis.map((word) => space.weights[word]!), ...ngrams.lengths]),
    directions: quantize(
      stackRows(basis, space.directions, ngrams.directions, dimension),
      dimension,
    ),
    fit: {
      seed,
      minimumContexts,
      contexts: counts.contextStarts.length - 1,
      distinctWords: counts.words.length,
    },
  };
  return createEmbedder(content, encodeEmbedder(content));
}

/** The rows of the chosen words, then those of the n-grams. */
function stackRows(
  words: readonly number[],
  wordRows: Float32Array,
  ngramRows: Float32Array,
  dimension: number,
): Float32Array {
  const rows = new Float32Array(words.length * dimension + ngramRows.length);
  words.forEach((word, row) => {
    rows.set(wordRows.subarray(word * dimension, (word + 1) * dimension), row * dimension);
  });
  rows.set(ngramRows, words.length * dimension);
  return rows;
}

/** Write an embedder to one file. */
export async function writeStaticEmbedder(embedder: StaticEmbedder, path: string): Promise<void> {
  await writeAtomically(path, embedder.bytes);
}

/** Open the file of an embedder. */
export async function openStaticEmbedder(path: string): Promise<StaticEmbedder> {
  const bytes = await readBytes(path);
  const content = decodeEmbedder(bytes, path);
  if (content.policy !== wordsPolicy.version)
    throw new RoteError(
      "text/policy-mismatch",
      `${path} was fitted under the policy ${content.policy}, this program has ${wordsPolicy.version}; fit it again`,
      { path, found: content.policy, expected: wordsPolicy.version },
    );
  return createEmbedder(content, bytes);
}

/** The most frequent words, ties in code-unit order, so that the rows do not depend on reading order. */
function frequentWords(counts: ContextCounts, maximum: number, minimum: number): number[] {
  const { words, contextFrequency } = counts;
  const contexts = counts.contextStarts.length - 1;
  const candidates = [...words.keys()].filter((word) => contextFrequency[word]! >= minimum);
  if (candidates.length === 0)
    throw new RoteError(
      "corpus/empty",
      `no word stands in ${minimum} or more of ${contexts} contexts with ${words.length} distinct words; fit the embedder on more text`,
      { contexts, words: words.length, minimumContexts: minimum },
    );
  candidates.sort(
    (a, b) => contextFrequency[b]! - contextFrequency[a]! || (words[a]! < words[b]! ? -1 : 1),
  );
  return candidates.slice(0, maximum);
}

function createEmbedder(content: EmbedderContent, bytes: Uint8Array): StaticEmbedder {
  const { name, dimension, words, keys, fit } = content;
  const addText = textAdder(content);
  const parameters = content.directions.length + content.lengths.length;
  return {
    identity: { name, family: "static-embedder", parameters, sha256: sha256(bytes) },
    dimension,
    words: words.length,
    ngrams: keys.length,
    fit,
    bytes,
    embed(texts) {
      const result = new Float32Array(texts.length * dimension);
      texts.forEach((text, i) => {
        const row = result.subarray(i * dimension, (i + 1) * dimension);
        addText(row, text);
        scaleToUnit(row);
      });
      return Promise.resolve(result);
    },
  };
}

/** Adds the vectors of a text's words to a row. */
function textAdder(content: EmbedderContent): (target: Float32Array, text: string) => void {
  const { dimension, words, keys } = content;
  const vectors = dequantize(content);
  const rowOfWord = new Map(words.map((word, row) => [word, row]));
  const rowOfNgram = new Map(Array.from(keys, (key, i) => [key, words.length + i]));
  const addRow = (target: Float32Array, row: number, factor: number): void => {
    const start = row * dimension;
    for (let j = 0; j < dimension; j++) target[j]! += factor * vectors[start + j]!;
  };
  const addWord = (target: Float32Array, word: string, factor: number): void => {
    const row = rowOfWord.get(word);
    if (row !== undefined) {
      addRow(target, row, factor);
      return;
    }
    const rows = characterNgrams(word).flatMap((key) => rowOfNgram.get(key) ?? []);
    for (const ngram of rows) addRow(target, ngram, (factor * unseenWeight) / rows.length);
  };
  return (target, text) => {
    const counts = new Map<string, number>();
    for (const word of wordsPolicy.words(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
    for (const [word, count] of counts) addWord(target, word, Math.log1p(count));
  };
}

/** Each row's direction scaled to its length. */
function dequantize({ directions, lengths, dimension }: EmbedderContent): Float32Array {
  const vectors = Float32Array.from(directions);
  for (let row = 0; row < lengths.length; row++) {
    const vector = vectors.subarray(row * dimension, (row + 1) * dimension);
    scaleToUnit(vector);
    for (let j = 0; j < dimension; j++) vector[j]! *= lengths[row]!;
  }
  return vectors;
}
