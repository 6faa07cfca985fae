/**
 * All parameters of a model as one vector: matrices first (weight decay acts on them), then
 * vectors, each group in the order of the forward pass.
 */
import { assert } from "../../base/errors.ts";
import { createRng } from "../../base/random.ts";
import type { GraphBuilder, Value } from "../../graph/builder.ts";
import { reshape, split } from "../../graph/operations/shape.ts";
import { sizeOf } from "../../graph/tensor.ts";
import type { Initialization, Parameter, ParameterValues } from "../families/parts/parameter.ts";
import type { ExpectedTensor } from "../weights.ts";

export interface PlacedParameter extends Parameter {
  readonly start: number;
  readonly end: number;
}

export interface ParameterLayout {
  readonly parameters: readonly PlacedParameter[];
  readonly length: number;
  /** The matrices' share of the length. */
  readonly decayed: number;
}

export function layOut(parameters: readonly Parameter[]): ParameterLayout {
  const ordered = [
    ...parameters.filter(({ shape }) => shape.length === 2),
    ...parameters.filter(({ shape }) => shape.length !== 2),
  ];
  let length = 0;
  const placed = ordered.map((parameter) => {
    const start = length;
    length += sizeOf(parameter.shape);
    return { ...parameter, start, end: length };
  });
  const vectors = placed.find(({ shape }) => shape.length !== 2);
  return { parameters: placed, length, decayed: vectors?.start ?? length };
}

/** The parameters of a graph, cut from a vector given to it. */
export function parametersFromVector(
  graph: GraphBuilder,
  { parameters }: ParameterLayout,
  vector: Value,
): ParameterValues {
  const sizes = parameters.map(({ start, end }) => end - start);
  const pieces = split(graph, vector, sizes);
  const values = new Map(
    parameters.map(({ name, shape }, i) => [name, reshape(graph, pieces[i]!, shape)]),
  );
  return (name) => {
    const value = values.get(name);
    assert(value !== undefined, `the model has no parameter ${name}`);
    return value;
  };
}

/** The tensors of a vector, as views into it. */
export function tensorsOf(
  { parameters }: ParameterLayout,
  vector: Float32Array,
): readonly (ExpectedTensor & { readonly data: Float32Array })[] {
  return parameters.map(({ name, shape, start, end }) => ({
    name,
    shape,
    data: vector.subarray(start, end),
  }));
}

/** The vector of given tensors. */
export function vectorOf(
  { parameters, length }: ParameterLayout,
  tensors: ReadonlyMap<string, Float32Array>,
): Float32Array {
  const vector = new Float32Array(length);
  for (const { name, start, end } of parameters) {
    const tensor = tensors.get(name);
    assert(tensor?.length === end - start, `no tensor of ${end - start} numbers for ${name}`);
    vector.set(tensor, start);
  }
  return vector;
}

export interface InitializationOptions {
  readonly seed: number;
  /** Standard deviation of weights; default 0.02. */
  readonly deviation?: number;
  /** Layers of the model: what each adds to the residual stream starts smaller by √(2 · layers). */
  readonly layers: number;
}

/**
 * Random starting weights as in GPT-2: normal, those that write into the residual stream scaled
 * down by its number of summands; gains 1, biases 0. Each tensor draws from a stream named after
 * it, so that two shapes share what they have in common.
 */
export function initialParameters(
  layout: ParameterLayout,
  { seed, deviation = 0.02, layers }: InitializationOptions,
): Float32Array {
  const vector = new Float32Array(layout.length);
  const rng = createRng(seed).fork("initialization");
  const deviations: Readonly<Record<Initialization, number>> = {
    normal: deviation,
    "normal-output": deviation / Math.sqrt(2 * layers),
    ones: 0,
    zeros: 0,
  };
  for (const { name, initialization, start, end } of layout.parameters) {
    const center = initialization === "ones" ? 1 : 0;
    const stream = rng.fork(name);
    const scale = deviations[initialization];
    for (let i = start; i < end; i++)
      vector[i] = scale === 0 ? center : center + scale * stream.normal();
  }
  return vector;
}
