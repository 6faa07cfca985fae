/**
 * Dot products of examples' gradients with given directions, without any example's gradient.
 *
 * With u one factor an example and L(u) = Σ uᵢ Lᵢ, the gradient g(u) = Σ uᵢ ∇Lᵢ is linear in u, so
 * ⟨∇Lᵢ, v⟩ = ∂⟨g(u), v⟩ / ∂uᵢ: the reverse pass differentiated once more, with respect to u alone.
 * What comes out is the forward derivative along v (Townsend 2017, "A new trick for calculating
 * Jacobian vector products"); g itself is on no path to the result and the runtime drops it. So a
 * direction costs about as much as a forward pass, for a whole batch of examples at once.
 */
import { RoteError } from "../../base/errors.ts";
import type { LongWork } from "../../base/progress.ts";
import { gradients } from "../../graph/autodiff.ts";
import { GraphBuilder, type Value } from "../../graph/builder.ts";
import type { OnnxModel } from "../../graph/onnx.ts";
import type { Device } from "../../graph/device.ts";
import { multiply, negate } from "../../graph/operations/elementwise.ts";
import { reduceSum, sumAll } from "../../graph/operations/reduce.ts";
import { reshape } from "../../graph/operations/shape.ts";
import type { GraphSession } from "../../graph/session.ts";
import { float32, int32, type Tensor } from "../../graph/tensor.ts";
import { type Decoder, decoderParameters } from "../families/decoder.ts";
import { decoderHidden, decoderScores } from "../families/forward.ts";
import { layOut, type ParameterLayout, parametersFromVector } from "./parameter-layout.ts";
import type { TrainableModel } from "./trainable-model.ts";

/** A sequence whose loss is the weighted mean of −ln p(ids[t + 1] | ids[0..t]). */
export interface GradientExample {
  readonly ids: ArrayLike<number>;
  /** One factor for each of `ids` but the first; all 1 unless given. 0 leaves a token out of the loss. */
  readonly weights?: ArrayLike<number>;
}

/** How gradients are computed; only rounding depends on it. */
export interface GradientOptions extends LongWork {
  /** Examples of one pass; default 8. Memory grows with it and with the longest of them. */
  readonly batchSize?: number;
  /** Threads of the runtime; default: one a core. */
  readonly threads?: number | undefined;
  /** Where graphs run; default the CPU. */
  readonly device?: Device | undefined;
}

/** What `gradientProducts` finds. */
export interface GradientProducts {
  /** Each example's loss, in nats a token. */
  readonly losses: Float32Array;
  /** For each direction v one row: ⟨∇Lᵢ, v⟩ for each example i. */
  readonly products: readonly Float32Array[];
}

/** The products ⟨∇Lᵢ, v⟩ of every example's loss and every direction v, a vector like the model's parameters. */
export async function gradientProducts(
  model: TrainableModel,
  examples: readonly GradientExample[],
  directions: readonly Float32Array[],
  options: GradientOptions = {},
): Promise<GradientProducts> {
  const layout = layOut(decoderParameters(model.decoder));
  const names = directions.map((_, k) => `direction.${k}`);
  const vectors = Object.fromEntries(
    directions.map((direction, k) => [names[k]!, vectorTensor(layout, direction)]),
  );
  const losses = new Float32Array(examples.length);
  const products = directions.map(() => new Float32Array(examples.length));
  const session = await model.sessions.open(
    `products ${names.length}`,
    () => productGraph(model.decoder, layout, names),
    options,
  );
  const wanted = ["losses", ...names.map(productOf)];
  const work = { ...options, model, layout, session, vectors, wanted };
  for await (const { start, results } of runBatches(work, examples)) {
    losses.set(results.losses!.data as Float32Array, start);
    for (const [k, name] of names.entries())
      products[k]!.set(results[productOf(name)]!.data as Float32Array, start);
  }
  return { losses, products };
}

/** The losses of examples, and the gradient of their sum: for one example, its own gradient. */
export async function lossGradient(
  model: TrainableModel,
  examples: readonly GradientExample[],
  options: GradientOptions = {},
): Promise<{ readonly losses: Float32Array; readonly gradient: Float32Array }> {
  const layout = layOut(decoderParameters(model.decoder));
  const losses = new Float32Array(examples.length);
  const gradient = new Float32Array(layout.length);
  const build = (): OnnxModel => gradientGraph(model.decoder, layout);
  const session = await model.sessions.open("gradient", build, options);
  const work = { ...options, model, layout, session, vectors: {}, wanted: ["losses", "gradient"] };
  for await (const { start, results } of runBatches(work, examples)) {
    losses.set(results.losses!.data as Float32Array, start);
    const part = results.gradient!.data as Float32Array;
    for (let i = 0; i < gradient.length; i++) gradient[i]! += part[i]!;
  }
  return { losses, gradient };
}

const productOf = (direction: string): string => `${direction}.products`;

function productGraph(
  decoder: Decoder,
  layout: ParameterLayout,
  directions: readonly string[],
): OnnxModel {
  const graph = new GraphBuilder();
  const { losses, factors, total, parameters } = emitLosses(graph, decoder, layout);
  const [gradient] = gradients(graph, total, [parameters]);
  graph.output("losses", losses);
  for (const name of directions) {
    const direction = graph.input(name, "float32", [layout.length]);
    const along = sumAll(graph, multiply(graph, gradient!, direction));
    graph.output(productOf(name), gradients(graph, along, [factors])[0]!);
  }
  return graph.toModel();
}

