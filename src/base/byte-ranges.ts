/** Reading parts of files by their place. */
import { open, type FileHandle } from "node:fs/promises";
import { RoteError } from "./errors.ts";
import { fileError } from "./files.ts";

/** One read takes less than 2 GiB; the embedding table of a large model is more. */
const MAXIMUM_READ_BYTES = 2 ** 30;

/** Open a file for reading; errors name the path. */
export function openFile(path: string): Promise<FileHandle> {
  return open(path).catch((error: unknown) => {
    throw fileError(path, error);
  });
}

/** All bytes of a range, in a buffer of their own; a file that ends before it is an error. */
export async function readRange(
  handle: FileHandle,
  path: string,
  { start, length }: { readonly start: number; readonly length: number },
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  for (let filled = 0; filled < length;) {
    const wanted = Math.min(length - filled, MAXIMUM_READ_BYTES);
    const { bytesRead } = await handle.read(bytes, filled, wanted, start + filled);
    if (bytesRead === 0)
      throw new RoteError(
        "file/truncated",
        `${path} became shorter while it was read; try again when nothing writes it`,
        { path },
      );
    filled += bytesRead;
  }
  return bytes;
}
