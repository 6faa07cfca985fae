/**
 * Numbers for the words of a query, looked up by the characters of a text without making a string
 * of each word. Open addressing with linear probing; the table is at most half full.
 */

/** What a word that is in no query has instead of a number. */
export const UNKNOWN = -1;

export class WordDictionary {
  readonly size: number;
  readonly #characters: Uint16Array;
  /** Where word i begins in `#characters`; word i ends where word i + 1 begins. */
  readonly #starts: Uint32Array;
  /** Word numbers by hash; UNKNOWN where free. */
  readonly #table: Int32Array;

  /** Word i gets the number i. The words must differ. */
  constructor(words: readonly string[]) {
    this.size = words.length;
    this.#starts = new Uint32Array(words.length + 1);
    for (const [i, word] of words.entries()) this.#starts[i + 1] = this.#starts[i]! + word.length;
    this.#characters = new Uint16Array(this.#starts[words.length]!);
    this.#table = new Int32Array(tableSize(words.length)).fill(UNKNOWN);
    for (const [i, word] of words.entries()) {
      for (let j = 0; j < word.length; j++)
        this.#characters[this.#starts[i]! + j] = word.charCodeAt(j);
      this.#table[this.#slot(word, 0, word.length)] = i;
    }
  }

  /** The number of the word at [start, end) of a text, or UNKNOWN. */
  find(text: string, start: number, end: number): number {
    return this.#table[this.#slot(text, start, end)]!;
  }

  /** The slot that holds the word, or the free one where it would go. */
  #slot(text: string, start: number, end: number): number {
    let hash = end - start;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    const mask = this.#table.length - 1;
    for (let slot = (hash ^ (hash >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      const word = this.#table[slot]!;
      if (word === UNKNOWN || this.#equals(word, text, start, end)) return slot;
    }
  }

  #equals(word: number, text: string, start: number, end: number): boolean {
    const first = this.#starts[word]!;
    if (this.#starts[word + 1]! - first !== end - start) return false;
    for (let i = start; i < end; i++)
      if (this.#characters[first + i - start] !== text.charCodeAt(i)) return false;
    return true;
  }
}

/** A power of two, at least twice `entries`. */
export function tableSize(entries: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(2, 2 * entries)));
}
