/** Dense layers on rows. */
import type { Value } from "../../../graph/builder.ts";
import { gemm, linear } from "../../../graph/operations/linear.ts";
import type { Network, Parameter } from "./parameter.ts";

/** x · weight + bias, under the names `name`.weight and `name`.bias. */
export interface Dense {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly bias: boolean;
  /** Which axis of the stored weight comes first; "outputs" unless said (GPT-2 has "inputs"). */
  readonly firstAxis?: "outputs" | "inputs";
  /** True where the result is added to the residual stream: such weights start smaller. */
  readonly writesResidual?: boolean;
}

/** The weight of a dense layer, and its bias if it has one. */
export function denseParameters({
  name,
  inputs,
  outputs,
  bias,
  firstAxis = "outputs",
  writesResidual = false,
}: Dense): readonly Parameter[] {
  const shape = firstAxis === "outputs" ? [outputs, inputs] : [inputs, outputs];
  const initialization = writesResidual ? "normal-output" : "normal";
  const weight: Parameter = { name: `${name}.weight`, shape, initialization };
  if (!bias) return [weight];
  return [weight, { name: `${name}.bias`, shape: [outputs], initialization: "zeros" }];
}

/** Apply a dense layer to rows [n, inputs]. */
export function applyDense(
  { graph, parameters }: Network,
  { name, bias, firstAxis = "outputs" }: Dense,
  x: Value,
): Value {
  const weight = parameters(`${name}.weight`);
  const term = bias ? parameters(`${name}.bias`) : undefined;
  if (firstAxis === "outputs") return linear(graph, x, weight, term);
  return gemm(graph, x, weight, term === undefined ? {} : { bias: term });
}
