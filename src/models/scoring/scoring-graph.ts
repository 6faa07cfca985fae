/** The graph that scores rows of tokens, and its runs. */
import { GraphBuilder, type Value } from "../../graph/builder.ts";
import type { OnnxModel } from "../../graph/onnx.ts";
import { add, multiply, subtract } from "../../graph/operations/elementwise.ts";
import { gather, gatherElements } from "../../graph/operations/indexing.ts";
import { argmax, logSumExpWithSoftmax, reduceSum } from "../../graph/operations/reduce.ts";
import { cast, reshape } from "../../graph/operations/shape.ts";
import type { GraphSession } from "../../graph/session.ts";
import { type FileTensor, int32, type Tensor } from "../../graph/tensor.ts";
import type { Decoder } from "../families/decoder.ts";
import { decoderHidden, decoderScores } from "../families/forward.ts";
import { treeSequences } from "../families/tree-sequences.ts";
import { parametersFromFiles } from "../families/weights.ts";
import type { RunOptions, TokenScores } from "../token-model.ts";
import { isSequence, openSequence, type TokenTree } from "./token-tree.ts";

/**
 * Inputs: ids [B, T] with positions and ends [M, T] (families/tree-sequences.ts), padded on the
 * right; rows [R], the places b · T + t to be looked at; labels [R], the token asked for at each;
 * detailed [D], those of the R of which entropies and ranks are wanted, for these cost passes over
 * the logits. Padding is never looked at and never seen by what is.
 */
export function scoringGraph(
  decoder: Decoder,
  weights: ReadonlyMap<string, FileTensor>,
): OnnxModel {
  const graph = new GraphBuilder();
  const ids = graph.input("ids", "int32", ["B", "T"]);
  const positions = graph.input("positions", "int32", ["M", "T"]);
  const ends = graph.input("ends", "int32", ["M", "T"]);
  const rows = graph.input("rows", "int32", ["R"]);
  const labels = graph.input("labels", "int32", ["R"]);
  const detailed = graph.input("detailed", "int32", ["D"]);
  const network = { graph, parameters: parametersFromFiles(graph, weights) };
  const sequences = treeSequences(graph, { ids, positions, ends });
  const hidden = gather(graph, decoderHidden(network, decoder, ids, sequences), rows);
  const { logProbs, logits } = decoderScores(network, decoder, hidden, labels);
  graph.output("logProbs", logProbs);
  graph.output("logits", logits);
  graph.output("argmax", argmax(graph, logits));
  addDetails(graph, gather(graph, logits, detailed), gather(graph, labels, detailed));
  return graph.toModel();
}

/** Entropies ln Σ exp x − Σ p x in nats, and ranks: 1 + how many logits are larger than the label's. */
function addDetails(graph: GraphBuilder, logits: Value, labels: Value): void {
  const count = labels.shape[0]!;
  const [sum, probabilities] = logSumExpWithSoftmax(graph, logits);
  const expected = reduceSum(graph, multiply(graph, probabilities, logits), [1]);
  graph.output("entropies", subtract(graph, reshape(graph, sum, [count]), expected));
  const own = gatherElements(graph, logits, reshape(graph, labels, [count, 1]));
  const isLarger = graph.emitOne("Greater", [logits, own], { dtype: "bool", shape: logits.shape });
  const larger = reduceSum(graph, cast(graph, isLarger, "int32"), [1]);
  const one = graph.constant({ dtype: "int32", shape: [], data: Int32Array.of(1) });
  graph.output("ranks", add(graph, larger, one));
}

/** Score rows together in one run; see `TokenModel.run`. */
export async function scoreTrees(
  session: GraphSession,
  trees: readonly TokenTree[],
  { details = false }: RunOptions = {},
): Promise<TokenScores[]> {
  if (trees.every(({ places }) => places.length === 0)) return trees.map(() => noScores);
  const wanted = { logProbs: true, argmax: true } as const;
  const results = await session.run(
    feedsOf(trees, details),
    details ? { ...wanted, entropies: true, ranks: true } : wanted,
  );
  const floats = (name: string): Float32Array => results[name]!.data as Float32Array;
  const integers = (name: string): Int32Array => results[name]!.data as Int32Array;
  let end = 0;
  return trees.map(({ places }) => {
    const start = end;
    end += places.length;
    return {
      logProbs: floats("logProbs").slice(start, end),
      argmax: integers("argmax").slice(start, end),
      ...(details && {
        entropies: floats("entropies").slice(start, end),
        ranks: integers("ranks").slice(start, end),
      }),
    };
  });
}

const noScores: TokenScores = { logProbs: new Float32Array(0), argmax: new Int32Array(0) };

/** Logits after the last id of each sequence, row by row. */
export async function lastLogits(
  session: GraphSession,
  sequences: readonly Int32Array[],
): Promise<Float32Array> {
  const results = await session.run(feedsOf(sequences.map(openSequence)), { logits: true });
  return results.logits!.data as Float32Array;
}

function feedsOf(trees: readonly TokenTree[], details = false): Record<string, Tensor> {
  const length = Math.max(...trees.map(({ ids }) => ids.length));
  const asked = trees.reduce((sum, { places }) => sum + places.length, 0);
  const detailed = Int32Array.from({ length: details ? asked : 0 }, (_, i) => i);
  return {
    ...rowFeeds(trees, length),
    ...askedFeeds(trees, length, asked),
    detailed: int32(detailed, [detailed.length]),
  };
}

/** Rows that are all sequences share the positions and ends of the longest: they end in padding. */
function rowFeeds(trees: readonly TokenTree[], length: number): Record<string, Tensor> {
  const longest = trees.find(({ ids }) => ids.length === length)!;
  const kinds = trees.every(isSequence) ? [longest] : trees;
  const padded = (rows: readonly Int32Array[]): Tensor => {
    const all = new Int32Array(rows.length * length);
    for (const [b, row] of rows.entries()) all.set(row, b * length);
    return int32(all, [rows.length, length]);
  };
  return {
    ids: padded(trees.map(({ ids }) => ids)),
    positions: padded(kinds.map(({ positions }) => positions)),
    ends: padded(kinds.map(({ ends }) => ends)),
  };
}

function askedFeeds(
  trees: readonly TokenTree[],
  length: number,
  asked: number,
): Record<string, Tensor> {
  const rows = new Int32Array(asked);
  const labels = new Int32Array(asked);
  let row = 0;
  for (const [b, tree] of trees.entries()) {
    labels.set(tree.labels, row);
    for (const place of tree.places) rows[row++] = b * length + place;
  }
  return { rows: int32(rows, [asked]), labels: int32(labels, [asked]) };
}
