/** How much memory a run of a decoder takes besides its weights, estimated from its shape. */
import type { Decoder } from "../families/decoder.ts";
import { HEAD_ROWS } from "./head-graph.ts";

/** Sizes of a decoder that decide what a run takes. */
export interface RunShape {
  readonly hiddenSize: number;
  /** The widest feed-forward layer, both halves where it has a gate. */
  readonly innerSize: number;
  readonly heads: number;
  readonly vocabularySize: number;
}

/** A run: so many rows, padded to a length, with so many places at which logits are wanted. */
export interface RunSize {
  readonly rows: number;
  readonly length: number;
  readonly asked: number;
}

/** What a run may take. */
export interface RunLimits {
  readonly shape: RunShape;
  /** Bytes besides the weights, by estimate. */
  readonly memory: number;
  readonly details: boolean;
}

/** Memory of a run unless said. More makes no model faster, and those whose values fit into a processor's cache slower. */
export const DEFAULT_RUN_BYTES: number = 256 * 2 ** 20;

export function runShapeOf({ hiddenSize, layers, vocabularySize }: Decoder): RunShape {
  return {
    hiddenSize,
    innerSize: Math.max(...layers.map(({ mlp }) => mlp.up.outputs * (mlp.gate ? 2 : 1))),
    heads: Math.max(...layers.map(({ attention }) => attention.heads)),
    vocabularySize,
  };
}

/** The runtime's allocator takes memory from the system in powers of two, and keeps it. */
const ALLOCATED = 2;

/**
 * Bytes of what lives at the same time in the widest places of a forward pass: for each token six
 * hidden states and two inner ones; for each head two matrices of scores; for each place that
 * the head takes at once two rows of the vocabulary's size, and three more for details.
 */
export function estimateRunBytes(
  {
    shape: { hiddenSize, innerSize, heads, vocabularySize },
    details,
  }: Pick<RunLimits, "shape" | "details">,
  { rows, length, asked }: RunSize,
): number {
  const activations = rows * length * (6 * hiddenSize + 2 * innerSize);
  const attention = 2 * rows * heads * length ** 2;
  const logits = Math.min(asked, HEAD_ROWS) * vocabularySize * (details ? 5 : 2);
  return 4 * ALLOCATED * (activations + attention + logits);
}
