/** The words of a text under a policy, with the place of each in the original text. */
export interface Words {
  /** Normalized words, in order. */
  readonly words: readonly string[];
  /** Two entries a word: start and end in UTF-16 units of the original text, half-open. */
  readonly offsets: Int32Array;
}

/** A text after normalization and folding, and where its words lie in it. */
export interface SplitText {
  readonly text: string;
  /** Two entries a word: start and end in UTF-16 units of `text` (not of the original), half-open. */
  readonly bounds: Int32Array;
}

/** How text becomes words: the ground of every text count. Counts of two policies are never mixed. */
export interface TextPolicy {
  readonly name: "words" | "exact-words" | "characters";
  /** Name, version and Unicode version: part of every identity. */
  readonly version: string;
  /** The normalized words alone; faster than `wordsWithOffsets`. */
  words(text: string): string[];
  /** The words as places in the normalized text: for hot loops that need no strings. */
  split(text: string): SplitText;
  wordsWithOffsets(text: string): Words;
}
