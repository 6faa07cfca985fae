/** The bytes that tokens stand for, and which tokens can go on from a place within a text. */
import { DEAD, type TextPattern } from "./text-pattern.ts";

/**
 * What a token leads to: the state of the pattern behind it, or, where the text ends within the token
 * or with it, the number of its bytes up to there, negated.
 */
export type Reached = number;

/** A token that a text can begin in. */
export interface FirstToken {
  readonly token: number;
  /** Bytes of the token before the text. */
  readonly offset: number;
  readonly reached: Reached;
}

/** The spelling of a vocabulary. */
export class TokenSpellings {
  /** Whether a text begins and ends with a token: words are found whole. */
  readonly isWhole: boolean;
  readonly #tokens: readonly (Uint8Array | undefined)[];
  /** Ids in the order of their bytes. */
  #order: Uint32Array | undefined;
  #backwards: TokenSpellings | undefined;

  constructor(
    tokens: readonly (Uint8Array | undefined)[],
    { isWhole = false }: { readonly isWhole?: boolean } = {},
  ) {
    this.#tokens = tokens;
    this.isWhole = isWhole;
  }

  /** The bytes of a token; none for an id without one. */
  bytes(token: number): Uint8Array {
    return this.#tokens[token] ?? none;
  }

  /** The same tokens with their bytes from the last to the first. */
  backwards(): TokenSpellings {
    return (this.#backwards ??= new TokenSpellings(
      Array.from(this.#tokens, (bytes) => bytes?.slice().reverse()),
      { isWhole: this.isWhole },
    ));
  }

  /** Tokens that a text begins in, wherever in them. */
  *firstTokens(pattern: TextPattern): Generator<FirstToken> {
    for (const [token, bytes = none] of this.#tokens.entries())
      for (
        let offset = 0;
        offset < (this.isWhole ? Math.min(1, bytes.length) : bytes.length);
        offset++
      ) {
        const reached = this.#reach(pattern, bytes, offset);
        if (reached !== DEAD_END) yield { token, offset, reached };
      }
  }

  /** Tokens that go on with a text behind a state, and what they lead to. */
  nextTokens(pattern: TextPattern, state: number): ReadonlyMap<number, Reached> {
    const found = new Map<number, Reached>();
    const order = (this.#order ??= this.#sorted());
    const visit = (low: number, high: number, depth: number, at: number): void => {
      const isLonger = (place: number): boolean => this.bytes(order[place]!).length > depth;
      if (at === pattern.accepted) {
        for (let place = low; place < high && !(this.isWhole && isLonger(place)); place++)
          found.set(order[place]!, -depth);
        return;
      }
      for (; low < high && !isLonger(low); low++) found.set(order[low]!, at);
      for (const byte of pattern.bytesFrom(at)) {
        const start = this.#place(low, high, depth, byte);
        const end = this.#place(start, high, depth, byte + 1);
        if (start < end) visit(start, end, depth + 1, pattern.step(at, byte));
      }
    };
    visit(0, order.length, 0, state);
    return found;
  }

  #reach(pattern: TextPattern, bytes: Uint8Array, offset: number): Reached {
    let state = 0;
    for (let i = offset; i < bytes.length; i++) {
      state = pattern.step(state, bytes[i]!);
      if (state === DEAD) return DEAD_END;
      if (state === pattern.accepted)
        return this.isWhole && i + 1 < bytes.length ? DEAD_END : -(i + 1);
    }
    return state;
  }

  #sorted(): Uint32Array {
    const ids = [...this.#tokens.keys()].filter((id) => this.bytes(id).length > 0);
    return Uint32Array.from(ids.sort((a, b) => Buffer.compare(this.bytes(a), this.bytes(b))));
  }

  /** The first place in [low, high) whose token has at least `byte` at `depth`. */
  #place(low: number, high: number, depth: number, byte: number): number {
    const order = this.#order!;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.bytes(order[middle]!)[depth]! < byte) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const none = new Uint8Array(0);
/** No state and no number of bytes. */
const DEAD_END = -Infinity;
