/**
 * Counts phrases and pairs in one document after another. Memory is bounded by the query and the
 * longest document: nothing is kept of a document but the sums.
 *
 * `#stamps[p]` is the number of the last document that held phrase p, so no counter is cleared
 * between documents. Only where a window is asked for, a document's occurrences are kept as linked
 * lists by phrase, latest first.
 */
import { textPolicy } from "../../text/policies.ts";
import type { TextPolicy } from "../../text/policy.ts";
import { type PairTable } from "./pair-table.ts";
import { PhraseTrie } from "./phrase-trie.ts";
import { UNKNOWN, WordDictionary } from "./word-dictionary.ts";

/** What is counted: distinct phrases and pairs of them. Plain data, so that it can be sent to a worker. */
export interface ScanPlan {
  readonly policy: TextPolicy["name"];
  /** Distinct phrases, each as its words joined by single spaces. */
  readonly keys: readonly string[];
  readonly pairs: PairTable;
  /** Largest distance in words between the starts of a pair's occurrences; absent: the document. */
  readonly window?: number;
}

/** Sums over documents: `df` and `tf` by phrase, `codf` by place in the pair table. */
export interface ScanCounts {
  readonly documents: number;
  readonly words: number;
  readonly df: Float64Array;
  readonly tf: Float64Array;
  readonly codf: Float64Array;
}

export class DocumentCounter {
  readonly #plan: ScanPlan;
  readonly #policy: TextPolicy;
  readonly #dictionary: WordDictionary;
  readonly #trie: PhraseTrie;
  readonly #stamps: Float64Array;
  readonly #df: Float64Array;
  readonly #tf: Float64Array;
  readonly #codf: Float64Array;
  readonly #occurrences: Occurrences | undefined;
  #documents = 0;
  #words = 0;
  #wordNumbers = new Int32Array(1024);
  #found = new Int32Array(1024);
  #foundCount = 0;

  constructor(plan: ScanPlan) {
    this.#plan = plan;
    this.#policy = textPolicy(plan.policy);
    const { dictionary, phrases } = numberWords(plan.keys);
    this.#dictionary = dictionary;
    this.#trie = new PhraseTrie(phrases, dictionary.size);
    this.#stamps = new Float64Array(plan.keys.length);
    this.#df = new Float64Array(plan.keys.length);
    this.#tf = new Float64Array(plan.keys.length);
    this.#codf = new Float64Array(plan.pairs.partners.length);
    this.#occurrences =
      plan.window === undefined ? undefined : new Occurrences(plan.keys.length, plan.window);
  }

  get counts(): ScanCounts {
    return {
      documents: this.#documents,
      words: this.#words,
      df: this.#df,
      tf: this.#tf,
      codf: this.#codf,
    };
  }

  /** Count one document. */
  add(text: string): void {
    const wordCount = this.#numberText(text);
    this.#documents += 1;
    this.#words += wordCount;
    this.#foundCount = 0;
    this.#occurrences?.clear();
    for (let position = 0; position < wordCount; position++) this.#matchAt(position, wordCount);
    this.#countPairs();
  }

  /** Whether the document added last holds a phrase. */
  holds(phrase: number): boolean {
    return this.#stamps[phrase] === this.#documents;
  }

  /** Fill `#wordNumbers` with the document's words. */
  #numberText(original: string): number {
    const { text, bounds } = this.#policy.split(original);
    const wordCount = bounds.length / 2;
    if (this.#wordNumbers.length < wordCount) this.#wordNumbers = new Int32Array(2 * wordCount);
    for (let i = 0; i < wordCount; i++)
      this.#wordNumbers[i] = this.#dictionary.find(text, bounds[2 * i]!, bounds[2 * i + 1]!);
    return wordCount;
  }

  /** Count every phrase that begins at a position. */
  #matchAt(position: number, wordCount: number): void {
    const numbers = this.#wordNumbers;
    const trie = this.#trie;
    if (numbers[position] === UNKNOWN) return;
    let node = trie.root(numbers[position]!);
    for (let next = position + 1; node !== 0; next++) {
      const phrase = trie.phraseAt[node]!;
      if (phrase >= 0) this.#record(phrase, position);
      if (trie.goesOn[node] === 0 || next >= wordCount || numbers[next] === UNKNOWN) return;
      node = trie.child(node, numbers[next]!);
    }
  }

  #record(phrase: number, position: number): void {
    this.#tf[phrase]! += 1;
    const isFirst = this.#stamps[phrase] !== this.#documents;
    this.#occurrences?.add(phrase, position, isFirst);
    if (!isFirst) return;
    this.#stamps[phrase] = this.#documents;
    this.#df[phrase]! += 1;
    if (this.#foundCount === this.#found.length) this.#found = grown(this.#found);
    this.#found[this.#foundCount++] = phrase;
  }

  #countPairs(): void {
    const { starts, partners } = this.#plan.pairs;
    for (let i = 0; i < this.#foundCount; i++) {
      const phrase = this.#found[i]!;
      for (let place = starts[phrase]!; place < starts[phrase + 1]!; place++) {
        const partner = partners[place]!;
        if (this.#stamps[partner] !== this.#documents) continue;
        if (this.#occurrences?.areNear(phrase, partner) === false) continue;
        this.#codf[place]! += 1;
      }
    }
  }
}

/** Where the phrases of one document begin, as one list a phrase, latest occurrence first. */
class Occurrences {
  readonly #window: number;
  /** The latest occurrence of each phrase; stale where the document does not hold the phrase. */
  readonly #latest: Int32Array;
  #positions = new Int32Array(1024);
  #earlier = new Int32Array(1024);
  #count = 0;

  constructor(phraseCount: number, window: number) {
    this.#latest = new Int32Array(phraseCount);
    this.#window = window;
  }

  clear(): void {
    this.#count = 0;
  }

  add(phrase: number, position: number, isFirst: boolean): void {
    if (this.#count === this.#positions.length) {
      this.#positions = grown(this.#positions);
      this.#earlier = grown(this.#earlier);
    }
    this.#positions[this.#count] = position;
    this.#earlier[this.#count] = isFirst ? -1 : this.#latest[phrase]!;
    this.#latest[phrase] = this.#count++;
  }

  /** Whether some occurrences of two phrases of this document begin within the window. */
  areNear(a: number, b: number): boolean {
    let i = this.#latest[a]!;
    let j = this.#latest[b]!;
    while (i >= 0 && j >= 0) {
      const distance = this.#positions[i]! - this.#positions[j]!;
      if (Math.abs(distance) <= this.#window) return true;
      if (distance > 0) i = this.#earlier[i]!;
      else j = this.#earlier[j]!;
    }
    return false;
  }
}

function grown(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * array.length);
  larger.set(array);
  return larger;
}

function numberWords(keys: readonly string[]): {
  readonly dictionary: WordDictionary;
  readonly phrases: readonly Int32Array[];
} {
  const numbers = new Map<string, number>();
  const phrases = keys.map((key) =>
    Int32Array.from(key.split(" "), (word) => {
      const number = numbers.get(word) ?? numbers.size;
      numbers.set(word, number);
      return number;
    }),
  );
  return { dictionary: new WordDictionary([...numbers.keys()]), phrases };
}
