/**
 * Graphs carried out by ONNX Runtime. The only file that touches onnxruntime: the native package
 * where it is installed, else the WebAssembly one, which runs the same graphs at about a third of
 * the speed.
 *
 * Tensors lie over plain ArrayBuffers; the native runtime refuses shared ones. A run is synchronous
 * on the calling thread behind its promise, so long work leaves the event loop a turn between runs.
 */
import type * as ort from "onnxruntime-common";
import { messageOf, RoteError } from "../base/errors.ts";
import type { OnnxModel } from "./onnx.ts";
import type { DataType, Tensor, TensorData } from "./tensor.ts";

export type Runtime = Pick<typeof ort, "InferenceSession" | "Tensor">;

export interface SessionOptions {
  /** Threads inside one operation; default: the runtime's choice, one a core. */
  readonly threads?: number;
}

export interface GraphSession extends AsyncDisposable {
  /**
   * Run the graph. `outputs` names the results wanted; a tensor in place of `true` is filled by the
   * runtime, which saves an allocation, and must not be among the feeds.
   */
  run(
    feeds: Readonly<Record<string, Tensor>>,
    outputs: Readonly<Record<string, true | Tensor>>,
  ): Promise<Readonly<Record<string, Tensor>>>;
}

/** Load a graph as `GraphBuilder.toModel` writes it. */
export async function openSession(
  { bytes, external }: OnnxModel,
  { threads }: SessionOptions = {},
): Promise<GraphSession> {
  const { runtime } = await loadRuntime();
  const session = await runtime.InferenceSession.create(bytes, {
    externalData: external,
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    graphOptimizationLevel: "all",
    logSeverityLevel: 3,
    // Spinning threads take a core each while they wait; the machine may be shared.
    extra: { session: { intra_op: { allow_spinning: "0" } } },
  }).catch((error: unknown) => {
    throw new RoteError(
      "graph/invalid",
      `ONNX Runtime refuses the graph: ${messageOf(error)}`,
      {},
      error,
    );
  });
  return {
    async run(feeds, outputs) {
      const given = mapValues(feeds, (tensor) => toRuntime(runtime, tensor));
      const wanted = mapValues(outputs, (tensor) =>
        tensor === true ? null : toRuntime(runtime, tensor),
      );
      const results = await session.run(given, wanted);
      return mapValues(results, fromRuntime);
    },
    [Symbol.asyncDispose]: () => session.release(),
  };
}

/** Which ONNX Runtime this installation has, or a RoteError that says how to get one. */
export async function findRuntime(): Promise<{ readonly name: string; readonly version: string }> {
  const { name, version } = await loadRuntime();
  return { name, version };
}

export interface LoadedRuntime {
  readonly name: string;
  readonly version: string;
  readonly runtime: Runtime;
}

let loaded: Promise<LoadedRuntime> | undefined;

function loadRuntime(): Promise<LoadedRuntime> {
  loaded ??= importRuntime(["onnxruntime-node", "onnxruntime-web"]);
  return loaded;
}

/** The first of several packages that can be imported; see `openSession` for which are tried. */
export async function importRuntime(names: readonly string[]): Promise<LoadedRuntime> {
  const failures: string[] = [];
  for (const name of names) {
    try {
      const module = (await import(name)) as typeof ort & { readonly default?: typeof ort };
      const runtime = module.default ?? module;
      const version = runtime.env.versions.node ?? runtime.env.versions.web ?? "";
      return { name, version, runtime };
    } catch (error) {
      failures.push(`${name}: ${messageOf(error)}`);
    }
  }
  throw new RoteError(
    "graph/unavailable",
    "running models needs ONNX Runtime: " +
      "install it with `ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node` " +
      `or \`npm install onnxruntime-web\` (tried ${failures.join("; ")})`,
    { failures },
  );
}

function toRuntime({ Tensor: RuntimeTensor }: Runtime, tensor: Tensor): ort.Tensor {
  return new RuntimeTensor(tensor.dtype, tensor.data, tensor.shape);
}

function fromRuntime(tensor: ort.Tensor): Tensor {
  return {
    dtype: tensor.type as DataType,
    shape: tensor.dims,
    data: tensor.data as TensorData,
  };
}

function mapValues<A, B>(
  record: Readonly<Record<string, A>>,
  map: (value: A) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
