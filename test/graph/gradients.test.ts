import { describe, expect, test } from "vitest";
import { gradientRules, gradients } from "#rote/graph/autodiff.js";
import { GraphBuilder, type Value } from "#rote/graph/builder.js";
import * as activation from "#rote/graph/operations/activation.js";
import { cappedAttention } from "#rote/graph/operations/capped-attention.js";
import * as elementwise from "#rote/graph/operations/elementwise.js";
import * as indexing from "#rote/graph/operations/indexing.js";
import * as linear from "#rote/graph/operations/linear.js";
import { layerNormalization, softmax } from "#rote/graph/operations/normalize.js";
import * as reduce from "#rote/graph/operations/reduce.js";
import { rmsNormalization } from "#rote/graph/operations/rms-normalization.js";
import * as shape from "#rote/graph/operations/shape.js";
import * as transformer from "#rote/graph/operations/transformer.js";
import { windowMask } from "#rote/graph/operations/window-mask.js";
import { float32, int32 } from "#rote/graph/tensor.js";
import { expectGradient, type GradientCase } from "./finite-differences.ts";

function integers(graph: GraphBuilder, values: number[], sizes: readonly number[]): Value {
  return graph.constant(int32(Int32Array.from(values), sizes));
}

function rotation(graph: GraphBuilder): { cos: Value; sin: Value } {
  const table = (f: (x: number) => number): Value =>
    graph.constant(
      float32(
        Float32Array.from({ length: 6 }, (_, i) => f(1 + i * 0.7)),
        [3, 2],
      ),
    );
  return { cos: table(Math.cos), sin: table(Math.sin) };
}

