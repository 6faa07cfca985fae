/** Opens whatever embedder a user names. */
import { stat } from "node:fs/promises";
import type { Device } from "../graph/device.ts";
import type { EmbeddingModel } from "./embedding-model.ts";
import { openEncoder } from "./encoders/open-encoder.ts";
import { openRemoteEmbedder } from "./encoders/remote-embedder.ts";
import type { ConnectionOptions } from "./remote/connection.ts";
import { isModelUrl } from "./remote/model-url.ts";
import { openStaticEmbedder } from "./static-embedder.ts";

/** How an embedder is opened. */
export interface OpenEmbedderOptions {
  /** Threads of the runtime; default: one a core. */
  readonly threads?: number | undefined;
  /** Where a sentence encoder runs; default the CPU. */
  readonly device?: Device | undefined;
  /** How a server is asked, where the embedder is behind HTTP. */
  readonly connection?: ConnectionOptions;
}

/** An embedder that holds memory or files until it is disposed of. */
export type OpenedEmbedder = EmbeddingModel & AsyncDisposable;

/** Open a static embedder by its file, a sentence encoder by its folder or its place in a cache, or a server's by its URL. */
export async function openEmbedder(
  path: string,
  { connection, ...options }: OpenEmbedderOptions = {},
): Promise<OpenedEmbedder> {
  if (!isModelUrl(path) && !(await isEmbedderFile(path))) return openEncoder(path, options);
  const embedder = isModelUrl(path)
    ? await openRemoteEmbedder(path, connection)
    : await openStaticEmbedder(path);
  return { ...embedder, [Symbol.asyncDispose]: () => Promise.resolve() };
}

/** True for the file of a static embedder, whatever it holds. */
export async function isEmbedderFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
