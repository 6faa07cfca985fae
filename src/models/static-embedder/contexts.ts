/**
 * The word counts of a corpus, context by context: what a static embedder is fitted on.
 *
 * A context is whatever is read together: a document, or a sentence with its translations. Texts
 * of one context that repeat each other word for word count once (an untranslated segment repeats
 * its original, and that is no evidence).
 */
import { RoteError } from "../../base/errors.ts";
import type { LongWork } from "../../base/progress.ts";
import type { TextPolicy } from "../../text/policy.ts";

/** Sparse counts. The words of context c stand at contextStarts[c] to contextStarts[c + 1]. */
export interface ContextCounts {
  /** Every distinct word, in order of first occurrence. */
  readonly words: readonly string[];
  /** Contexts that hold each word. */
  readonly contextFrequency: Uint32Array;
  readonly contextStarts: Uint32Array;
  readonly wordIds: Uint32Array;
  readonly counts: Uint32Array;
}

/** Contexts read between two progress reports and looks at the signal. */
const reportEvery = 1024;

/** Count the words of each context. Memory: the distinct words and 8 bytes a distinct word of each context. */
export async function countContexts(
  contexts: AsyncIterable<readonly string[] | string>,
  policy: TextPolicy,
  { signal, onProgress }: LongWork = {},
): Promise<ContextCounts> {
  const idOf = new Map<string, number>();
  const frequency: number[] = [];
  const starts = [0];
  const wordIds = new GrowingUint32();
  const counts = new GrowingUint32();
  for await (const context of contexts) {
    for (const [word, count] of wordCounts(context, policy)) {
      const id = idOf.get(word) ?? idOf.size;
      if (id === idOf.size) idOf.set(word, id);
      frequency[id] = (frequency[id] ?? 0) + 1;
      wordIds.push(id);
      counts.push(count);
    }
    starts.push(wordIds.length);
    if (starts.length % reportEvery !== 1) continue;
    throwIfInterrupted(signal);
    onProgress?.({ stage: "read contexts", done: starts.length - 1, unit: "contexts" });
  }
  return {
    words: [...idOf.keys()],
    contextFrequency: Uint32Array.from(frequency),
    contextStarts: Uint32Array.from(starts),
    wordIds: wordIds.toArray(),
    counts: counts.toArray(),
  };
}

function wordCounts(context: readonly string[] | string, policy: TextPolicy): Map<string, number> {
  const result = new Map<string, number>();
  for (const text of new Set(typeof context === "string" ? [context] : context))
    for (const word of policy.words(text)) result.set(word, (result.get(word) ?? 0) + 1);
  return result;
}

function throwIfInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true)
    throw new RoteError("interrupted", "fitting the embedder was interrupted; nothing was written");
}

/** A typed array that doubles as it fills. */
class GrowingUint32 {
  #values = new Uint32Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new Uint32Array(2 * this.length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length++] = value;
  }

  toArray(): Uint32Array {
    return this.#values.slice(0, this.length);
  }
}