// By rule, at least one case each: shapes, transpositions and broadcasts that take different ways.
const cases: Record<string, Record<string, GradientCase>> = {
  Add: {
    "equal shapes": {
      inputs: [
        [2, 3],
        [2, 3],
      ],
      build: (g, [a, b]) => elementwise.add(g, a!, b!),
    },
    "a row to every row": {
      inputs: [[2, 3], [3]],
      build: (g, [a, b]) => elementwise.add(g, a!, b!),
    },
    "a column and a row": {
      inputs: [
        [2, 1],
        [1, 3],
      ],
      build: (g, [a, b]) => elementwise.add(g, a!, b!),
    },
    "a value to itself": { inputs: [[3]], build: (g, [a]) => elementwise.add(g, a!, a!) },
  },
  Sub: {
    "a column from every column": {
      inputs: [
        [2, 3],
        [2, 1],
      ],
      build: (g, [a, b]) => elementwise.subtract(g, a!, b!),
    },
  },
  Mul: {
    "a scalar": { inputs: [[2, 3], []], build: (g, [a, b]) => elementwise.multiply(g, a!, b!) },
    "its own square": { inputs: [[3]], build: (g, [a]) => elementwise.multiply(g, a!, a!) },
  },
  Div: {
    "by a row": {
      inputs: [[2, 3], [3]],
      least: 1,
      build: (g, [a, b]) => elementwise.divide(g, a!, b!),
    },
  },
  Neg: { values: { inputs: [[3]], build: (g, [a]) => elementwise.negate(g, a!) } },
  Exp: { values: { inputs: [[3]], build: (g, [a]) => elementwise.exp(g, a!) } },
  Log: { values: { inputs: [[3]], least: 1, build: (g, [a]) => elementwise.log(g, a!) } },
  Sqrt: { values: { inputs: [[3]], least: 1, build: (g, [a]) => elementwise.sqrt(g, a!) } },
  Erf: { values: { inputs: [[7]], dtype: "float32", build: (g, [a]) => elementwise.erf(g, a!) } },
  Gelu: { values: { inputs: [[7]], dtype: "float32", build: (g, [a]) => elementwise.gelu(g, a!) } },
  Tanh: {
    values: { inputs: [[7]], build: (g, [a]) => activation.tanh(g, a!) },
    "attention whose scores are capped, among the last two": {
      inputs: [
        [1, 2, 3, 2],
        [1, 2, 3, 2],
        [1, 2, 3, 2],
      ],
      dtype: "float32",
      build: (g, [query, key, value]) =>
        cappedAttention(
          g,
          { query: query!, key: key!, value: value!, mask: windowMask(g, 3, 2) },
          { scale: 0.7, softCap: 1.5 },
        ),
    },
  },
  Sigmoid: { values: { inputs: [[7]], build: (g, [a]) => activation.sigmoid(g, a!) } },
  QuickGelu: {
    values: { inputs: [[7]], dtype: "float32", build: (g, [a]) => activation.silu(g, a!) },
  },
  FastGelu: {
    values: { inputs: [[7]], dtype: "float32", build: (g, [a]) => activation.geluTanh(g, a!) },
  },
  Clip: {
    "some values beyond": {
      inputs: [[3, 5]],
      build: (g, [a]) => activation.clip(g, a!, -0.5, 0.25),
    },
  },
  Reshape: { "to a matrix": { inputs: [[2, 3]], build: (g, [a]) => shape.reshape(g, a!, [3, 2]) } },
  Transpose: {
    "a cycle of three axes": {
      inputs: [[2, 3, 2]],
      build: (g, [a]) => shape.transpose(g, a!, [1, 2, 0]),
    },
  },
  Split: {
    "both pieces": {
      inputs: [[2, 5]],
      build: (g, [a]) => {
        const [b, c] = shape.split(g, a!, [3, 2]);
        return shape.concat(g, [c!, b!, b!]);
      },
    },
    "one piece unused": { inputs: [[5]], build: (g, [a]) => shape.split(g, a!, [3, 2])[1]! },
  },
  Concat: {
    "along the first axis": {
      inputs: [
        [1, 2],
        [3, 2],
      ],
      build: (g, [a, b]) => shape.concat(g, [a!, b!], { axis: 0 }),
    },
  },
  Expand: { "a column": { inputs: [[2, 1]], build: (g, [a]) => shape.expand(g, a!, [3, 2, 4]) } },
  Cast: {
    "to float32 and back": {
      inputs: [[3]],
      dtype: "float32",
      build: (g, [a]) => shape.cast(g, shape.cast(g, a!, "float64"), "float32"),
    },
  },
  ReduceSum: {
    "an inner axis": { inputs: [[2, 3, 2]], build: (g, [a]) => reduce.reduceSum(g, a!, [1]) },
    "axes kept": {
      inputs: [[2, 3]],
      build: (g, [a]) => reduce.reduceSum(g, a!, [0], { keepAxes: true }),
    },
    "no axis": { inputs: [[2, 3]], build: (g, [a]) => reduce.reduceSum(g, a!, []) },
  },
  ReduceMean: {
    "two axes": { inputs: [[2, 3, 2]], build: (g, [a]) => reduce.reduceMean(g, a!, [0, 2]) },
  },
  LogSumExp: { rows: { inputs: [[2, 4]], build: (g, [a]) => reduce.logSumExp(g, a!) } },
  Softmax: { rows: { inputs: [[2, 4]], build: (g, [a]) => softmax(g, a!) } },
  LayerNormalization: {
    "rows, weight and bias": {
      inputs: [[2, 3, 4], [4], [4]],
      dtype: "float32",
      build: (g, [x, weight, bias]) =>
        layerNormalization(g, x!, { weight: weight!, bias: bias!, epsilon: 1e-3 }),
    },
    "a single row": {
      inputs: [[4], [4], [4]],
      dtype: "float32",
      build: (g, [x, weight, bias]) =>
        layerNormalization(g, x!, { weight: weight!, bias: bias!, epsilon: 1e-3 }),
    },
  },
  SimplifiedLayerNormalization: {
    "rows and weight": {
      inputs: [[2, 3, 4], [4]],
      dtype: "float32",
      build: (g, [x, weight]) => rmsNormalization(g, x!, { weight: weight!, epsilon: 1e-3 }),
    },
  },
  MatMul: {
    batched: {
      inputs: [
        [2, 3, 4],
        [2, 4, 2],
      ],
      dtype: "float32",
      build: (g, [a, b]) => linear.matMul(g, a!, b!),
    },
  },
  FusedMatMul: Object.fromEntries(
    [
      [false, true],
      [true, false],
      [true, true],
    ].map(([transposeA, transposeB]) => [
      `transposed: ${transposeA}, ${transposeB}`,
      {
        inputs: [transposeA ? [2, 4, 3] : [2, 3, 4], transposeB ? [2, 2, 4] : [2, 4, 2]],
        dtype: "float32",
        build: (g, [a, b]) =>
          linear.matMul(g, a!, b!, {
            transposeA: transposeA!,
            transposeB: transposeB!,
            scale: 0.3,
          }),
      } satisfies GradientCase,
    ]),
  ),
  Gemm: {
    ...Object.fromEntries(
      [
        [false, false],
        [false, true],
        [true, false],
        [true, true],
      ].map(([transposeA, transposeB]) => [
        `transposed: ${transposeA}, ${transposeB}`,
        {
          inputs: [transposeA ? [4, 3] : [3, 4], transposeB ? [2, 4] : [4, 2]],
          build: (g, [a, b]) =>
            linear.gemm(g, a!, b!, { transposeA: transposeA!, transposeB: transposeB! }),
        } satisfies GradientCase,
      ]),
    ),
    "a dense layer with bias": {
      inputs: [[3, 4], [2, 4], [2]],
      build: (g, [x, weight, bias]) => linear.linear(g, x!, weight!, bias),
    },
  },
  Gather: {
    "rows, one of them twice": {
      inputs: [[3, 2]],
      build: (g, [a]) => indexing.gather(g, a!, integers(g, [2, 0, 2, 1], [2, 2])),
    },
  },
  GatherElements: {
    "an element of each row": {
      inputs: [[2, 3]],
      build: (g, [a]) => indexing.gatherElements(g, a!, integers(g, [2, 0, 2, 2], [2, 2])),
    },
  },
  ScatterAddRows: {
    "two rows into one": {
      inputs: [
        [3, 2],
        [4, 2],
      ],
      build: (g, [a, b]) => indexing.scatterAddRows(g, a!, integers(g, [2, 0, 2, 1], [4]), b!),
    },
  },
  ScatterElements: {
    "two elements into one": {
      inputs: [
        [2, 3],
        [2, 2],
      ],
      build: (g, [a, b]) =>
        indexing.scatterAddElements(g, a!, integers(g, [2, 2, 0, 1], [2, 2]), b!),
    },
  },
  Attention: {
    "two heads, causal": {
      inputs: [
        [1, 2, 3, 2],
        [1, 2, 3, 2],
        [1, 2, 3, 2],
      ],
      dtype: "float32",
      build: (g, [query, key, value]) =>
        transformer.attention(
          g,
          { query: query!, key: key!, value: value!, mask: transformer.causalMask(g, 3) },
          { scale: 0.7 },
        ),
    },
  },
  RotaryEmbedding: {
    "a part of the head": {
      inputs: [[1, 2, 3, 6]],
      dtype: "float32",
      build: (g, [x]) => transformer.rotaryEmbedding(g, x!, rotation(g)),
    },
    "neighbours as pairs": {
      inputs: [[1, 2, 3, 6]],
      dtype: "float32",
      build: (g, [x]) => transformer.rotaryEmbedding(g, x!, { ...rotation(g), interleaved: true }),
    },
  },
  LabelLogProbs: {
    "hidden states and table": {
      inputs: [
        [3, 2],
        [5, 2],
      ],
      build: (g, [hidden, weight]) =>
        transformer.labelLogProbs(g, hidden!, weight!, integers(g, [4, 1, 4], [3])).logProbs,
    },
    "log-probabilities and logits": {
      inputs: [
        [3, 2],
        [5, 2],
      ],
      build: (g, [hidden, weight]) => {
        const labels = integers(g, [4, 1, 4], [3]);
        const { logProbs, logits } = transformer.labelLogProbs(g, hidden!, weight!, labels);
        return elementwise.multiply(g, logProbs, logits);
      },
    },
  },
};

