/** Feed-forward networks: one hidden layer, with a gate or without. */
import type { Value } from "../../../graph/builder.ts";
import { gelu, multiply } from "../../../graph/operations/elementwise.ts";
import { geluTanh, silu } from "../../../graph/operations/activation.ts";
import { applyDense, type Dense, denseParameters } from "./dense.ts";
import type { Network, Parameter } from "./parameter.ts";

/** x Φ(x), exact or by tanh, or x σ(x). */
export type Activation = "gelu" | "gelu-tanh" | "silu";

/** down(activation(up(x))), or with a gate (SwiGLU, GeGLU) down(activation(gate(x)) · up(x)). */
export interface Mlp {
  readonly gate?: Dense;
  readonly up: Dense;
  readonly down: Dense;
  readonly activation: Activation;
}

const activations = { gelu, "gelu-tanh": geluTanh, silu } as const;

/** The parameters of its layers, in the order they are applied. */
export function mlpParameters({ gate, up, down }: Mlp): readonly Parameter[] {
  return [...(gate ? [gate] : []), up, down].flatMap(denseParameters);
}

/** Apply a feed-forward network to rows. */
export function applyMlp(network: Network, { gate, up, down, activation }: Mlp, x: Value): Value {
  const { graph } = network;
  const activate = activations[activation];
  const raised = applyDense(network, up, x);
  const inner = gate
    ? multiply(graph, activate(graph, applyDense(network, gate, x)), raised)
    : activate(graph, raised);
  return applyDense(network, down, inner);
}
