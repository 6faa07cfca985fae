import type { GraphBuilder, TapeEntry, Value } from "../builder.ts";
import { add, multiply, negate, subtract } from "../operations/elementwise.ts";
import { scatterAddElements } from "../operations/indexing.ts";
import { gemm, matMul } from "../operations/linear.ts";
import { reduceSum } from "../operations/reduce.ts";
import { expand, reshape } from "../operations/shape.ts";
import { rotaryEmbedding } from "../operations/transformer.ts";
import { softmaxGradient } from "./normalize.ts";
import type { GradientRules } from "./rule.ts";

export const transformerRules: GradientRules = {
  Attention: (graph, entry, [dy, dProbabilities]) => {
    const [query, key, value] = entry.inputs;
    const [mixed, p] = entry.outputs;
    const alpha = entry.attributes.scale as { readonly float: number };
    const scale = alpha.float;
    const dValue = dy && matMul(graph, p!, dy, { transposeA: true });
    const dScores = scoreGradient(
      graph,
      { p: p!, value: value!, mixed: mixed! },
      dy,
      dProbabilities,
    );
    return [
      matMul(graph, dScores, key!, { scale }),
      matMul(graph, dScores, query!, { transposeA: true, scale }),
      dValue,
    ];
  },
  // A rotation's gradient is the rotation back.
  RotaryEmbedding: (graph, { inputs: [, positions, cos, sin], attributes }, [dy]) => [
    rotaryEmbedding(graph, dy!, {
      cos: cos!,
      sin: negate(graph, sin!),
      interleaved: attributes.interleaved === 1,
      positions: positions!,
    }),
  ],
  LabelLogProbs: (graph, entry, [dy, dProbabilities, dLogits]) => {
    const through = dProbabilities && softmaxGradient(graph, entry.outputs[1]!, dProbabilities);
    return sumPairs(graph, [
      ...(dy === undefined ? [] : [labelGradients(graph, entry, dy)]),
      ...(through === undefined ? [] : [logitGradients(graph, entry, through)]),
      ...(dLogits === undefined ? [] : [logitGradients(graph, entry, dLogits)]),
    ]);
  },
};

interface AttentionValues {
  readonly p: Value;
  readonly value: Value;
  readonly mixed: Value;
}

/**
 * Gradient of the scores before their softmax: p (dp − Σ dp p), where for dp = dy · valueᵀ the sum
 * over keys is Σ dy · mixed over the head's numbers, which are fewer.
 */
function scoreGradient(
  graph: GraphBuilder,
  { p, value, mixed }: AttentionValues,
  dy: Value | undefined,
  dProbabilities: Value | undefined,
): Value {
  const direct = dProbabilities && softmaxGradient(graph, p, dProbabilities);
  if (dy === undefined) return direct!;
  const dp = matMul(graph, dy, value, { transposeB: true });
  const total = reduceSum(graph, multiply(graph, dy, mixed), [3], { keepAxes: true });
  const through = multiply(graph, p, subtract(graph, dp, total));
  return direct === undefined ? through : add(graph, through, direct);
}

/**
 * d hidden and d weight from the gradient of the log-probabilities. With e = p − [label], which the
 * runtime writes over p where nothing else needs p: −dy (e · weight) and −eᵀ (hidden dy).
 */
function labelGradients(graph: GraphBuilder, { inputs, outputs }: TapeEntry, dy: Value): Value[] {
  const [hidden, weight, labels] = inputs;
  const perRow = [labels!.shape[0]!, 1];
  const minusOnes = expand(graph, graph.scalar(-1, dy.dtype), perRow);
  const errors = scatterAddElements(graph, outputs[1]!, reshape(graph, labels!, perRow), minusOnes);
  const down = negate(graph, dy);
  return [
    multiply(graph, down, gemm(graph, errors, weight!)),
    gemm(graph, errors, multiply(graph, hidden!, down), { transposeA: true }),
  ];
}

/** d hidden and d weight from a gradient of the logits. */
function logitGradients(graph: GraphBuilder, { inputs }: TapeEntry, dLogits: Value): Value[] {
  const [hidden, weight] = inputs;
  return [gemm(graph, dLogits, weight!), gemm(graph, dLogits, hidden!, { transposeA: true })];
}

function sumPairs(graph: GraphBuilder, pairs: readonly (readonly Value[])[]): readonly Value[] {
  return pairs.reduce((a, b) => a.map((value, i) => add(graph, value, b[i]!)));
}
