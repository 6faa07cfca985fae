import { expect, test } from "vitest";
import { GraphBuilder } from "#rote/graph/builder.js";
import { devices } from "#rote/graph/device.js";
import { requireDevice, tryDevice } from "#rote/graph/open-device.js";
import { multiply } from "#rote/graph/operations/elementwise.js";
import { type LoadedRuntime, loadRuntime } from "#rote/graph/runtime.js";
import { createSession, runtimeOptions } from "#rote/graph/create-session.js";
import { float32 } from "#rote/graph/tensor.js";
import { deviceFlag } from "#rote/cli/shared-flags.js";

type Options = Readonly<Record<string, unknown>>;

/** The runtime of this installation, whose sessions tell how they are asked for and run on the CPU. */
async function recordingRuntime(asked: Options[]): Promise<LoadedRuntime> {
  const loaded = await loadRuntime();
  const { InferenceSession, Tensor } = loaded.runtime;
  const create = (model: Uint8Array, { executionProviders, ...options }: Options) => {
    asked.push({ executionProviders, ...options });
    return InferenceSession.create(model, options);
  };
  return { ...loaded, runtime: { InferenceSession: { create }, Tensor } } as LoadedRuntime;
}

/** A runtime whose sessions cannot be made. */
function failingRuntime(message: string, backends?: readonly string[]): Promise<LoadedRuntime> {
  const create = (): Promise<never> => Promise.reject(new Error(message));
  const listSupportedBackends = backends && (() => backends.map((name) => ({ name })));
  const runtime = { InferenceSession: { create }, listSupportedBackends };
  return Promise.resolve({
    name: "onnxruntime-node",
    version: "1.0",
    runtime,
  } as unknown as LoadedRuntime);
}

test("a device is asked for by its execution provider, the CPU by none", () => {
  const providers = [undefined, ...devices].map((device) => runtimeOptions({ device }));
  expect(providers.map(({ executionProviders }) => executionProviders)).toEqual([
    undefined,
    undefined,
    ["cuda"],
    ["webgpu"],
  ]);
});

test("threads spin and memory is planned as a session asks", () => {
  const plain = runtimeOptions({});
  const training = runtimeOptions({ spin: true, planMemory: false });
  const settings = [plain, training].map(({ extra, enableMemPattern }) => ({
    extra,
    enableMemPattern,
  }));
  expect(settings).toEqual([
    { extra: { session: { intra_op: { allow_spinning: "0" } } }, enableMemPattern: true },
    { extra: { session: { intra_op: { allow_spinning: "1" } } }, enableMemPattern: false },
  ]);
});

test("a device is tried by a graph that is run", async () => {
  const asked: Options[] = [];
  expect(await tryDevice("webgpu", await recordingRuntime(asked))).toBeUndefined();
  expect(asked).toMatchObject([{ executionProviders: ["webgpu"] }]);
});

test("the CPU of this installation runs a graph", async () => {
  expect(await tryDevice("cpu", await loadRuntime())).toBeUndefined();
  await requireDevice();
});

// What onnxruntime-node 1.30 says on Linux without a GPU.
test.each([
  [
    "cuda",
    "OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library\n",
    /^no graph runs on cuda here \(Failed to load shared library\); it needs .*`ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node`.*`rote doctor`/,
  ],
  [
    "webgpu",
    "/onnxruntime_src/webgpu_context.cc:136 Initialize(const Config&)::<lambda()> status == Success was false. Failed to get a WebGPU adapter: No supported adapters\n",
    /^no graph runs on webgpu here \(Failed to get a WebGPU adapter: No supported adapters\); it needs onnxruntime-node and a GPU whose driver has Vulkan/,
  ],
] as const)(
  "a provider that does not open names the way out: %s",
  async (device, said, message) => {
    const error = expect(requireDevice(device, failingRuntime(said))).rejects;
    await error.toMatchObject({ code: "graph/unavailable", detail: { device } });
    await error.toThrow(message);
  },
);

test("a provider that the build lacks is told with those it has", async () => {
  await expect(requireDevice("cuda", failingRuntime("", ["cpu", "webgpu"]))).rejects.toThrow(
    `onnxruntime-node 1.0 for ${process.platform}-${process.arch} has cpu, webgpu only`,
  );
});

test("a runtime that leaves tensors as they were has what it says copied into them", async () => {
  const graph = new GraphBuilder();
  const x = graph.input("x", "float32", [2]);
  graph.output("square", multiply(graph, x, x));
  const web = { ...(await loadRuntime()), name: "onnxruntime-web" };
  await using session = await createSession(web, graph.toModel(), {});
  const given = float32(new Float32Array(2), [2]);
  const feeds = { x: float32(Float32Array.of(2, 3), [2]) };
  const { square } = await session.run(feeds, { square: given });
  expect(square).toBe(given);
  expect([...given.data]).toEqual([4, 9]);
});

test("--device takes the devices there are", () => {
  expect(deviceFlag.device.choices).toEqual(devices);
});
