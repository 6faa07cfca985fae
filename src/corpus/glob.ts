/**
 * Glob patterns: `*` and `?` stand for characters of one name, `**` as a whole segment for any
 * number of folders. Names that begin with a dot match no wildcard. Links are followed, but `**` does
 * not go back into a folder it came through. (Node 20 has no fs.glob.)
 */
import { readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileError } from "../base/files.ts";

/** True where a path is a pattern rather than a name. */
export function isGlob(path: string): boolean {
  return /[*?]/.test(path);
}

/** Files and folders that match a pattern, sorted by path. */
export async function expandGlob(pattern: string): Promise<string[]> {
  const segments = pattern.split("/").filter((segment) => segment !== "" && segment !== ".");
  const found = new Set<string>();
  await expand(pattern.startsWith("/") ? "/" : "", segments, found);
  return [...found].sort();
}

async function expand(
  folder: string,
  [segment, ...rest]: readonly string[],
  found: Set<string>,
  above: readonly string[] = [],
): Promise<void> {
  if (segment === undefined) {
    found.add(folder);
    return;
  }
  const names = await namesIn(folder);
  if (names === undefined) return;
  const here = segment === "**" ? await realpath(folder === "" ? "." : folder) : "";
  if (above.includes(here)) return;
  if (segment === "**") await expand(folder, rest.length === 0 ? ["*"] : rest, found);
  for (const name of names) {
    const path = join(folder, name);
    if (segment === "**") {
      if (!name.startsWith(".")) await expand(path, [segment, ...rest], found, [...above, here]);
    } else if (matchesSegment(name, segment) && (rest.length === 0 || (await isFolder(path)))) {
      await expand(path, rest, found);
    }
  }
}

function matchesSegment(name: string, segment: string): boolean {
  if (name.startsWith(".") && !segment.startsWith(".")) return false;
  const source = segment
    .replace(/[$()+.[\\\]^{|}]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "su").test(name);
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** What a folder holds; undefined where the path is none. A folder that cannot be read is an error. */
async function namesIn(folder: string): Promise<string[] | undefined> {
  if (folder !== "" && !(await isFolder(folder))) return undefined;
  return readdir(folder === "" ? "." : folder).catch((error: unknown) => {
    throw fileError(folder, error);
  });
}
