import type { ModelIdentity } from "./language-model.ts";

/** Texts to vectors whose inner product is their similarity. */
export interface EmbeddingModel {
  readonly identity: ModelIdentity;
  readonly dimension: number;
  /**
   * Row-major, one unit row of `dimension` numbers a text. A text the model knows nothing of gets a
   * row of zeros, whose similarity with everything is 0.
   */
  embed(texts: readonly string[], role?: "query" | "passage"): Promise<Float32Array>;
}