test("every rule has a case", () => {
  expect(Object.keys(cases).sort()).toEqual(Object.keys(gradientRules).sort());
});

describe.each(Object.keys(cases))("the gradient of %s equals central differences", (op) => {
  test.each(Object.keys(cases[op]!))("%s", async (name) => {
    await expectGradient(cases[op]![name]!);
  });
});

describe("a gradient can be differentiated again", () => {
  const twice = (build: GradientCase["build"]): GradientCase["build"] => {
    return (graph, inputs) => {
      const result = build(graph, inputs);
      const [gradient] = gradients(
        graph,
        reduce.sumAll(graph, elementwise.multiply(graph, result, result)),
        [inputs[0]!],
      );
      return gradient!;
    };
  };
  test.each([
    "Softmax",
    "LogSumExp",
    "LabelLogProbs",
    "LayerNormalization",
    "Attention",
    "Gelu",
    "Div",
  ])("%s", async (op) => {
    const first = Object.values(cases[op]!)[0]!;
    await expectGradient({ ...first, build: twice(first.build) });
  });
});

describe("what cannot be differentiated is refused by name", () => {
  test("an operation without a rule", () => {
    const graph = new GraphBuilder();
    const x = graph.input("x", "float32", [3]);
    const loss = reduce.sumAll(graph, reduce.reduceMax(graph, x, [0], { keepAxes: true }));
    expect(() => gradients(graph, loss, [x])).toThrow(/ReduceMax has no gradient/);
  });

  test("a value the loss does not depend on", () => {
    const graph = new GraphBuilder();
    const [x, y] = [graph.input("x", "float32", [3]), graph.input("y", "float32", [3])];
    expect(() => gradients(graph, reduce.sumAll(graph, x), [y])).toThrow(/does not depend on y/);
  });

  test("a loss that is no scalar", () => {
    const graph = new GraphBuilder();
    const x = graph.input("x", "float32", [3]);
    expect(() => gradients(graph, x, [x])).toThrow(/scalar loss, got shape \[3\]/);
  });
});
