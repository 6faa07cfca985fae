/**
 * The graphs of training: loss, its gradient, and the step that applies it. Shapes are fixed when
 * a graph is built, which lets the runtime plan its memory once.
 */
import { adamW, type AdamWOptions, clipByNorm } from "../../graph/adamw.ts";
import { gradients } from "../../graph/autodiff.ts";
import { GraphBuilder, type Value } from "../../graph/builder.ts";
import type { OnnxModel } from "../../graph/onnx.ts";
import { divide, multiply, negate } from "../../graph/operations/elementwise.ts";
import { sumAll } from "../../graph/operations/reduce.ts";
import { reshape } from "../../graph/operations/shape.ts";
import type { Decoder } from "../families/decoder.ts";
import { decoderHidden, decoderScores } from "../families/forward.ts";
import { type ParameterLayout, parametersFromVector } from "./parameter-layout.ts";

export interface BatchShape {
  readonly batchSize: number;
  readonly sequenceLength: number;
}

export interface StepOptions extends Omit<AdamWOptions, "decayed"> {
  /** Longest gradient that is applied as it is. */
  readonly clip: number;
}

/**
 * One optimization step. Inputs: parameters, firstMoments and secondMoments [n]; ids [B, T], labels
 * and weights [B, T]; learningRate; step. Outputs: the three vectors under the same names with
 * "next." before them, loss and gradientNorm.
 */
export function buildStepGraph(
  decoder: Decoder,
  layout: ParameterLayout,
  shape: BatchShape,
  { clip, ...options }: StepOptions,
): OnnxModel {
  const graph = new GraphBuilder();
  const vector = (name: string): Value => graph.input(name, "float32", [layout.length]);
  const state = {
    parameters: vector("parameters"),
    firstMoments: vector("firstMoments"),
    secondMoments: vector("secondMoments"),
  };
  const loss = emitLoss(graph, decoder, layout, shape, state.parameters);
  const [raw] = gradients(graph, loss, [state.parameters]);
  const { gradient, norm } = clipByNorm(graph, raw!, clip);
  const schedule = {
    learningRate: graph.input("learningRate", "float32", []),
    step: graph.input("step", "int32", []),
  };
  const adamWOptions = { ...options, decayed: layout.decayed };
  const next = adamW(graph, state, gradient, schedule, adamWOptions);
  for (const [name, value] of Object.entries(next)) graph.output(`next.${name}`, value as Value);
  graph.output("loss", loss);
  graph.output("gradientNorm", norm);
  return graph.toModel();
}

/** Loss and its gradient for one vector of parameters, without a step. Outputs: loss, gradient. */
export function buildGradientGraph(
  decoder: Decoder,
  layout: ParameterLayout,
  shape: BatchShape,
): OnnxModel {
  const graph = new GraphBuilder();
  const parameters = graph.input("parameters", "float32", [layout.length]);
  const loss = emitLoss(graph, decoder, layout, shape, parameters);
  const [gradient] = gradients(graph, loss, [parameters]);
  graph.output("loss", loss);
  graph.output("gradient", gradient!);
  return graph.toModel();
}

/** −Σ w ln p(label) / Σ w over all places of the batch. */
function emitLoss(
  graph: GraphBuilder,
  decoder: Decoder,
  layout: ParameterLayout,
  { batchSize, sequenceLength }: BatchShape,
  vector: Value,
): Value {
  const network = { graph, parameters: parametersFromVector(graph, layout, vector) };
  const shape = [batchSize, sequenceLength];
  const places = batchSize * sequenceLength;
  const ids = graph.input("ids", "int32", shape);
  const labels = reshape(graph, graph.input("labels", "int32", shape), [places]);
  const weights = reshape(graph, graph.input("weights", "float32", shape), [places, 1]);
  const hidden = decoderHidden(network, decoder, ids);
  const { logProbs } = decoderScores(network, decoder, hidden, labels);
  const total = sumAll(graph, multiply(graph, logProbs, weights));
  return negate(graph, divide(graph, total, sumAll(graph, weights)));
}
