/** `SHA256SUMS`: the sha256 of every other file of an index, as coreutils' sha256sum writes and checks it. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileError, readText, writeAtomically } from "../../base/files.ts";
import { RoteError } from "../../base/errors.ts";
import { CHECKSUM_FILE } from "./format.ts";

/** Write the sums of files by their names, in the order of the names. */
export async function writeChecksums(
  folder: string,
  hashes: Readonly<Record<string, string>>,
): Promise<void> {
  const lines = Object.keys(hashes)
    .sort()
    .map((name) => `${hashes[name]!}  ${name}\n`);
  await writeAtomically(join(folder, CHECKSUM_FILE), lines.join(""));
}

/** Names and sums. A line that is not 64 lower-case hex digits, two spaces and a name is an error. */
export async function readChecksums(folder: string): Promise<ReadonlyMap<string, string>> {
  const path = join(folder, CHECKSUM_FILE);
  const text = await readText(path);
  const sums = new Map<string, string>();
  for (const [i, line] of text.split("\n").entries()) {
    if (line === "" && i > 0 && text.endsWith("\n")) continue;
    const [, sum, name] = /^([0-9a-f]{64}) {2}([^/\s]+)$/.exec(line) ?? [];
    if (sum === undefined || name === undefined || sums.has(name))
      throw new RoteError(
        "index/malformed",
        `${path}:${i + 1} is no line of a checksum and a new name; it was changed`,
        { path, line: i + 1 },
      );
    sums.set(name, sum);
  }
  return sums;
}

/** The files of an index's folder, in the order of their names. */
export async function listFolder(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw fileError(folder, error);
  });
  return names.sort();
}
