/**
 * The state of BPE training: distinct words as sequences of token ids, how often each pair of
 * neighbours occurs (weighted by the words' counts, overlaps counted), and which words hold it.
 * A merge updates only the words that hold its pair.
 */
import { Heap } from "./heap.ts";

interface Pair {
  readonly left: number;
  readonly right: number;
  count: number;
  /** Indexes of words that held the pair once; some may be listed twice or hold it no longer. */
  words: number[];
}

/** A pair as it stood when it was put into the queue; old where the count has changed since. */
interface Candidate {
  readonly pair: Pair;
  readonly count: number;
}

export class PairCounts {
  readonly #words: Int32Array[];
  readonly #counts: ArrayLike<number>;
  readonly #pairs = new Map<number, Pair>();
  readonly #queue = new Heap<Candidate>(precedes);
  readonly #idLimit: number;
  /** Pairs that a merge has made more frequent. */
  readonly #risen = new Set<Pair>();

  /** `words` are changed in place; word i occurs counts[i] times; every id stays below `idLimit`. */
  constructor(words: Int32Array[], counts: ArrayLike<number>, idLimit: number) {
    this.#words = words;
    this.#counts = counts;
    this.#idLimit = idLimit;
    for (const [index, word] of words.entries())
      for (let i = 0; i + 1 < word.length; i++)
        this.#change(word[i]!, word[i + 1]!, counts[index]!, index);
    this.#enqueueRisen();
  }

  /** Take out the most frequent pair; of equals, the one of smaller ids. Undefined at the end. */
  takeMostFrequent(): { readonly left: number; readonly right: number } | undefined {
    for (;;) {
      const candidate = this.#queue.pop();
      if (candidate === undefined) return undefined;
      const { pair, count } = candidate;
      if (pair.count < 1) continue;
      if (pair.count === count) return pair;
      this.#queue.push({ pair, count: pair.count });
    }
  }

  /** Replace a pair by `merged` wherever it stands, from left to right. */
  merge(left: number, right: number, merged: number): void {
    const pair = this.#pairs.get(this.#key(left, right));
    if (pair === undefined) return;
    const { words } = pair;
    pair.words = [];
    for (const index of words) this.#mergeIn(index, left, right, merged);
    pair.count = 0;
    this.#enqueueRisen();
  }

  #mergeIn(index: number, left: number, right: number, merged: number): void {
    const word = this.#words[index]!;
    const count = this.#counts[index]!;
    let length = 0;
    for (let i = 0; i < word.length; i++) {
      if (word[i] !== left || word[i + 1] !== right) {
        word[length++] = word[i]!;
        continue;
      }
      if (length > 0) {
        this.#change(word[length - 1]!, left, -count, index);
        this.#change(word[length - 1]!, merged, count, index);
      }
      i++;
      if (i + 1 < word.length) {
        this.#change(right, word[i + 1]!, -count, index);
        this.#change(merged, word[i + 1]!, count, index);
      }
      word[length++] = merged;
    }
    if (length < word.length) this.#words[index] = word.subarray(0, length);
  }

  #change(left: number, right: number, by: number, word: number): void {
    const key = this.#key(left, right);
    let pair = this.#pairs.get(key);
    if (pair === undefined) this.#pairs.set(key, (pair = { left, right, count: 0, words: [] }));
    pair.count += by;
    if (by < 0) return;
    this.#risen.add(pair);
    if (pair.words.at(-1) !== word) pair.words.push(word);
  }

  #enqueueRisen(): void {
    for (const pair of this.#risen)
      if (pair.count > 0) this.#queue.push({ pair, count: pair.count });
    this.#risen.clear();
  }

  #key(left: number, right: number): number {
    return left * this.#idLimit + right;
  }
}

function precedes(a: Candidate, b: Candidate): boolean {
  if (a.count !== b.count) return a.count > b.count;
  if (a.pair.left !== b.pair.left) return a.pair.left < b.pair.left;
  return a.pair.right < b.pair.right;
}
