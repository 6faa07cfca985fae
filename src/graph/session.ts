/**
 * Graphs carried out by ONNX Runtime (runtime.ts).
 *
 * Tensors lie over plain ArrayBuffers; the native runtime refuses shared ones. A run is synchronous
 * on the calling thread behind its promise, so long work leaves the event loop a turn between runs.
 */
import { createSession } from "./create-session.ts";
import type { Device } from "./device.ts";
import type { OnnxModel } from "./onnx.ts";
import { loadRuntime } from "./runtime.ts";
import type { Tensor } from "./tensor.ts";

/** How a session runs. */
export interface SessionOptions {
  /** Threads inside one operation; default: the runtime's choice, one a core. */
  readonly threads?: number | undefined;
  /** Where it runs; default the CPU. `requireDevice` tells whether a device is there. */
  readonly device?: Device | undefined;
  /**
   * Threads stay awake between operations, which takes their cores from others while the graph runs
   * and shortens graphs of many short operations; default false.
   */
  readonly spin?: boolean | undefined;
  /**
   * The runtime lays out one block of memory for each shape it meets, beside what the first run of that
   * shape has taken; default true. Without, a training step takes 40 % less memory and no more time.
   */
  readonly planMemory?: boolean | undefined;
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
  model: OnnxModel,
  options: SessionOptions = {},
): Promise<GraphSession> {
  return createSession(await loadRuntime(), model, options);
}
