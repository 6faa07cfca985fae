/** `SHA256SUMS`: the sha256 of every other file of an index, as coreutils' sha256sum writes and checks it. */
import { join } from "node:path";
import { readText, writeAtomically } from "../../base/files.ts";
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

/** Names and sums. A line that is not 64 lower-case hex digits, two spaces, a new name and LF is an error. */
export async function readChecksums(folder: string): Promise<ReadonlyMap<string, string>> {
  const path = join(folder, CHECKSUM_FILE);
  const lines = (await readText(path)).split("\n");
  const sums = new Map<string, string>();
  for (const [i, line] of lines.entries()) {
    const isLast = i === lines.length - 1;
    if (isLast && line === "" && i > 0) break;
    const [, sum, name] = /^([0-9a-f]{64}) {2}([^/\s]+)$/.exec(line) ?? [];
    if (sum === undefined || name === undefined || sums.has(name) || isLast)
      throw new RoteError(
        "index/malformed",
        `${path}:${i + 1} is no line of a checksum and a new name; it was changed`,
        { path, line: i + 1 },
      );
    sums.set(name, sum);
  }
  return sums;
}
