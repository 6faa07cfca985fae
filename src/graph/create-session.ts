/** Sessions in a runtime: where weights come from, what the runtime is asked for, tensors in and out. */
import { realpath } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { openFile, readRange } from "../base/byte-ranges.ts";
import { messageOf, RoteError } from "../base/errors.ts";
import type { OnnxModel } from "./onnx.ts";
import type { LoadedRuntime, Runtime, RuntimeTensor } from "./runtime.ts";
import type { GraphSession, SessionOptions } from "./session.ts";
import type { DataType, Tensor, TensorData } from "./tensor.ts";

/** Load a graph into a runtime. */
export async function createSession(
  { runtime, name }: LoadedRuntime,
  { bytes, external, files }: OnnxModel,
  options: SessionOptions,
): Promise<GraphSession> {
  const isNative = name === "onnxruntime-node";
  const folder = isNative ? await folderOf(files) : undefined;
  const read = folder === undefined ? await readFiles(files) : [];
  const session = await runtime.InferenceSession.create(bytes, {
    externalData: [...external, ...read],
    ...runtimeOptions(options, folder),
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
        tensor === true || !isNative ? null : toRuntime(runtime, tensor),
      );
      const results = mapValues(await session.run(given, wanted), fromRuntime);
      return isNative
        ? results
        : mapEntries(results, (name, result) => fill(outputs[name], result));
    },
    [Symbol.asyncDispose]: () => session.release(),
  };
}

/** What the runtime is asked for; it finds external weights in `folder`. */
export function runtimeOptions(
  { threads, device = "cpu", spin = false, planMemory = true }: SessionOptions,
  folder?: string,
): Readonly<Record<string, unknown>> {
  return {
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    ...(device === "cpu" ? {} : { executionProviders: [device] }),
    graphOptimizationLevel: "all",
    enableMemPattern: planMemory,
    logSeverityLevel: 3,
    extra: {
      session: {
        intra_op: { allow_spinning: spin ? "1" : "0" },
        ...(folder === undefined ? {} : { model_external_initializers_file_folder_path: folder }),
      },
    },
  };
}

/**
 * The folder that all files lie in: there the native runtime maps them into memory itself. It
 * refuses links that leave the folder.
 */
async function folderOf(files: readonly string[]): Promise<string | undefined> {
  const real = await Promise.all(files.map((file) => realpath(file)));
  const folders = new Set(real.map((file) => dirname(file)));
  const isSame = real.every((file, i) => basename(file) === basename(files[i]!));
  return folders.size === 1 && isSame ? [...folders][0] : undefined;
}

async function readFiles(
  files: readonly string[],
): Promise<readonly { readonly path: string; readonly data: Uint8Array }[]> {
  return Promise.all(
    files.map(async (file) => {
      await using handle = await openFile(file);
      const { size } = await handle.stat();
      return {
        path: basename(file),
        data: await readRange(handle, file, { start: 0, length: size }),
      };
    }),
  );
}

/** The WebAssembly runtime leaves tensors that are to be filled as they were. */
function fill(wanted: true | Tensor | undefined, result: Tensor): Tensor {
  if (wanted === true || wanted === undefined) return result;
  // Both are of the type that the graph gives the output.
  (wanted.data as Float32Array).set(result.data as Float32Array);
  return wanted;
}

function toRuntime(runtime: Runtime, tensor: Tensor): RuntimeTensor {
  return new runtime.Tensor(tensor.dtype, tensor.data, tensor.shape);
}

function fromRuntime(tensor: RuntimeTensor): Tensor {
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
  return mapEntries(record, (_, value) => map(value));
}

function mapEntries<A, B>(
  record: Readonly<Record<string, A>>,
  map: (key: string, value: A) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(key, value)]));
}
