/**
 * Scores rows of tokens in two graphs: one reads the rows and gives hidden states at the places
 * asked for, the other (head-graph.ts) turns these into scores, some at a time.
 */
import { GraphBuilder } from "../../graph/builder.ts";
import type { OnnxModel } from "../../graph/onnx.ts";
import { gather } from "../../graph/operations/indexing.ts";
import type { GraphSession } from "../../graph/session.ts";
import { type FileTensor, float32, int32, type Tensor } from "../../graph/tensor.ts";
import type { Decoder } from "../families/decoder.ts";
import { decoderHidden } from "../families/forward.ts";
import { treeSequences } from "../families/tree-sequences.ts";
import { parametersFromFiles } from "../families/weights.ts";
import type { RunOptions, TokenScores } from "../token-model.ts";
import { logitsOfHidden, scoreHidden, sliceScores } from "./head-graph.ts";
import type { RunShape } from "./run-memory.ts";
import { isSequence, openSequence, type TokenTree } from "./token-tree.ts";

/**
 * Hidden states [R, hidden] after the last normalization. Inputs: ids [B, T] with positions and ends
 * [M, T] (families/tree-sequences.ts), padded on the right; rows [R], the places b · T + t to be
 * looked at. Padding is never looked at and never seen by what is.
 */
export function hiddenGraph(decoder: Decoder, weights: ReadonlyMap<string, FileTensor>): OnnxModel {
  const graph = new GraphBuilder();
  const ids = graph.input("ids", "int32", ["B", "T"]);
  const positions = graph.input("positions", "int32", ["M", "T"]);
  const ends = graph.input("ends", "int32", ["M", "T"]);
  const rows = graph.input("rows", "int32", ["R"]);
  const network = { graph, parameters: parametersFromFiles(graph, weights) };
  const sequences = treeSequences(graph, { ids, positions, ends });
  graph.output("hidden", gather(graph, decoderHidden(network, decoder, ids, sequences), rows));
  return graph.toModel();
}

/** The graphs that score, each with weights of its own. */
export interface ScoringSessions {
  /** Runs `hiddenGraph`. */
  readonly hidden: GraphSession;
  /** Runs `headGraph`. */
  readonly head: GraphSession;
  readonly shape: RunShape;
}

/** Score rows together in one run; see `TokenModel.run`. */
export async function scoreTrees(
  sessions: ScoringSessions,
  trees: readonly TokenTree[],
  { details = false }: RunOptions = {},
): Promise<TokenScores[]> {
  if (trees.every(({ places }) => places.length === 0)) return trees.map(() => noScores);
  const hidden = await hiddenStates(sessions, trees);
  const labels = joined(trees.map((tree) => tree.labels));
  const scores = await scoreHidden(sessions.head, hidden, labels, { details });
  let end = 0;
  return trees.map(({ places }) => {
    const start = end;
    end += places.length;
    return sliceScores(scores, start, end);
  });
}

const noScores: TokenScores = { logProbs: new Float32Array(0), argmax: new Int32Array(0) };

/** Logits after the last id of each sequence, row by row. */
export async function lastLogits(
  sessions: ScoringSessions,
  sequences: readonly Int32Array[],
): Promise<Float32Array> {
  const hidden = await hiddenStates(sessions, sequences.map(openSequence));
  return logitsOfHidden(sessions.head, hidden, sessions.shape.vocabularySize);
}

/**
 * Hidden states at the places asked for, [n, hidden], in memory of ours: what the runtime allocates
 * is unknown to the garbage collector, which would let it pile up.
 */
async function hiddenStates(
  { hidden, shape: { hiddenSize } }: ScoringSessions,
  trees: readonly TokenTree[],
): Promise<Tensor<Float32Array>> {
  const count = trees.reduce((sum, { places }) => sum + places.length, 0);
  const states = float32(new Float32Array(count * hiddenSize), [count, hiddenSize]);
  await hidden.run(feedsOf(trees), { hidden: states });
  return states;
}

function feedsOf(trees: readonly TokenTree[]): Record<string, Tensor> {
  const length = Math.max(...trees.map(({ ids }) => ids.length));
  const rows = joined(trees.map(({ places }, b) => places.map((place) => b * length + place)));
  return { ...rowFeeds(trees, length), rows: int32(rows, [rows.length]) };
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

function joined(parts: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    all.set(part, end);
    end += part.length;
  }
  return all;
}
