/** What the tests of this folder share: examples as streams, a tiny embedder, the naive miner. */
import type { EmbeddingModel } from "#rote/models/embedding-model.js";
import type { Example, Split } from "#rote/tasks/task.js";
import type { MinedSource } from "#rote/task-grams/splits.js";

/** A task over examples in memory; an example without a split belongs to the test split. */
export function taskOf(examples: readonly Partial<Example>[], name = "toy"): MinedSource {
  const all = examples.map((example, i): Example => ({
    id: `e${i}`,
    input: "",
    output: "",
    split: "test",
    ...example,
  }));
  return {
    name,
    examples: (split: Split) => stream(all.filter((example) => example.split === split)),
  };
}

// eslint-disable-next-line @typescript-eslint/require-await
export async function* stream<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

/** Counts of letters, scaled to length 1: similar strings have similar vectors. Counts its texts. */
export function letterEmbedder(): EmbeddingModel & { embedded: string[] } {
  const dimension = 26;
  const embedded: string[] = [];
  return {
    identity: { name: "letters", family: "test", parameters: 0, sha256: "" },
    dimension,
    embedded,
    embed(texts) {
      embedded.push(...texts);
      const rows = new Float32Array(texts.length * dimension);
      texts.forEach((text, i) => {
        rows.set(letterVector(text), i * dimension);
      });
      return Promise.resolve(rows);
    },
  };
}

export function letterVector(text: string): number[] {
  const counts = new Array<number>(26).fill(0);
  for (const letter of text) {
    const index = letter.charCodeAt(0) - 97;
    if (index >= 0 && index < 26) counts[index]!++;
  }
  const length = Math.hypot(...counts);
  return counts.map((count) => (length > 0 ? count / length : 0));
}

/** Cosine by hand, over the same float32 entries as the library. */
export function cosine(a: string, b: string): number {
  const [x, y] = [Float32Array.from(letterVector(a)), Float32Array.from(letterVector(b))];
  return x.reduce((sum, value, i) => sum + value * y[i]!, 0);
}

/** All distinct n-grams of a text of ASCII words, by definition. */
export function naiveNgrams(text: string, n: number): string[] {
  const words = text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  if (words.length > 0 && words.length < n) return [words.join(" ")];
  return [
    ...new Set(
      words.flatMap((_, i) => (i + n <= words.length ? [words.slice(i, i + n).join(" ")] : [])),
    ),
  ];
}

/** Every pair of one example with its cosine, identical ones left out. */
export function naivePairs(
  { input, output }: { readonly input: string; readonly output: string },
  n: number,
): { a: string; b: string; similarity: number }[] {
  const result = [];
  for (const a of naiveNgrams(input, n))
    for (const b of naiveNgrams(output, n))
      if (a !== b) result.push({ a, b, similarity: cosine(a, b) });
  return result;
}
