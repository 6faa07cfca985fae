/**
 * Reverse-mode differentiation that emits: walking the tape backwards, each step's rule appends
 * the nodes of its gradient to the same graph. What the rules emit is on the tape as well, so
 * gradients can be differentiated again as far as the rules allow.
 */
import { RoteError } from "../base/errors.ts";
import type { GraphBuilder, TapeEntry, Value } from "./builder.ts";
import { activationRules } from "./gradients/activation.ts";
import { elementwiseRules } from "./gradients/elementwise.ts";
import { indexingRules } from "./gradients/indexing.ts";
import { linearRules } from "./gradients/linear.ts";
import { normalizeRules } from "./gradients/normalize.ts";
import { reduceRules } from "./gradients/reduce.ts";
import { rmsNormalizationRules } from "./gradients/rms-normalization.ts";
import type { GradientRules } from "./gradients/rule.ts";
import { shapeRules } from "./gradients/shape.ts";
import { transformerRules } from "./gradients/transformer.ts";
import { add } from "./operations/elementwise.ts";

/** Every operation with a gradient. */
export const gradientRules: GradientRules = {
  ...activationRules,
  ...elementwiseRules,
  ...indexingRules,
  ...linearRules,
  ...normalizeRules,
  ...reduceRules,
  ...rmsNormalizationRules,
  ...shapeRules,
  ...transformerRules,
};

/**
 * The gradients d loss / d value for each of `values`, with the value's own shape. The loss is a scalar; a value
 * it does not depend on is an error.
 */
export function gradients(
  graph: GraphBuilder,
  loss: Value,
  values: readonly Value[],
): readonly Value[] {
  if (loss.shape.length !== 0)
    throw new RoteError(
      "graph/invalid",
      `gradients need a scalar loss, got shape [${loss.shape.join(", ")}]`,
    );
  const tape = dependents(graph.tape, values);
  const found = new Map([[loss.name, graph.scalar(1, loss.dtype)]]);
  for (const entry of tape.reverse()) {
    const incoming = entry.outputs.map(({ name }) => found.get(name));
    if (incoming.every((gradient) => gradient === undefined)) continue;
    const outgoing = ruleFor(entry)(graph, entry, incoming);
    for (const [i, input] of entry.inputs.entries()) {
      const gradient = outgoing[i];
      if (gradient === undefined) continue;
      const sum = found.get(input.name);
      found.set(input.name, sum === undefined ? gradient : add(graph, sum, gradient));
    }
  }
  return values.map((value) => {
    const gradient = found.get(value.name);
    if (gradient !== undefined) return gradient;
    throw new RoteError("graph/invalid", `the loss does not depend on ${value.name}`);
  });
}

/** The steps through which a change of `values` can travel. */
function dependents(tape: readonly TapeEntry[], values: readonly Value[]): TapeEntry[] {
  const moving = new Set(values.map(({ name }) => name));
  return tape.filter(({ inputs, outputs }) => {
    if (!inputs.some(({ name }) => moving.has(name))) return false;
    for (const { name } of outputs) moving.add(name);
    return true;
  });
}

function ruleFor({ op }: TapeEntry): GradientRules[string] {
  const rule = gradientRules[op];
  if (rule === undefined) throw new RoteError("graph/invalid", `${op} has no gradient`, { op });
  return rule;
}
