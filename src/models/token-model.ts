import { RoteError } from "../base/errors.ts";
import type { ModelIdentity } from "./language-model.ts";
import type { RunShape } from "./scoring/run-memory.ts";
import type { TokenTree } from "./scoring/token-tree.ts";

/** What a model says about the questions of one row of tokens; entry i of each list is about `places[i]`. */
export interface TokenScores {
  /** ln p(labels[i] | the tokens up to the place). */
  readonly logProbs: Float32Array;
  /** The model's first choice after the place: the label where decoding is greedy. */
  readonly argmax: Int32Array;
  /** Entropies of what follows, in nats, where details were asked for. */
  readonly entropies?: Float32Array;
  /** 1 + how many tokens the model holds for more probable than the label, where details were asked for. */
  readonly ranks?: Int32Array;
}

/** What is asked of a run. */
export interface RunOptions {
  /** Entropies and ranks, which cost passes over the logits. */
  readonly details?: boolean;
}

/**
 * A causal language model over token ids, below any tokenizer. Rows of unequal length are padded
 * inside, which changes nothing in the result beyond float32 rounding.
 */
export interface TokenModel extends AsyncDisposable {
  readonly identity: ModelIdentity;
  readonly vocabularySize: number;
  /** The most ids the model can read; it can score one more, since the last is not read. */
  readonly maximumLength: number;
  /** What the memory of a run is estimated from. */
  readonly shape: RunShape;
  /** Scores of every row, in order, in one run; positions lie below `maximumLength`. */
  run(rows: readonly TokenTree[], options?: RunOptions): Promise<readonly TokenScores[]>;
  /**
   * Logits after the last id of every sequence (from 1 to `maximumLength` ids): row-major, one row
   * of `vocabularySize` floats a sequence.
   */
  lastLogits(batch: readonly Int32Array[]): Promise<Float32Array>;
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

/** Sequences that are read on together, each at its own length of at most `maximumLength` tokens; dispose of them to free their memory. */
export interface GrowingSequences extends Disposable {
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
