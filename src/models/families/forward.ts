/** The forward pass of a decoder. Rows stand flat, [batch · length, hidden], except inside attention. */
import type { Value } from "../../graph/builder.ts";
import { tanh } from "../../graph/operations/activation.ts";
import { add, scale, subtract } from "../../graph/operations/elementwise.ts";
import { gather, gatherElements } from "../../graph/operations/indexing.ts";
import { linear } from "../../graph/operations/linear.ts";
import { logSumExp } from "../../graph/operations/reduce.ts";
import { reshape } from "../../graph/operations/shape.ts";
import { labelLogProbs, type LabelScores } from "../../graph/operations/transformer.ts";
import { multiplyDimensions } from "../../graph/tensor.ts";
import type { Decoder, Embedding, Layer } from "./decoder.ts";
import { applyAttention } from "./parts/attention.ts";
import { applyMlp } from "./parts/mlp.ts";
import { type Norm, normalize } from "./parts/norm.ts";
import type { Network } from "./parts/parameter.ts";
import { type Sequences, wholeSequences } from "./sequences.ts";

/**
 * Hidden states after the last normalization, [batch · length, hidden], of token ids
 * [batch, length]; `sequences` says what stands before them.
 */
export function decoderHidden(
  network: Network,
  decoder: Decoder,
  ids: Value,
  sequences: Sequences = wholeSequences(network.graph, ids),
): Value {
  const embedded = embed(network, decoder.embedding, ids, sequences);
  const hidden = decoder.layers.reduce(
    (rows, layer) => applyLayer(network, sequences, layer, rows),
    embedded,
  );
  return normalize(network, decoder.finalNorm, hidden);
}

/** Logits [n, vocabulary] at rows of hidden states [n, hidden]. */
export function decoderLogits(network: Network, { output }: Decoder, hidden: Value): Value {
  const { graph, parameters } = network;
  const bias = output.bias === undefined ? undefined : parameters(output.bias);
  const logits = linear(graph, hidden, parameters(output.name), bias);
  return output.softCap === undefined ? logits : softCap(network, logits, output.softCap);
}

/** Log-probabilities of labels [n] and logits [n, vocabulary] at rows of hidden states [n, hidden]. */
export function decoderScores(
  network: Network,
  decoder: Decoder,
  hidden: Value,
  labels: Value,
): LabelScores {
  const { graph, parameters } = network;
  const { name, bias, softCap: cap } = decoder.output;
  if (bias === undefined && cap === undefined)
    return labelLogProbs(graph, hidden, parameters(name), labels);
  const logits = decoderLogits(network, decoder, hidden);
  const atLabels = gatherElements(graph, logits, reshape(graph, labels, [hidden.shape[0]!, 1]));
  return { logits, logProbs: subtract(graph, atLabels, logSumExp(graph, logits)) };
}

function embed(
  { graph, parameters }: Network,
  { name, positions, scale: factor }: Embedding,
  ids: Value,
  sequences: Sequences,
): Value {
  const flat = [multiplyDimensions(ids.shape)];
  const rows = gather(graph, parameters(name), reshape(graph, ids, flat));
  const scaled = factor === undefined ? rows : scale(graph, rows, factor);
  if (positions === undefined) return scaled;
  const width = scaled.shape[1]!;
  const apart = reshape(graph, scaled, [...ids.shape, width]);
  const places = gather(graph, parameters(positions), sequences.positions());
  return reshape(graph, add(graph, apart, places), scaled.shape);
}

function applyLayer(network: Network, sequences: Sequences, layer: Layer, x: Value): Value {
  const { graph } = network;
  const { attention, mlp, beforeAttention, beforeMlp, parallel } = layer;
  const applied = (norm: Norm | undefined, rows: Value): Value =>
    norm ? normalize(network, norm, rows) : rows;
  const input = applied(beforeAttention, x);
  const attended = applied(
    layer.afterAttention,
    applyAttention(network, sequences, attention, input),
  );
  const between = parallel ? x : add(graph, x, attended);
  const shared = parallel && beforeMlp !== undefined && beforeMlp.name === beforeAttention?.name;
  const fed = applied(
    layer.afterMlp,
    applyMlp(network, mlp, shared ? input : applied(beforeMlp, between)),
  );
  return parallel ? add(graph, add(graph, x, attended), fed) : add(graph, between, fed);
}

function softCap({ graph }: Network, value: Value, cap: number): Value {
  return scale(graph, tanh(graph, scale(graph, value, 1 / cap)), cap);
}
