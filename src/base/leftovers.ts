import { readdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Remove what processes that were killed have left beside `path` while they wrote it (`withAtomicPath`). */
export async function removeLeftovers(path: string): Promise<void> {
  const name = basename(path);
  const names = await readdir(dirname(path)).catch(() => []);
  for (const leftover of names) {
    if (leftover !== name && leftover.replace(temporaryEnding, "") === name)
      await removeOfTheDead(dirname(path), leftover);
  }
}

/** Remove what they have left anywhere below a folder. */
export async function removeLeftoversBelow(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (temporaryEnding.test(entry.name)) await removeOfTheDead(folder, entry.name);
    else if (entry.isDirectory()) await removeLeftoversBelow(join(folder, entry.name));
  }
}

/** What `withAtomicPath` puts behind a name: the process and a random number. */
const temporaryEnding = /\.(\d+)-[0-9a-f]{6}\.tmp$/;

async function removeOfTheDead(folder: string, name: string): Promise<void> {
  const [, pid] = temporaryEnding.exec(name) ?? [];
  if (pid === undefined || isRunning(Number(pid))) return;
  await rm(join(folder, name), { recursive: true, force: true });
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}
