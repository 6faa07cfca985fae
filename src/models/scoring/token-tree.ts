/**
 * Sequences with common beginnings as one row of tokens, each token read once: a depth-first walk
 * over the tree that the sequences make. "a b c", "a b d e" and "a f" are the row a b c d e f.
 */

/** A row of tokens to be read, and what is asked about them. One sequence is a tree, too. */
export interface TokenTree {
  /** Tokens in the order of the walk. */
  readonly ids: Int32Array;
  /** Place of each token in its sequences. */
  readonly positions: Int32Array;
  /** The tokens that token t comes before in some sequence, and t itself, are those of [t, ends[t]). */
  readonly ends: Int32Array;
  /** What is asked for: the probability of `labels[i]` after the token at `places[i]`. */
  readonly places: Int32Array;
  readonly labels: Int32Array;
}

/** A sequence that is read to its end, where one label is asked for: what follows is not known yet. */
export function openSequence(ids: Int32Array): TokenTree {
  const { length } = ids;
  return {
    ids,
    positions: ids.map((_, t) => t),
    ends: new Int32Array(length).fill(length),
    places: Int32Array.of(length - 1),
    labels: Int32Array.of(0),
  };
}

/** A sequence alone, whose ids from `start` (at least 1) on are asked for; its last id is not read. */
export function wholeSequence(sequence: Int32Array, start = 1): TokenTree {
  const labels = sequence.subarray(start);
  return {
    ...openSequence(sequence.subarray(0, -1)),
    places: labels.map((_, i) => start - 1 + i),
    labels,
  };
}

/** True where a row is one sequence. */
export function isSequence({ ids, ends }: TokenTree): boolean {
  return ends.every((end) => end === ids.length);
}

/** Grows a tree by sequences in lexicographic order, so that common beginnings stand next to each other. */
export class TreeBuilder {
  readonly #ids: number[] = [];
  readonly #positions: number[] = [];
  readonly #ends: number[] = [];
  readonly #places: number[] = [];
  readonly #labels: number[] = [];
  #last: Int32Array = new Int32Array(0);
  /** Where the tokens of the last sequence stand that are read: all but its last. */
  #path: number[] = [];
  /** Which question asks for each token of the last sequence; −1 where none does. */
  #asked: number[] = [];

  /** Tokens in the row so far. */
  get length(): number {
    return this.#ids.length;
  }

  /** Questions in the row so far. */
  get asked(): number {
    return this.#places.length;
  }

  /** How many tokens the last sequence and this one begin with in common. */
  shared(sequence: Int32Array): number {
    const limit = Math.min(sequence.length, this.#last.length);
    let count = 0;
    while (count < limit && sequence[count] === this.#last[count]) count++;
    return count;
  }

  /** Add a sequence whose ids from `start` on are asked for; which of the tree's questions these are. */
  add(sequence: Int32Array, start: number): Int32Array {
    const shared = this.shared(sequence);
    this.#leave(Math.min(shared, this.#path.length));
    for (let t = this.#path.length; t < sequence.length - 1; t++) this.#enter(sequence[t]!, t);
    this.#asked.length = shared;
    for (let t = shared; t < sequence.length; t++) this.#asked.push(-1);
    for (let t = start; t < sequence.length; t++)
      if (this.#asked[t]! < 0) this.#asked[t] = this.#ask(this.#path[t - 1]!, sequence[t]!);
    this.#last = sequence;
    return Int32Array.from(this.#asked.slice(start));
  }

  build(): TokenTree {
    this.#leave(0);
    return {
      ids: Int32Array.from(this.#ids),
      positions: Int32Array.from(this.#positions),
      ends: Int32Array.from(this.#ends),
      places: Int32Array.from(this.#places),
      labels: Int32Array.from(this.#labels),
    };
  }

  #enter(id: number, position: number): void {
    this.#path.push(this.#ids.length);
    this.#ids.push(id);
    this.#positions.push(position);
    this.#ends.push(0);
  }

  /** Leave the branch down to its first `depth` tokens. */
  #leave(depth: number): void {
    for (const place of this.#path.splice(depth)) this.#ends[place] = this.#ids.length;
  }

  #ask(place: number, label: number): number {
    this.#places.push(place);
    return this.#labels.push(label) - 1;
  }
}
