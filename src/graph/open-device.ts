/**
 * Whether graphs run on a device. A provider may be part of the runtime and its library or its
 * hardware not be there, so a graph of one node is opened and run on it; operators that a provider
 * lacks run on the CPU. The provider of CUDA has not been tested, that of WebGPU on a software device only.
 */
import { messageOf, RoteError } from "../base/errors.ts";
import { GraphBuilder } from "./builder.ts";
import type { Device } from "./device.ts";
import { multiply } from "./operations/elementwise.ts";
import { type LoadedRuntime, loadRuntime } from "./runtime.ts";

/** What a device needs, and how the runtime's part of it is installed. */
export const deviceNeeds: Readonly<Record<Device, string>> = {
  cpu: "onnxruntime-node, or onnxruntime-web where that does not fit",
  cuda:
    "Linux x64, an NVIDIA GPU, CUDA 12, cuDNN 9, and the provider: " +
    "`ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node`",
  webgpu:
    "onnxruntime-node and a GPU whose driver has Vulkan (Linux), Direct3D 12 (Windows) or Metal (macOS)",
};

/** Refuse a device on which no graph runs here. The CPU is taken at its word. */
export async function requireDevice(
  device: Device = "cpu",
  loaded: Promise<LoadedRuntime> = loadRuntime(),
): Promise<void> {
  const runtime = await loaded;
  if (device === "cpu") return;
  const failure = await tryDevice(device, runtime);
  if (failure === undefined) return;
  throw new RoteError(
    "graph/unavailable",
    `no graph runs on ${device} here (${failure}); it needs ${deviceNeeds[device]}. ` +
      "`rote doctor` lists what there is; without --device models run on the CPU",
    { device, failure },
  );
}

/** Why no graph runs on a device; undefined where one does. */
export async function tryDevice(
  device: Device,
  { name, version, runtime }: LoadedRuntime,
): Promise<string | undefined> {
  const known = runtime.listSupportedBackends?.().map((backend) => backend.name);
  if (known?.includes(device) === false)
    return `${name} ${version} for ${process.platform}-${process.arch} has ${known.join(", ")} only`;
  try {
    const session = await runtime.InferenceSession.create(squareGraph(), {
      executionProviders: [device],
      logSeverityLevel: 4,
    });
    const { square } = await session.run({ x: new runtime.Tensor("float32", [3], [1]) });
    await session.release();
    return Number(square?.data[0]) === 9 ? undefined : "3 times 3 is not 9 on it";
  } catch (error) {
    return reasonOf(messageOf(error));
  }
}

function squareGraph(): Uint8Array {
  const graph = new GraphBuilder();
  const x = graph.input("x", "float32", [1]);
  graph.output("square", multiply(graph, x, x));
  return graph.toModel().bytes;
}

/** The runtime's words without the function or the place in its source that stands before them. */
function reasonOf(message: string): string {
  if (message.endsWith("backend not found.")) return "this runtime has no provider for it";
  const [line = ""] = message.trim().split("\n", 1);
  return line.replace(/^(?:\/.* was false\.|OrtSessionOptions\w+:) /, "");
}
