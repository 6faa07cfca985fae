/**
 * Graphs carried out by ONNX Runtime (runtime.ts).
 *
 * Tensors lie over plain ArrayBuffers; the native runtime refuses shared ones. A run is synchronous
 * on the calling thread behind its promise, so long work leaves the event loop a turn between runs.
 */
import { realpath } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { openFile, readRange } from "../base/byte-ranges.ts";
import { messageOf, RoteError } from "../base/errors.ts";
import type { Device } from "./device.ts";
import type { OnnxModel } from "./onnx.ts";
import { loadRuntime, type Runtime, type RuntimeTensor } from "./runtime.ts";
import type { DataType, Tensor, TensorData } from "./tensor.ts";

/** How a session runs. */
export interface SessionOptions {
  /** Threads inside one operation; default: the runtime's choice, one a core. */
  readonly threads?: number | undefined;
  /** Where it runs; default the CPU. `requireDevice` tells whether a device is there. */
  readonly device?: Device | undefined;
}

/** A loaded graph that holds memory of the runtime until it is disposed of. */
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
  { bytes, external, files }: OnnxModel,
  options: SessionOptions = {},
): Promise<GraphSession> {
  const { runtime, name } = await loadRuntime();
  const folder = name === "onnxruntime-node" ? await folderOf(files) : undefined;
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
        tensor === true ? null : toRuntime(runtime, tensor),
      );
      const results = await session.run(given, wanted);
      return mapValues(results, fromRuntime);
    },
    [Symbol.asyncDispose]: () => session.release(),
  };
}

/** What the runtime is asked for; it finds external weights in `folder`. */
export function runtimeOptions(
  { threads, device = "cpu" }: SessionOptions,
  folder?: string,
): Readonly<Record<string, unknown>> {
  return {
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    ...(device === "cpu" ? {} : { executionProviders: [device] }),
    graphOptimizationLevel: "all",
    logSeverityLevel: 3,
    // Spinning threads take a core each while they wait; the machine may be shared.
    extra: {
      session: {
        intra_op: { allow_spinning: "0" },
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
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
