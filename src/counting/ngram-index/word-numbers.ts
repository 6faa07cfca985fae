/**
 * Ids of words in the order in which the corpus first shows them, whoever read which part of it:
 * encoders number words for themselves, and their batches come here in the order of the corpus.
 */
import { assert, RoteError } from "../../base/errors.ts";
import type { EncoderWords } from "./encode-texts.ts";
import { separatorOf } from "./format.ts";
import { WordIds } from "./word-ids.ts";

export class WordNumbers {
  readonly #ids = new WordIds();
  /** Ids by an encoder's own numbers. */
  readonly #byEncoder = new Map<number, Uint32Array>();
  /** Words whose ids nobody has asked for yet. */
  #added: string[] = [];

  get size(): number {
    return this.#ids.size;
  }

  /** Take words for known, in the order of their ids. */
  know(words: Iterable<string>): void {
    for (const word of words) this.#ids.add(word);
  }

  /** Put ids in the place of an encoder's numbers. */
  renumber(tokens: Uint32Array, words: EncoderWords): void {
    const ids = this.#learn(words);
    for (let i = 0; i < tokens.length; i++) tokens[i] = ids[tokens[i]!]!;
  }

  /** The words added since the last call, in the order of their ids. */
  take(): string[] {
    const added = this.#added;
    this.#added = [];
    return added;
  }

  #learn({ encoder, first, added }: EncoderWords): Uint32Array {
    let ids = this.#byEncoder.get(encoder) ?? new Uint32Array(1 << 10);
    if (first + added.length > ids.length) {
      const larger = new Uint32Array(2 * (first + added.length));
      larger.set(ids);
      ids = larger;
    }
    this.#byEncoder.set(encoder, ids);
    added.forEach((word, i) => {
      ids[first + i] = this.#idOf(word);
    });
    return ids;
  }

  #idOf(word: string): number {
    const { size } = this.#ids;
    if (size === separatorOf(4) - 1 || !this.#ids.hasRoom(word.length))
      throw new RoteError(
        "count/limit",
        `the corpus has more than ${size} different words, which is all that an index of words can hold; index it with a tokenizer, or in parts`,
        { words: size },
      );
    const id = this.#ids.add(word);
    if (id === size) this.#added.push(word);
    assert(id <= size, "ids of words follow one another");
    return id;
  }
}
