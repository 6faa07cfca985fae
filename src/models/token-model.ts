import type { ModelIdentity } from "./language-model.ts";

/** What a model says about one sequence of token ids. */
export interface TokenScores {
  /** Entry t is ln p(ids[t + 1] | ids[0..t]); one entry fewer than there are ids. */
  readonly logProbs: Float32Array;
  /** Entry t is the model's first choice after ids[0..t]; as many entries as there are ids. */
  readonly argmax: Int32Array;
}

/**
 * A causal language model over token ids, below any tokenizer. Every sequence of a batch has from 1
 * to `maximumLength` ids; sequences of unequal length are padded inside, which changes nothing in
 * the result beyond float32 rounding.
 */
export interface TokenModel extends AsyncDisposable {
  readonly identity: ModelIdentity;
  readonly vocabularySize: number;
  readonly maximumLength: number;
  /** Scores of every sequence, in order. Memory grows with batch × longest sequence × vocabulary. */
  run(batch: readonly Int32Array[], signal?: AbortSignal): Promise<readonly TokenScores[]>;
  /**
   * Logits after the last id of every sequence: row-major, one row of `vocabularySize` floats a
   * sequence.
   */
  lastLogits(batch: readonly Int32Array[], signal?: AbortSignal): Promise<Float32Array>;
}
