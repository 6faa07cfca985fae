/** The forward pass of an encoder. Rows stand flat, [batch · length, hidden], except inside attention. */
import type { GraphBuilder, Value } from "../../graph/builder.ts";
import { add, scale, shift } from "../../graph/operations/elementwise.ts";
import { gather } from "../../graph/operations/indexing.ts";
import { reshape, transpose } from "../../graph/operations/shape.ts";
import { attention } from "../../graph/operations/transformer.ts";
import { multiplyDimensions, type Tensor, float32, int32 } from "../../graph/tensor.ts";
import { applyAttention } from "../families/parts/attention.ts";
import { applyMlp } from "../families/parts/mlp.ts";
import { normalize } from "../families/parts/norm.ts";
import type { Network } from "../families/parts/parameter.ts";
import type { Sequences } from "../families/sequences.ts";
import type { Encoder, EncoderEmbedding, RelativeBias } from "./encoder.ts";
import { relativeBuckets } from "./relative-positions.ts";

/** What is added to the score of a padded key; with a bias still finite in float32. */
const FORBIDDEN = 1e30;

/** What a graph of an encoder is fed with. */
export interface EncoderInputs {
  /** Token ids [B, T], padded on the right. */
  readonly ids: Value;
  /** Rows of the position table [B, T]. */
  readonly positions: Value;
  /** 1 where a token stands, 0 where there is padding: float32 [B, T]. */
  readonly mask: Value;
  /** Buckets of distances [T, T], where the encoder has biases by distance. */
  readonly buckets?: Value;
}

/** Declare the inputs of a graph; `encoderFeeds` makes what they are fed with. */
export function encoderInputs(graph: GraphBuilder, { relativeBias }: Encoder): EncoderInputs {
  const inputs = {
    ids: graph.input("ids", "int32", ["B", "T"]),
    positions: graph.input("positions", "int32", ["B", "T"]),
    mask: graph.input("mask", "float32", ["B", "T"]),
  };
  if (relativeBias === undefined) return inputs;
  return { ...inputs, buckets: graph.input("buckets", "int32", ["T", "T"]) };
}

/** The inputs for a batch of sequences of token ids. */
export function encoderFeeds(
  { embedding, relativeBias }: Encoder,
  batch: readonly Int32Array[],
): Record<string, Tensor> {
  const length = Math.max(...batch.map((sequence) => sequence.length));
  const shape = [batch.length, length];
  const { paddingId } = embedding;
  const ids = new Int32Array(batch.length * length).fill(paddingId ?? 0);
  const positions = new Int32Array(batch.length * length).fill(paddingId ?? 0);
  const mask = new Float32Array(batch.length * length);
  for (const [b, sequence] of batch.entries()) {
    ids.set(sequence, b * length);
    positions.set(positionsOf(sequence, paddingId), b * length);
    mask.fill(1, b * length, b * length + sequence.length);
  }
  return {
    ids: int32(ids, shape),
    positions: int32(positions, shape),
    mask: float32(mask, shape),
    ...(relativeBias === undefined
      ? {}
      : { buckets: int32(relativeBuckets(length, relativeBias.buckets), [length, length]) }),
  };
}

/** Where tokens stand. RoBERTa leaves out ids of padding, also those that a text spells. */
function positionsOf(sequence: Int32Array, paddingId: number | undefined): Int32Array {
  if (paddingId === undefined) return sequence.map((_, position) => position);
  let last = paddingId;
  return sequence.map((id) => (id === paddingId ? paddingId : ++last));
}

/** Hidden states [B · T, hidden] after so many layers; all of them unless said. */
export function encoderHidden(
  network: Network,
  encoder: Encoder,
  inputs: EncoderInputs,
  layers: number = encoder.layers.length,
): Value {
  const { graph } = network;
  const sequences = wholeTexts(network, encoder, inputs);
  return encoder.layers.slice(0, layers).reduce(
    (x, { attention, afterAttention, mlp, afterMlp }) => {
      const attended = add(graph, x, applyAttention(network, sequences, attention, x));
      const between = normalize(network, afterAttention, attended);
      return normalize(network, afterMlp, add(graph, between, applyMlp(network, mlp, between)));
    },
    embed(network, encoder.embedding, inputs),
  );
}

function embed(
  network: Network,
  { words, positions, tokenTypes, norm }: EncoderEmbedding,
  inputs: EncoderInputs,
): Value {
  const { graph, parameters } = network;
  const rowsOf = (table: string, indexes: Value): Value =>
    gather(graph, parameters(table), reshape(graph, indexes, [multiplyDimensions(indexes.shape)]));
  const placed = add(graph, rowsOf(words, inputs.ids), rowsOf(positions, inputs.positions));
  if (tokenTypes === undefined) return normalize(network, norm, placed);
  const first = graph.constant(int32(Int32Array.of(0), [1]));
  return normalize(network, norm, add(graph, placed, gather(graph, parameters(tokenTypes), first)));
}

/** Sequences in which every token sees every other, but no padding. */
function wholeTexts(network: Network, encoder: Encoder, inputs: EncoderInputs): Sequences {
  const { graph } = network;
  const [batch, length] = [inputs.ids.shape[0]!, inputs.ids.shape[1]!];
  const padding = reshape(graph, scale(graph, shift(graph, inputs.mask, -1), FORBIDDEN), [
    batch,
    1,
    1,
    length,
  ]);
  const { relativeBias: bias } = encoder;
  const mask =
    bias === undefined ? padding : add(graph, biasByDistance(network, bias, inputs), padding);
  return {
    batch,
    length,
    positions: () => inputs.positions,
    rotate: (_, value) => value,
    attend: (parts, { scale }) => attention(graph, { ...parts, mask }, { scale }),
  };
}

/** [heads, T, T]. */
function biasByDistance(
  { graph, parameters }: Network,
  { name }: RelativeBias,
  { buckets }: EncoderInputs,
): Value {
  return transpose(graph, gather(graph, parameters(name), buckets!), [2, 0, 1]);
}