function gradientGraph(decoder: Decoder, layout: ParameterLayout): OnnxModel {
  const graph = new GraphBuilder();
  const { losses, total, parameters } = emitLosses(graph, decoder, layout);
  graph.output("losses", losses);
  graph.output("gradient", gradients(graph, total, [parameters])[0]!);
  return graph.toModel();
}

/**
 * Inputs: parameters [n]; ids and labels [B, T]; weights [B, T], which sum to 1 in each row; factors
 * [B]. Losses [B], and their sum weighted by the factors.
 */
function emitLosses(
  graph: GraphBuilder,
  decoder: Decoder,
  layout: ParameterLayout,
): Readonly<Record<"losses" | "factors" | "total" | "parameters", Value>> {
  const shape = ["B", "T"];
  const ids = graph.input("ids", "int32", shape);
  const labels = reshape(graph, graph.input("labels", "int32", shape), ["B*T"]);
  const weights = graph.input("weights", "float32", shape);
  const factors = graph.input("factors", "float32", ["B"]);
  const parameters = graph.input("parameters", "float32", [layout.length]);
  const network = { graph, parameters: parametersFromVector(graph, layout, parameters) };
  const hidden = decoderHidden(network, decoder, ids);
  const { logProbs } = decoderScores(network, decoder, hidden, labels);
  const weighted = multiply(graph, reshape(graph, logProbs, shape), weights);
  const losses = negate(graph, reduceSum(graph, weighted, [1]));
  return { losses, factors, total: sumAll(graph, multiply(graph, losses, factors)), parameters };
}

interface BatchWork extends GradientOptions {
  readonly model: TrainableModel;
  readonly layout: ParameterLayout;
  readonly session: GraphSession;
  readonly vectors: Readonly<Record<string, Tensor>>;
  readonly wanted: readonly string[];
}

async function* runBatches(
  { model, layout, session, vectors, wanted, batchSize = 8, signal, onProgress }: BatchWork,
  examples: readonly GradientExample[],
): AsyncGenerator<{ start: number; results: Awaited<ReturnType<GraphSession["run"]>> }> {
  for (const example of examples) checkExample(model.decoder, example);
  const feeds = { ...vectors, parameters: vectorTensor(layout, model.parameters) };
  const outputs = Object.fromEntries(wanted.map((name) => [name, true as const]));
  for (let start = 0; start < examples.length; start += batchSize) {
    // A run blocks the event loop: timers and signals have their turn between runs.
    await new Promise((resume) => setImmediate(resume));
    if (signal?.aborted === true)
      throw new RoteError("interrupted", "the gradients were interrupted", {}, signal.reason);
    const batch = examples.slice(start, start + batchSize);
    yield { start, results: await session.run({ ...feeds, ...padded(batch) }, outputs) };
    const done = start + batch.length;
    onProgress?.({ stage: "gradients", done, total: examples.length, unit: "examples" });
  }
}

function padded(batch: readonly GradientExample[]): Record<string, Tensor> {
  const length = Math.max(...batch.map(({ ids }) => ids.length)) - 1;
  const shape = [batch.length, length];
  const [ids, labels] = [0, 1].map(() => new Int32Array(batch.length * length));
  const weights = new Float32Array(batch.length * length);
  for (const [row, example] of batch.entries()) {
    const factors = example.weights ?? new Float32Array(example.ids.length - 1).fill(1);
    const sum = Array.from(factors).reduce((a, b) => a + b, 0);
    for (let t = 0; t + 1 < example.ids.length; t++) {
      ids![row * length + t] = example.ids[t]!;
      labels![row * length + t] = example.ids[t + 1]!;
      weights[row * length + t] = factors[t]! / sum;
    }
  }
  return {
    ids: int32(ids!, shape),
    labels: int32(labels!, shape),
    weights: float32(weights, shape),
    factors: float32(new Float32Array(batch.length).fill(1), [batch.length]),
  };
}

function vectorTensor({ length }: ParameterLayout, vector: Float32Array): Tensor {
  if (vector.length === length) return float32(vector, [length]);
  throw new RoteError(
    "usage",
    `a direction of ${vector.length} numbers does not fit a model of ${length} parameters`,
    { length: vector.length, parameters: length },
  );
}

function checkExample(
  { vocabularySize, maximumLength }: Decoder,
  { ids, weights }: GradientExample,
): void {
  const fail = (reason: string): never => {
    throw new RoteError("model/cannot", `an example ${reason}`, { length: ids.length });
  };
  if (!(ids.length >= 2 && ids.length <= maximumLength + 1))
    fail(`has ${ids.length} tokens; the model takes from 2 to ${maximumLength + 1}`);
  const outside = Array.from(ids).find((id) => !(id >= 0 && id < vocabularySize));
  if (outside !== undefined)
    fail(`has the token id ${outside}, which is not among the model's ${vocabularySize}`);
  if (weights === undefined) return;
  if (weights.length !== ids.length - 1)
    fail(`of ${ids.length} tokens needs ${ids.length - 1} weights, got ${weights.length}`);
  const sum = Array.from(weights).reduce((a, b) => a + b, 0);
  if (!(sum > 0 && sum < Infinity)) fail(`has weights that sum to ${sum}, not to more than 0`);
}
