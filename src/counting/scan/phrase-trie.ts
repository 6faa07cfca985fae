/**
 * Phrases over word numbers as a trie, so that one walk from a position finds every phrase that
 * begins there, shorter ones inside longer ones included. Node 0 is the root and nobody's child.
 *
 * Children of the root stand in an array by word; all other edges in one hash table of
 * (node, word), at most half full, so the whole trie is a few flat arrays: about 40 bytes a word of
 * all phrases at worst.
 */
import { tableSize } from "./word-dictionary.ts";

const NONE = 0;

export class PhraseTrie {
  /** The phrase that ends at a node, or -1. */
  readonly phraseAt: Int32Array;
  /** Whether a longer phrase goes on from a node. */
  readonly goesOn: Uint8Array;
  readonly #roots: Int32Array;
  readonly #nodes: Int32Array;
  readonly #words: Int32Array;
  readonly #children: Int32Array;
  #nodeCount = 1;

  /** Phrase i is `phrases[i]`, words below `wordCount`. The phrases must differ and have words. */
  constructor(phrases: readonly Int32Array[], wordCount: number) {
    const nodeLimit = 1 + phrases.reduce((sum, phrase) => sum + phrase.length, 0);
    const size = tableSize(nodeLimit - phrases.length);
    this.phraseAt = new Int32Array(nodeLimit).fill(-1);
    this.goesOn = new Uint8Array(nodeLimit);
    this.#roots = new Int32Array(wordCount);
    this.#nodes = new Int32Array(size);
    this.#words = new Int32Array(size);
    this.#children = new Int32Array(size);
    for (const [i, phrase] of phrases.entries()) this.#insert(phrase, i);
  }

  /** The node of a first word, or 0 where no phrase begins with it. */
  root(word: number): number {
    return this.#roots[word]!;
  }

  /** The node after one more word, or 0. */
  child(node: number, word: number): number {
    return this.#children[this.#slot(node, word)]!;
  }

  #insert(phrase: Int32Array, index: number): void {
    const first = phrase[0]!;
    if (this.#roots[first] === NONE) this.#roots[first] = this.#nodeCount++;
    let node = this.#roots[first]!;
    for (let i = 1; i < phrase.length; i++) {
      this.goesOn[node] = 1;
      node = this.#childOrNew(node, phrase[i]!);
    }
    this.phraseAt[node] = index;
  }

  #childOrNew(node: number, word: number): number {
    const slot = this.#slot(node, word);
    if (this.#children[slot] !== NONE) return this.#children[slot]!;
    this.#nodes[slot] = node;
    this.#words[slot] = word;
    return (this.#children[slot] = this.#nodeCount++);
  }

  /** The slot that holds the edge, or the free one where it would go. */
  #slot(node: number, word: number): number {
    const mask = this.#children.length - 1;
    const hash = Math.imul(Math.imul(node, 0x9e3779b1) ^ word, 0x85ebca6b);
    for (let slot = (hash ^ (hash >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      if (this.#children[slot] === NONE) return slot;
      if (this.#nodes[slot] === node && this.#words[slot] === word) return slot;
    }
  }
}
