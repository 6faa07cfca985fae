import type { Document } from "#rote/corpus/document.js";
import type { ScannedCorpus } from "#rote/counting/scan/scan-engine.js";
import type { TextPolicy } from "#rote/text/policy.js";

/** A corpus that stands in memory. `byteLength` pretends a size, so that a scan uses workers. */
export function memoryCorpus(
  texts: readonly string[],
  { byteLength = 0 }: { readonly byteLength?: number } = {},
): ScannedCorpus {
  return {
    name: "memory",
    files: [{ path: "memory", byteLength }],
    async *documents() {
      for (const [i, text] of texts.entries()) {
        await Promise.resolve();
        yield { id: String(i), text, source: "memory" } satisfies Document;
      }
    },
    report: () => ({
      storedBytes: byteLength,
      sha256: "0".repeat(64),
      replacedCharacters: 0,
      skippedLines: 0,
    }),
  };
}

/** Where a phrase begins in a document: the definition, word by word. */
export function positions(document: readonly string[], phrase: readonly string[]): number[] {
  return document
    .map((_, at) => at)
    .filter((at) => phrase.every((word, i) => document[at + i] === word));
}

/** df, tf and codf by the definition. */
export function naiveCounts(
  texts: readonly string[],
  phrases: readonly string[],
  pairs: readonly (readonly [number, number])[],
  { policy, window }: { readonly policy: TextPolicy; readonly window?: number | undefined },
): { df: number[]; tf: number[]; codf: number[] } {
  const words = phrases.map((phrase) => policy.words(phrase));
  const df = phrases.map(() => 0);
  const tf = phrases.map(() => 0);
  const codf = pairs.map(() => 0);
  for (const text of texts) {
    const document = policy.words(text);
    const found = words.map((phrase) => positions(document, phrase));
    for (const [p, starts] of found.entries()) {
      tf[p]! += starts.length;
      df[p]! += starts.length > 0 ? 1 : 0;
    }
    for (const [i, [a, b]] of pairs.entries()) {
      const near = found[a]!.some((x) =>
        found[b]!.some((y) => window === undefined || Math.abs(x - y) <= window),
      );
      codf[i]! += near ? 1 : 0;
    }
  }
  return { df, tf, codf };
}
