/** Writes an index by sorting all suffixes by comparison: short enough to be believed. For small corpora. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface NaiveOptions {
  readonly width?: 1 | 2 | 4;
  readonly shards?: number;
  /** Default: the fewest bytes that reach every token. */
  readonly pointerWidth?: number;
  /** Version 5: the tokens of each document reversed. */
  readonly reversed?: boolean;
  /** Version 6: a directory for each shard, names without numbers. */
  readonly isVersion6?: boolean;
  readonly metadata?: boolean;
}

/** The tokens of documents as they stand in a shard. */
export function streamOf(documents: readonly (readonly number[])[], width: 1 | 2 | 4): number[] {
  return documents.flatMap((document) => [2 ** (8 * width) - 1, ...document]);
}

/** Write documents, dealt round robin to the shards (version 6: in consecutive parts); the directories to open. */
export function writeNaiveIndex(
  directory: string,
  documents: readonly (readonly number[])[],
  options: NaiveOptions = {},
): string[] {
  const { width = 2, shards = 1, reversed = false, isVersion6 = false, metadata = true } = options;
  const part = Math.ceil(documents.length / shards);
  const directories = new Set<string>();
  for (let shard = 0; shard < shards; shard++) {
    const folder = isVersion6 ? join(directory, `part-${shard}`) : directory;
    directories.add(folder);
    mkdirSync(folder, { recursive: true });
    const mine = [...documents.keys()].filter((i) =>
      isVersion6 ? Math.floor(i / part) === shard : i % shards === shard,
    );
    const write = (name: string, content: Uint8Array | string): void => {
      writeFileSync(join(folder, isVersion6 ? name : `${name}.${shard}`), content);
    };
    const texts = mine.map((i) => (reversed ? [...documents[i]!].reverse() : documents[i]!));
    const tokenized = numbers(streamOf(texts, width), width);
    const suffixes = Array.from({ length: tokenized.length / width }, (_, i) => i * width);
    suffixes.sort((a, b) => Buffer.compare(tokenized.subarray(a), tokenized.subarray(b)));
    const pointerWidth =
      options.pointerWidth ?? Math.max(1, Math.ceil(Math.log2(tokenized.length) / 8));
    const lines = mine.map(
      (i) => `{"path": "a.jsonl", "linenum": ${i}, "metadata": {"n": "ü${i}"}}\n`,
    );
    const starts = (sizes: readonly number[]): Buffer =>
      numbers(
        sizes.map((_, i) => sum(sizes.slice(0, i))),
        8,
      );
    write("tokenized", tokenized);
    write("table", numbers(suffixes, pointerWidth));
    write("offset", starts(texts.map(({ length }) => (length + 1) * width)));
    if (!metadata) continue;
    write("metadata", lines.join(""));
    write("metaoff", starts(lines.map((line) => Buffer.byteLength(line))));
  }
  return [...directories];
}

function numbers(values: readonly number[], width: number): Buffer {
  const bytes = Buffer.alloc(values.length * width);
  for (const [i, value] of values.entries())
    for (let byte = 0, rest = value; byte < width; byte++, rest = Math.floor(rest / 256))
      bytes[i * width + byte] = rest % 256;
  return bytes;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
