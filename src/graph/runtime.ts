/**
 * Which ONNX Runtime there is: the native package where it is installed, else the WebAssembly one,
 * which runs the same graphs at about a third of the speed. The only file that touches onnxruntime.
 */
import type * as ort from "onnxruntime-common";
import { messageOf, RoteError } from "../base/errors.ts";

/** What sessions use of the package. */
export type Runtime = Pick<typeof ort, "InferenceSession" | "Tensor"> & {
  /** The execution providers of this build; only the native package tells them. */
  readonly listSupportedBackends?: () => readonly { readonly name: string }[];
};

export type RuntimeTensor = ort.Tensor;

/** An imported package. */
export interface LoadedRuntime {
  readonly name: string;
  readonly version: string;
  readonly runtime: Runtime;
}

type Package = Runtime & Pick<typeof ort, "env">;

let loaded: Promise<LoadedRuntime> | undefined;

/** The runtime of this process, imported once. */
export function loadRuntime(): Promise<LoadedRuntime> {
  loaded ??= importRuntime(["onnxruntime-node", "onnxruntime-web"]);
  return loaded;
}

/** The first of several packages that can be imported; see `loadRuntime` for which are tried. */
export async function importRuntime(names: readonly string[]): Promise<LoadedRuntime> {
  const failures: string[] = [];
  for (const name of names) {
    try {
      const module = (await import(name)) as Package & { readonly default?: Package };
      const runtime = module.default ?? module;
      // What goes wrong is thrown as well; the runtime's own lines would stand among ours.
      runtime.env.logLevel = "fatal";
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
