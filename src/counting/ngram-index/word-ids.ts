/**
 * Numbers for words in the order of their first appearance, looked up by the characters of a text
 * without making a string of each word. Open addressing with linear probing; the table is at most
 * half full. Memory: about 12 bytes a word and two a character.
 */

/** Characters one table can hold: places of characters are 32-bit numbers. */
const MOST_CHARACTERS = 2 ** 32 - 1;

export class WordIds {
  #size = 0;
  #characters = new Uint16Array(1 << 12);
  #used = 0;
  /** Where word i begins in `#characters`; it ends where word i + 1 begins. */
  #starts = new Uint32Array(1 << 9);
  /** Word numbers plus one by hash; 0 where free. */
  #table = new Uint32Array(1 << 10);

  get size(): number {
    return this.#size;
  }

  /** Whether a further text of this length fits in, whatever its words. */
  hasRoom(characters: number): boolean {
    return this.#used + characters <= MOST_CHARACTERS;
  }

  /** The number of the word at [start, end) of a text, which is new where it equals the former size. */
  add(text: string, start = 0, end: number = text.length): number {
    const slot = this.#slotOf(text, start, end);
    const known = this.#table[slot]!;
    if (known !== 0) return known - 1;
    this.#table[slot] = this.#size + 1;
    return this.#append(text, start, end);
  }

  /** The number of a word; undefined where it has none. */
  find(word: string): number | undefined {
    const known = this.#table[this.#slotOf(word, 0, word.length)]!;
    return known === 0 ? undefined : known - 1;
  }

  /** The word of a number below the size. */
  word(id: number): string {
    const characters = this.#characters.subarray(this.#starts[id], this.#starts[id + 1]);
    let text = "";
    for (const unit of characters) text += String.fromCharCode(unit);
    return text;
  }

  /** Where the table has the word at [start, end) of a text, or is free for it. */
  #slotOf(text: string, start: number, end: number): number {
    let hash = end - start;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    const table = this.#table;
    const mask = table.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    while (table[slot] !== 0 && !this.#equals(table[slot]! - 1, text, start, end))
      slot = (slot + 1) & mask;
    return slot;
  }

  #equals(word: number, text: string, start: number, end: number): boolean {
    const first = this.#starts[word]!;
    if (this.#starts[word + 1]! - first !== end - start) return false;
    for (let i = start; i < end; i++)
      if (this.#characters[first + i - start] !== text.charCodeAt(i)) return false;
    return true;
  }

  #append(text: string, start: number, end: number): number {
    const id = this.#size++;
    const used = this.#used;
    this.#used += end - start;
    if (this.#used > this.#characters.length)
      this.#characters = copied(this.#characters, new Uint16Array(2 * this.#used));
    for (let i = start; i < end; i++) this.#characters[used + i - start] = text.charCodeAt(i);
    if (id + 2 > this.#starts.length)
      this.#starts = copied(this.#starts, new Uint32Array(2 * this.#starts.length));
    this.#starts[id + 1] = this.#used;
    if (2 * this.#size > this.#table.length) this.#rehash();
    return id;
  }

  #rehash(): void {
    const table = new Uint32Array(2 * this.#table.length);
    const mask = table.length - 1;
    for (let id = 0; id < this.#size; id++) {
      const [start, end] = [this.#starts[id]!, this.#starts[id + 1]!];
      let hash = end - start;
      for (let i = start; i < end; i++) hash = Math.imul(hash ^ this.#characters[i]!, 0x01000193);
      let slot = (hash ^ (hash >>> 15)) & mask;
      while (table[slot] !== 0) slot = (slot + 1) & mask;
      table[slot] = id + 1;
    }
    this.#table = table;
  }
}

function copied<T extends Uint16Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
