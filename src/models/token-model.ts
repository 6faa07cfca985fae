import { RoteError } from "../base/errors.ts";
import type { ModelIdentity } from "./language-model.ts";

/** What a model says about one sequence of token ids; each list has one entry fewer than there are ids. */
export interface TokenScores {
  /** Entry t is ln p(ids[t + 1] | ids[0..t]). */
  readonly logProbs: Float32Array;
  /** Entry t is the model's first choice after ids[0..t]: ids[t + 1] where decoding is greedy. */
  readonly argmax: Int32Array;
}

/**
 * A causal language model over token ids, below any tokenizer. Sequences of unequal length are
 * padded inside, which changes nothing in the result beyond float32 rounding.
 */
export interface TokenModel extends AsyncDisposable {
  readonly identity: ModelIdentity;
  readonly vocabularySize: number;
  /** The most ids the model can read; it can score one more, since the last is not read. */
  readonly maximumLength: number;
  /** Scores of every sequence, in order. A sequence has from 1 to `maximumLength` + 1 ids. */
  run(batch: readonly Int32Array[], signal?: AbortSignal): Promise<readonly TokenScores[]>;
  /**
   * Logits after the last id of every sequence (from 1 to `maximumLength` ids): row-major, one row
   * of `vocabularySize` floats a sequence.
   */
  lastLogits(batch: readonly Int32Array[], signal?: AbortSignal): Promise<Float32Array>;
  /** How sequences are read on without reading anew what was read; absent where nothing is kept. */
  readonly growing?: GrowingModel;
}

/** Starts sequences that grow. */
export interface GrowingModel {
  /** Memory that each token of a sequence takes while it grows. */
  readonly bytesPerToken: number;
  /** Start so many sequences, without tokens. */
  start(count: number): Promise<GrowingSequences>;
}

/** Sequences that are read on together, each at its own length of at most `maximumLength` tokens. */
export interface GrowingSequences {
  /** Read more ids of each sequence, at least one; the logits after each one's last, row by row. */
  read(ids: readonly Int32Array[]): Promise<Float32Array>;
  /** Go on with some of the sequences, in this order; one may be taken more than once. */
  keep(rows: readonly number[]): void;
}

/** Refuse ids that a vocabulary of this size does not have; `request` is the index of who asks for them. */
export function checkIds(ids: ArrayLike<number>, vocabularySize: number, request?: number): void {
  const isOutside = (id: number): boolean => !(id >= 0 && id < vocabularySize);
  const outside = Array.prototype.find.call(ids, isOutside) as number | undefined;
  if (outside === undefined) return;
  throw new RoteError(
    "model/cannot",
    `${request === undefined ? "" : `request ${request + 1}: `}token id ${outside} is not among the model's ${vocabularySize}; is the tokenizer its own?`,
    { id: outside, vocabularySize, ...(request === undefined ? {} : { request }) },
  );
}

/**
 * Refuse a log-probability that is no number: damaged or overflowing weights give NaN, which JSON
 * would write as null and a reader could take for 0, the certain token.
 */
export function checkLogProb(logProb: number, { identity }: TokenModel, what: string): void {
  if (Number.isFinite(logProb)) return;
  throw new RoteError(
    "model/malformed",
    `${identity.name} gives ${what} the log-probability ${logProb}; its weights are damaged or too large for 32-bit arithmetic`,
    { name: identity.name, logProb },
  );
}
