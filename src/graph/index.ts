/**
 * `rote/graph`: computations written as ONNX graphs, differentiated, and run.
 *
 * ```ts
 * import { float32, gradients, GraphBuilder, multiply, openSession, sumAll } from "rote/graph";
 *
 * const graph = new GraphBuilder();
 * const x = graph.input("x", "float32", [2]);
 * const [slope] = gradients(graph, sumAll(graph, multiply(graph, x, x)), [x]);
 * graph.output("slope", slope!);
 * await using session = await openSession(graph.toModel());
 * const found = await session.run({ x: float32(Float32Array.of(1, 2), [2]) }, { slope: true });
 * console.log(found.slope!.data); // Float32Array(2) [ 2, 4 ]
 * ```
 */
export {
  adamW,
  clipByNorm,
  type AdamWOptions,
  type AdamWSchedule,
  type AdamWState,
} from "./adamw.ts";
export { gradients } from "./autodiff.ts";
export {
  GraphBuilder,
  type Attributes,
  type TapeEntry,
  type Value,
  type ValueType,
} from "./builder.ts";
export type { Attribute, OnnxModel, OnnxValue } from "./onnx.ts";
export { argmax } from "./operations/argmax.ts";
export {
  add,
  divide,
  erf,
  exp,
  gelu,
  log,
  multiply,
  negate,
  scale,
  shift,
  sqrt,
  subtract,
} from "./operations/elementwise.ts";
export {
  gather,
  gatherElements,
  scatterAddElements,
  scatterAddRows,
} from "./operations/indexing.ts";
export { gemm, linear, matMul, type ProductOptions } from "./operations/linear.ts";
export { layerNormalization, softmax } from "./operations/normalize.ts";
export {
  logSumExp,
  logSumExpWithSoftmax,
  reduceMax,
  reduceMean,
  reduceSum,
  sumAll,
  sumOfSquares,
  type ReduceOptions,
} from "./operations/reduce.ts";
export {
  cast,
  concat,
  expand,
  reshape,
  split,
  strictUpperTriangle,
  transpose,
  zeros,
} from "./operations/shape.ts";
export {
  attention,
  causalMask,
  labelLogProbs,
  rotaryEmbedding,
  type LabelScores,
} from "./operations/transformer.ts";
export { type Device, devices } from "./device.ts";
export { openSession, type GraphSession, type SessionOptions } from "./session.ts";
export {
  float32,
  float64,
  int32,
  type DataType,
  type Dimension,
  type Tensor,
  type TensorData,
} from "./tensor.ts";
