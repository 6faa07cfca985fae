/** The files an index is made of, as the index speaks of them. */
import { stat } from "node:fs/promises";
import { fileError } from "../../base/files.ts";

/** The deepest folder that holds all files, as they are written: "" or ending with "/". */
export function commonFolder(paths: readonly string[]): string {
  const [first = "", ...others] = paths;
  let end = first.lastIndexOf("/") + 1;
  for (const path of others)
    while (!path.startsWith(first.slice(0, end)))
      end = end < 2 ? 0 : first.lastIndexOf("/", end - 2) + 1;
  return first.slice(0, end);
}

/** A file, and what shows that it has changed. */
export interface FileStamp {
  readonly path: string;
  readonly byteLength: number;
  readonly modified: number;
}

/** Path, size and time of change of files. Standard input has neither: nothing it gives is known to be the same again. */
export async function stampFiles(paths: readonly string[]): Promise<FileStamp[]> {
  return Promise.all(
    paths.map(async (path) => {
      if (path === "-") return { path, byteLength: 0, modified: performance.timeOrigin };
      const { size, mtimeMs } = await stat(path).catch((error: unknown) => {
        throw fileError(path, error);
      });
      return { path, byteLength: size, modified: mtimeMs };
    }),
  );
}
