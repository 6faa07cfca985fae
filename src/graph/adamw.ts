/**
 * AdamW with decoupled weight decay, and clipping by the global norm, as graph nodes. All
 * parameters of a model form one vector, and so do the moments: a step is a dozen nodes however
 * many tensors the model has.
 *
 *   m ← β₁ m + (1 − β₁) g          v ← β₂ v + (1 − β₂) g²
 *   p ← p − lr λ p − lr / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε)
 *
 * The order of operations is that of PyTorch's single-tensor AdamW, and ε of its clipping (1e-6).
 * Loshchilov and Hutter 2019, https://arxiv.org/abs/1711.05101, algorithm 2.
 */
import type { GraphBuilder, Value } from "./builder.ts";
import {
  add,
  divide,
  exp,
  multiply,
  negate,
  scale,
  shift,
  sqrt,
  subtract,
} from "./operations/elementwise.ts";
import { sumOfSquares } from "./operations/reduce.ts";
import { cast, concat, split } from "./operations/shape.ts";

/** Vectors of equal length. */
export interface AdamWState {
  readonly parameters: Value;
  readonly firstMoments: Value;
  readonly secondMoments: Value;
}

/** What changes from step to step, scalars. */
export interface AdamWSchedule {
  /** float32. */
  readonly learningRate: Value;
  /** int32, counted from 1. */
  readonly step: Value;
}

/** Constants of the optimizer; the names are those of the paper. */
export interface AdamWOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** Only this many parameters, the first of the vector, decay: the matrices, as a rule. */
  readonly decayed: number;
}

/** The state after one step. */
export function adamW(
  graph: GraphBuilder,
  { parameters, firstMoments, secondMoments }: AdamWState,
  gradient: Value,
  { learningRate, step }: AdamWSchedule,
  { beta1, beta2, epsilon, weightDecay, decayed }: AdamWOptions,
): AdamWState {
  const m = blend(graph, firstMoments, gradient, beta1);
  const v = blend(graph, secondMoments, multiply(graph, gradient, gradient), beta2);
  const stepSize = divide(graph, learningRate, biasCorrection(graph, step, beta1));
  const deviation = divide(graph, sqrt(graph, v), sqrt(graph, biasCorrection(graph, step, beta2)));
  const change = divide(graph, multiply(graph, stepSize, m), shift(graph, deviation, epsilon));
  const keep = shift(graph, negate(graph, scale(graph, learningRate, weightDecay)), 1);
  const shrunk = decay(graph, parameters, keep, decayed);
  return {
    parameters: subtract(graph, shrunk, change),
    firstMoments: m,
    secondMoments: v,
  };
}

/** A gradient no longer than `maximum`, and the length it had. */
export function clipByNorm(
  graph: GraphBuilder,
  gradient: Value,
  maximum: number,
): { readonly gradient: Value; readonly norm: Value } {
  const norm = sqrt(graph, sumOfSquares(graph, [gradient]));
  const ratio = divide(graph, graph.scalar(maximum), shift(graph, norm, 1e-6));
  const factor = graph.emitOne("Min", [ratio, graph.scalar(1)], norm);
  return { gradient: multiply(graph, gradient, factor), norm };
}

function blend(graph: GraphBuilder, old: Value, fresh: Value, share: number): Value {
  return add(graph, scale(graph, old, share), scale(graph, fresh, 1 - share));
}

/** 1 − βᵗ, in float64: for β = 0.999 and t = 1 float32 would lose four of its seven digits. */
function biasCorrection(graph: GraphBuilder, step: Value, beta: number): Value {
  const power = exp(graph, scale(graph, cast(graph, step, "float64"), Math.log(beta)));
  return cast(graph, shift(graph, negate(graph, power), 1), "float32");
}

function decay(graph: GraphBuilder, parameters: Value, keep: Value, decayed: number): Value {
  const length = parameters.shape[0] as number;
  if (decayed === length) return multiply(graph, parameters, keep);
  const [matrices, rest] = split(graph, parameters, [decayed, length - decayed]);
  return concat(graph, [multiply(graph, matrices!, keep), rest!]);
}
