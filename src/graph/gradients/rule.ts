import type { GraphBuilder, TapeEntry, Value } from "../builder.ts";

/**
 * Emit the gradients of a step's inputs, given those of its outputs. An output that the loss does
 * not depend on has no gradient; at least one has. An input without an entry in the result (an
 * index, a shape) has none either.
 */
export type GradientRule = (
  graph: GraphBuilder,
  entry: TapeEntry,
  outputs: readonly (Value | undefined)[],
) => readonly (Value | undefined)[];

/** Rules by operation, as the tape names it. */
export type GradientRules = Readonly<Record<string, GradientRule>>;
