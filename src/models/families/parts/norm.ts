/** Normalization along the last axis, as language models do it. */
import type { Value } from "../../../graph/builder.ts";
import { shift } from "../../../graph/operations/elementwise.ts";
import { layerNormalization } from "../../../graph/operations/normalize.ts";
import { rmsNormalization } from "../../../graph/operations/rms-normalization.ts";
import { float32 } from "../../../graph/tensor.ts";
import type { Network, Parameter } from "./parameter.ts";

/** A normalization and the names of its gain and bias. */
export interface Norm {
  /** "layer": subtract the mean, divide by the deviation. "rms": divide by the root of the mean square. */
  readonly kind: "layer" | "rms";
  /** Parameters are `name`.weight and, for "layer", `name`.bias; without a name there are none (OLMo). */
  readonly name?: string;
  readonly size: number;
  readonly epsilon: number;
  /** The gain is 1 + weight (Gemma) rather than the weight itself. */
  readonly gainAboveOne?: boolean;
}

/** Gain and bias, as far as the normalization has them. */
export function normParameters({
  kind,
  name,
  size,
  gainAboveOne = false,
}: Norm): readonly Parameter[] {
  if (name === undefined) return [];
  const weight: Parameter = {
    name: `${name}.weight`,
    shape: [size],
    initialization: gainAboveOne ? "zeros" : "ones",
  };
  if (kind === "rms") return [weight];
  return [weight, { name: `${name}.bias`, shape: [size], initialization: "zeros" }];
}

/** Normalize a value whose last axis has the size of the normalization. */
export function normalize(network: Network, norm: Norm, x: Value): Value {
  const { graph, parameters } = network;
  const { kind, name, size, epsilon } = norm;
  const weight = gainOf(network, norm);
  if (kind === "rms") return rmsNormalization(graph, x, { weight, epsilon });
  const bias =
    name === undefined
      ? graph.constant(float32(new Float32Array(size), [size]))
      : parameters(`${name}.bias`);
  return layerNormalization(graph, x, { weight, bias, epsilon });
}

function gainOf({ graph, parameters }: Network, { name, size, gainAboveOne = false }: Norm): Value {
  if (name === undefined) return graph.constant(float32(new Float32Array(size).fill(1), [size]));
  const weight = parameters(`${name}.weight`);
  return gainAboveOne ? shift(graph, weight, 1) : weight;
}
