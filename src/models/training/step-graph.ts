/**
 * The graphs of training: loss, its gradient, and the step that applies it. Shapes are fixed when
 * a graph is built, which lets the runtime plan its memory once.
 */
import { adamW, type AdamWOptions, clipByNorm } from "../../graph/adamw.ts";
import { gradients } from "../../graph/autodiff.ts";
import { GraphBuilder, type Value } from "../../graph/builder.ts";
import type { OnnxModel } from "../../graph/onnx.ts";
import { add, divide, multiply, negate } from "../../graph/operations/elementwise.ts";
import { sumAll } from "../../graph/operations/reduce.ts";
import { reshape } from "../../graph/operations/shape.ts";
import type { Decoder } from "../families/decoder.ts";
import { decoderHidden, decoderScores } from "../families/forward.ts";
import { wholeSequences } from "../families/sequences.ts";
import { type ParameterLayout, parametersFromVector } from "./parameter-layout.ts";

export interface BatchShape {
  readonly batchSize: number;
  readonly sequenceLength: number;
  /**
   * No document of a sequence sees another. Graphs then have the input `starts`, int32 [B, T]: the
   * place in its sequence where each token's document begins.
   */
  readonly separate?: boolean;
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
  options: StepOptions,
): OnnxModel {
  const graph = new GraphBuilder();
  const state = stateInputs(graph, layout);
  const loss = emitLoss(graph, decoder, layout, shape, state.parameters);
  const [gradient] = gradients(graph, loss, [state.parameters]);
  emitUpdate(graph, layout, state, gradient!, options);
  outputLoss(graph, loss);
  return graph.toModel();
}

/** `buildStepGraph` for a gradient [n] that is given instead of a batch; no loss comes out. */
export function buildUpdateGraph(layout: ParameterLayout, options: StepOptions): OnnxModel {
  const graph = new GraphBuilder();
  const state = stateInputs(graph, layout);
  const gradient = graph.input("gradient", "float32", [layout.length]);
  emitUpdate(graph, layout, state, gradient, options);
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

/**
 * The gradient of one part of a large batch, added to that of the parts before it. Inputs:
 * parameters [n]; ids, labels and weights [B, T]; share, the part of the large batch's weights that
 * this one has; gradient [n]. Outputs: the part's loss, and next.gradient = gradient + share · ∇loss.
 */
export function buildAccumulationGraph(
  decoder: Decoder,
  layout: ParameterLayout,
  shape: BatchShape,
): OnnxModel {
  const graph = new GraphBuilder();
  const parameters = graph.input("parameters", "float32", [layout.length]);
  const share = graph.input("share", "float32", []);
  const before = graph.input("gradient", "float32", [layout.length]);
  const loss = emitLoss(graph, decoder, layout, shape, parameters);
  const [gradient] = gradients(graph, multiply(graph, loss, share), [parameters]);
  graph.output("next.gradient", add(graph, before, gradient!));
  outputLoss(graph, loss);
  return graph.toModel();
}

/** Σ w ln p(label) over all places of the batch, without a gradient. Output: total. */
export function buildEvaluationGraph(
  decoder: Decoder,
  layout: ParameterLayout,
  shape: BatchShape,
): OnnxModel {
  const graph = new GraphBuilder();
  const parameters = graph.input("parameters", "float32", [layout.length]);
  const { logProbs, weights } = emitLogProbs(graph, decoder, layout, shape, parameters);
  graph.output("total", sumAll(graph, multiply(graph, logProbs, weights)));
  return graph.toModel();
}

type State = Readonly<Record<"parameters" | "firstMoments" | "secondMoments", Value>>;

function stateInputs(graph: GraphBuilder, { length }: ParameterLayout): State {
  const vector = (name: string): Value => graph.input(name, "float32", [length]);
  return {
    parameters: vector("parameters"),
    firstMoments: vector("firstMoments"),
    secondMoments: vector("secondMoments"),
  };
}

/** Clip the gradient and apply it; makes the inputs learningRate and step, and all outputs but the loss. */
function emitUpdate(
  graph: GraphBuilder,
  layout: ParameterLayout,
  state: State,
  raw: Value,
  { clip, ...options }: StepOptions,
): void {
  const { gradient, norm } = clipByNorm(graph, raw, clip);
  const schedule = {
    learningRate: graph.input("learningRate", "float32", []),
    step: graph.input("step", "int32", []),
  };
  const adamWOptions = { ...options, decayed: layout.decayed };
  const next = adamW(graph, state, gradient, schedule, adamWOptions);
  for (const [name, value] of Object.entries(next)) graph.output(`next.${name}`, value as Value);
  graph.output("gradientNorm", norm);
}

/**
 * The loss as an output [1], by a node behind all others: ONNX Runtime carries out first what the
 * last result needs. With the loss out of the way the gradient may overwrite logits and
 * probabilities, the two largest values of a step; else they stay until its end.
 */
function outputLoss(graph: GraphBuilder, loss: Value): void {
  graph.output("loss", reshape(graph, loss, [1]));
}

/** −Σ w ln p(label) / Σ w over all places of the batch. */
function emitLoss(
  graph: GraphBuilder,
  decoder: Decoder,
  layout: ParameterLayout,
  shape: BatchShape,
  vector: Value,
): Value {
  const { logProbs, weights } = emitLogProbs(graph, decoder, layout, shape, vector);
  const total = sumAll(graph, multiply(graph, logProbs, weights));
  return negate(graph, divide(graph, total, sumAll(graph, weights)));
}

/** ln p(label) and the weight of every place of the batch, [B · T, 1] both. */
function emitLogProbs(
  graph: GraphBuilder,
  decoder: Decoder,
  layout: ParameterLayout,
  { batchSize, sequenceLength, separate = false }: BatchShape,
  vector: Value,
): Readonly<Record<"logProbs" | "weights", Value>> {
  const network = { graph, parameters: parametersFromVector(graph, layout, vector) };
  const shape = [batchSize, sequenceLength];
  const places = batchSize * sequenceLength;
  const ids = graph.input("ids", "int32", shape);
  const labels = reshape(graph, graph.input("labels", "int32", shape), [places]);
  const weights = reshape(graph, graph.input("weights", "float32", shape), [places, 1]);
  const starts = separate ? graph.input("starts", "int32", shape) : undefined;
  const sequences = wholeSequences(graph, ids, { starts });
  const hidden = decoderHidden(network, decoder, ids, sequences);
  const { logProbs } = decoderScores(network, decoder, hidden, labels);
  return { logProbs, weights };
}
