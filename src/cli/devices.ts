/** Which devices models run on here, found out by running a graph on each. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Device, devices } from "../graph/device.ts";
import { deviceNeeds } from "../graph/open-device.ts";
import type { Part } from "./machine.ts";

/** A driver that looks for hardware longer than this has none to offer. */
const LONGEST_PROBE_MS = 30_000;

/** What has been tried of the GPUs; the documents say how. */
const untested = { cuda: "untested", webgpu: "untested on a GPU" } as const;

/** One part for each device; nothing is "missing", since the CPU's runtime is a part of its own. */
export async function examineDevices(): Promise<readonly Part[]> {
  return Promise.all(devices.map(devicePart));
}

async function devicePart(device: Device): Promise<Part> {
  const failure = await probe(device);
  const opens = failure === undefined;
  return {
    part: `device ${device}`,
    state: opens ? "ok" : "absent",
    value: opens ? "runs a graph" : null,
    neededFor: device === "cpu" ? "models" : `--device ${device} (${untested[device]})`,
    get: opens ? null : `${deviceNeeds[device]} (now: ${failure})`,
  };
}

async function probe(device: Device): Promise<string | undefined> {
  const module = fileURLToPath(new URL("./probe-device.js", import.meta.url));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [module, device], {
      timeout: LONGEST_PROBE_MS,
    });
    return (JSON.parse(stdout) as { failure: string | null }).failure ?? undefined;
  } catch (error) {
    const { signal, code } = error as { readonly signal?: string; readonly code?: number };
    return `the process that tried it ended with ${signal ?? `exit status ${code}`}`;
  }
}
