/** The ids of a text, with the place of each token in it. */
export interface Encoding {
  readonly ids: Int32Array;
  /**
   * Two entries a token: start and end of the token's characters in the text, in UTF-16 units,
   * half-open. Tokens that share one character (the bytes of an emoji) all span the whole of it;
   * an added token such as a beginning-of-sequence mark spans nothing (start = end).
   */
  readonly offsets: Int32Array;
}

/** Text to token ids and back. */
export interface Tokenizer {
  readonly identity: TokenizerIdentity;
  /** One more than the highest id. */
  readonly vocabularySize: number;
  /** Prepended to every sequence where the tokenizer says so; undefined where it does not. */
  readonly beginningOfSequence: number | undefined;
  /** Ends a document; undefined where the vocabulary has no such token. */
  readonly endOfText: number | undefined;
  /** Ids without special tokens added around them. */
  encode(text: string): Int32Array;
  encodeWithOffsets(text: string): Encoding;
  decode(ids: ArrayLike<number>): string;
}

/** What a tokenizer is, down to the bytes of its file. */
export interface TokenizerIdentity {
  readonly name: string;
  /** "byte-level-bpe" for our own, else the library that runs it. */
  readonly method: string;
  readonly vocabularySize: number;
  /** sha256 of tokenizer.json. */
  readonly sha256: string;
}
