/** What this machine and this installation can do: facts for `rote doctor`. */
import { readFile } from "node:fs/promises";
import { availableParallelism, cpus, freemem, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { messageOf } from "../base/errors.ts";
import { version } from "../base/provenance.ts";
import { examineDevices } from "./devices.ts";
import { formatBytes } from "./output.ts";

/** "absent": an optional part is not there. "missing": without it a main part of Rote cannot work. */
export type PartState = "ok" | "absent" | "missing";

export interface Part {
  readonly part: string;
  readonly state: PartState;
  /** Version or amount. */
  readonly value: string | null;
  readonly neededFor: string;
  /** How to get a part that is not there. */
  readonly get: string | null;
}

const OLDEST_NODE = [20, 19] as const;

/** Look at the machine and at every part that may be missing. */
export async function examineMachine(): Promise<readonly Part[]> {
  const native = await probePackage("onnxruntime-node");
  const web = await probePackage("onnxruntime-web");
  const tokenizers = await probePackage("tokenizers");
  return [
    fact("rote", version, "this program"),
    nodePart(),
    fact("platform", `${process.platform}-${process.arch}`, "which prebuilt parts fit"),
    fact("cores", `${availableParallelism()} (${cpus()[0]?.model.trim() ?? "unknown"})`, "--jobs"),
    fact("memory", `${formatBytes(totalmem())}, ${formatBytes(freemem())} free`, "models, counts"),
    {
      ...fromProbe("onnxruntime-node", native, "score, generate, train, demo"),
      state:
        native.version === undefined ? (web.version === undefined ? "missing" : "absent") : "ok",
      get:
        native.version === undefined
          ? way("ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node", native)
          : null,
    },
    {
      ...fromProbe("onnxruntime-web", web, "models where onnxruntime-node does not fit"),
      get: web.version === undefined ? way("npm install onnxruntime-web", web) : null,
    },
    {
      ...fromProbe("tokenizers", tokenizers, "tokenizers other than byte-level BPE"),
      get: tokenizers.version === undefined ? way("npm install tokenizers", tokenizers) : null,
    },
    ...(await examineDevices()),
    await zstdPart(),
  ];
}

function fact(part: string, value: string, neededFor: string): Part {
  return { part, state: "ok", value, neededFor, get: null };
}

function nodePart(): Part {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  const fits = major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
  return {
    ...fact("node", process.versions.node, "everything"),
    state: fits ? "ok" : "missing",
    get: fits ? null : `install Node ${OLDEST_NODE.join(".")} or later from https://nodejs.org`,
  };
}

async function zstdPart(): Promise<Part> {
  const zstddec = await probePackage("zstddec");
  const value = zstddec.version === undefined ? null : `zstddec ${zstddec.version}`;
  return {
    part: "zstd",
    state: value === null ? "missing" : "ok",
    value,
    neededFor: ".zst corpora",
    get: value === null ? "npm install zstddec" : null,
  };
}

interface Probe {
  readonly version?: string;
  /** Why a package that is there does not load. */
  readonly failure?: string;
}

/** Load a package as the program would: a package may be there and its native part not. */
async function probePackage(name: string): Promise<Probe> {
  const found = await packageVersion(name, dirname(fileURLToPath(import.meta.url)));
  if (found === undefined) return {};
  try {
    await import(name);
    return { version: found };
  } catch (error) {
    return { failure: `${name} ${found} is there but does not load: ${messageOf(error)}` };
  }
}

async function packageVersion(name: string, from: string): Promise<string | undefined> {
  const path = join(from, "node_modules", name, "package.json");
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text !== undefined) return (JSON.parse(text) as { version: string }).version;
  return dirname(from) === from ? undefined : packageVersion(name, dirname(from));
}

function fromProbe(part: string, { version: found }: Probe, neededFor: string): Part {
  const state = found === undefined ? "absent" : "ok";
  return { part, state, value: found ?? null, neededFor, get: null };
}

function way(command: string, { failure }: Probe): string {
  return failure === undefined ? command : `${failure}; try ${command}`;
}
