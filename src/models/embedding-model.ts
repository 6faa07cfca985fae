import type { ModelIdentity } from "./language-model.ts";

/** Texts to vectors whose inner product is their similarity. */
export interface EmbeddingModel {
  readonly identity: ModelIdentity;
  readonly dimension: number;
  /**
   * Row-major, one unit row of `dimension` numbers a text. A text the model knows nothing of gets a
   * row of zeros, whose similarity with everything is 0. `role` matters to models that tell what is
   * asked from what answers (E5).
   */
  embed(texts: readonly string[], role?: "query" | "passage"): Promise<Float32Array>;
  /** Vectors of each token in its context, after a layer (0: before the first; default: after the last). */
  embedTokens?(
    texts: readonly string[],
    options?: { readonly layer?: number },
  ): Promise<readonly TokenVectors[]>;
}

/** The tokens of one text, special ones included, with their vectors. */
export interface TokenVectors {
  readonly ids: Int32Array;
  /** Two entries a token: start and end in UTF-16 units of the text; special tokens span nothing. */
  readonly offsets: Int32Array;
  readonly dimension: number;
  /** Row-major, one row of `dimension` numbers a token, as the model gives them: not of length 1. */
  readonly rows: Float32Array;
}
