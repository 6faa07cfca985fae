/**
 * Whether a graph runs on the device given as argument: prints {failure}, null where it does. A
 * process of its own, because drivers print and crash as they like.
 */
import type { Device } from "../graph/device.ts";
import { tryDevice } from "../graph/open-device.ts";
import { loadRuntime } from "../graph/runtime.ts";

const failure = await loadRuntime()
  .then((runtime) => tryDevice(process.argv[2] as Device, runtime))
  .catch(() => "no ONNX Runtime loads");
process.stdout.write(`${JSON.stringify({ failure: failure ?? null })}\n`);
