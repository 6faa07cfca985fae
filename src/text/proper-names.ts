/**
 * Words that are written like names, told by their capital alone: over all texts that are read, a word
 * counts as one where it is capitalized more often than not, places at which any word has a capital left
 * out: the beginning of a text, a sentence, a line, a quotation. So "Paris" is one wherever it stands as
 * soon as one text has it inside a sentence; days, languages and peoples are ones in English; nearly
 * every noun is in German; and scripts without case have none. A single letter ("I", an initial) is not.
 */
import type { TextPolicy } from "./policy.ts";

/** What lies between two words where the second begins something; a full stop behind an initial does not. */
const beginsAnew = /[.!?…:;\n"“”„«»‹›([¿¡]/u;

export class NameFinder {
  readonly #policy: TextPolicy;
  /** Capitalized less uncapitalized occurrences of each word inside a sentence. */
  readonly #balance = new Map<string, number>();

  constructor(policy: TextPolicy) {
    this.#policy = policy;
  }

  add(text: string): void {
    const { words, offsets } = this.#policy.wordsWithOffsets(text);
    for (const [i, word] of words.entries()) {
      const written = text.slice(offsets[2 * i], offsets[2 * i + 1]);
      if (i === 0 || !/\p{L}.*\p{L}/su.test(written)) continue;
      const [before, end] = [offsets[2 * i - 2]!, offsets[2 * i - 1]!];
      const isInitial = /^\p{Lu}$/u.test(text.slice(before, end));
      const between = text.slice(end, offsets[2 * i]);
      if (beginsAnew.test(isInitial ? between.replace(/^\./, "") : between)) continue;
      const isCapitalized = /^[\p{Lu}\p{Lt}]/u.test(written);
      this.#balance.set(word, (this.#balance.get(word) ?? 0) + (isCapitalized ? 1 : -1));
    }
  }

  /** As the policy writes them. */
  names(): ReadonlySet<string> {
    return new Set([...this.#balance].flatMap(([word, balance]) => (balance > 0 ? [word] : [])));
  }
}
