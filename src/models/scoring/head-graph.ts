/**
 * From hidden states to scores: the output layer and what is read off its logits. A graph of its
 * own, run on a few hundred rows at a time, so that logits for a whole batch are never in memory
 * together (2,048 places of a vocabulary of 50,304 would be 412 MB, and their softmax as much) and
 * the passes over them find them in the cache.
 */
import { GraphBuilder, type Value } from "../../graph/builder.ts";
import type { OnnxModel } from "../../graph/onnx.ts";
import { argmax } from "../../graph/operations/argmax.ts";
import { add, exp, multiply, negate } from "../../graph/operations/elementwise.ts";
import { gather, gatherElements } from "../../graph/operations/indexing.ts";
import { logSoftmax } from "../../graph/operations/normalize.ts";
import { reduceSum } from "../../graph/operations/reduce.ts";
import { cast, reshape } from "../../graph/operations/shape.ts";
import type { GraphSession } from "../../graph/session.ts";
import { type FileTensor, float32, int32, type Tensor } from "../../graph/tensor.ts";
import type { Decoder } from "../families/decoder.ts";
import { decoderLogits } from "../families/forward.ts";
import { parametersFromFiles } from "../families/weights.ts";
import type { RunOptions, TokenScores } from "../token-model.ts";

/**
 * Rows of hidden states in one run. Fewer cost the matrix product speed (128: 10 %), more the cache
 * and memory (bench/models/README.md).
 */
export const HEAD_ROWS = 256;

/**
 * Inputs: hidden [R, hidden]; labels [R], the token asked for at each; detailed [D], those of the R
 * of which entropies and ranks are wanted, for these cost more passes over the logits.
 */
export function headGraph(decoder: Decoder, weights: ReadonlyMap<string, FileTensor>): OnnxModel {
  const graph = new GraphBuilder();
  const hidden = graph.input("hidden", "float32", ["R", decoder.hiddenSize]);
  const labels = graph.input("labels", "int32", ["R"]);
  const detailed = graph.input("detailed", "int32", ["D"]);
  const network = { graph, parameters: parametersFromFiles(graph, weights) };
  const logits = decoderLogits(network, decoder, hidden);
  const logProbs = logSoftmax(graph, logits);
  graph.output("logits", logits);
  graph.output("logProbs", gatherElements(graph, logProbs, reshape(graph, labels, ["R", 1])));
  graph.output("argmax", argmax(graph, logits));
  const [ofLogits, ofLogProbs, ofLabels] = [logits, logProbs, labels].map((all) =>
    gather(graph, all, detailed),
  );
  graph.output("entropies", entropiesOf(graph, ofLogProbs!));
  graph.output("ranks", ranksOf(graph, ofLogits!, ofLabels!));
  return graph.toModel();
}

/** −Σ p ln p of each row, in nats. */
function entropiesOf(graph: GraphBuilder, logProbs: Value): Value {
  return negate(graph, reduceSum(graph, multiply(graph, exp(graph, logProbs), logProbs), [1]));
}

/** 1 + how many logits are larger than the label's. */
function ranksOf(graph: GraphBuilder, logits: Value, labels: Value): Value {
  const own = gatherElements(graph, logits, reshape(graph, labels, [labels.shape[0]!, 1]));
  const isLarger = graph.emitOne("Greater", [logits, own], { dtype: "bool", shape: logits.shape });
  const larger = reduceSum(graph, cast(graph, isLarger, "int32"), [1]);
  const one = graph.constant({ dtype: "int32", shape: [], data: Int32Array.of(1) });
  return add(graph, larger, one);
}

/** Scores of labels [n] after hidden states [n, hidden]. */
export async function scoreHidden(
  session: GraphSession,
  hidden: Tensor<Float32Array>,
  labels: Int32Array,
  { details = false }: RunOptions = {},
): Promise<TokenScores> {
  const count = labels.length;
  const scores = {
    logProbs: new Float32Array(count),
    argmax: new Int32Array(count),
    ...(details && { entropies: new Float32Array(count), ranks: new Int32Array(count) }),
  };
  const outputs = Object.fromEntries(Object.keys(scores).map((name) => [name, true as const]));
  for (let start = 0; start < count; start += HEAD_ROWS) {
    const end = Math.min(start + HEAD_ROWS, count);
    const feeds = feedsOf(hidden, labels, { start, end, details });
    const results = await session.run(feeds, outputs);
    for (const [name, all] of Object.entries(scores))
      all.set(results[name]!.data as Float32Array, start);
  }
  return scores;
}

/** Those of [start, end). */
export function sliceScores(scores: TokenScores, start: number, end: number): TokenScores {
  const { entropies, ranks } = scores;
  return {
    logProbs: scores.logProbs.slice(start, end),
    argmax: scores.argmax.slice(start, end),
    ...(entropies && { entropies: entropies.slice(start, end) }),
    ...(ranks && { ranks: ranks.slice(start, end) }),
  };
}

/** Logits [n, vocabulary] after hidden states [n, hidden], row by row. */
export async function logitsOfHidden(
  session: GraphSession,
  hidden: Tensor<Float32Array>,
  vocabularySize: number,
): Promise<Float32Array> {
  const count = hidden.shape[0]!;
  const labels = new Int32Array(count);
  const all = new Float32Array(count * vocabularySize);
  for (let start = 0; start < count; start += HEAD_ROWS) {
    const end = Math.min(start + HEAD_ROWS, count);
    const part = all.subarray(start * vocabularySize, end * vocabularySize);
    const logits = float32(part, [end - start, vocabularySize]);
    await session.run(feedsOf(hidden, labels, { start, end }), { logits });
  }
  return all;
}

interface Part {
  readonly start: number;
  readonly end: number;
  readonly details?: boolean;
}

function feedsOf(
  { data, shape }: Tensor<Float32Array>,
  labels: Int32Array,
  { start, end, details = false }: Part,
): Record<string, Tensor> {
  const [count, width] = [end - start, shape[1]!];
  const rows = data.subarray(start * width, end * width);
  const detailed = Int32Array.from({ length: details ? count : 0 }, (_, i) => i);
  return {
    hidden: float32(rows, [count, width]),
    labels: int32(labels.subarray(start, end), [count]),
    detailed: int32(detailed, [detailed.length]),
  };
}
