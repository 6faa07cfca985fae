/** Opens whatever embedder a user names. */
import { stat } from "node:fs/promises";
import type { EmbeddingModel } from "./embedding-model.ts";
import { openEncoder } from "./encoders/open-encoder.ts";
import { openStaticEmbedder } from "./static-embedder.ts";

/** How an embedder is opened. */
export interface OpenEmbedderOptions {
  /** Threads of the runtime; default: one a core. */
  readonly threads?: number;
}

/** An embedder that holds memory or files until it is disposed of. */
export type OpenedEmbedder = EmbeddingModel & AsyncDisposable;

/** Open a static embedder by its file, or a sentence encoder by its folder or its place in a cache. */
export async function openEmbedder(
  path: string,
  options: OpenEmbedderOptions = {},
): Promise<OpenedEmbedder> {
  if (!(await isEmbedderFile(path))) return openEncoder(path, options);
  const embedder = await openStaticEmbedder(path);
  return { ...embedder, [Symbol.asyncDispose]: () => Promise.resolve() };
}

/** True for the file of a static embedder, whatever it holds. */
export async function isEmbedderFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
