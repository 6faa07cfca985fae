import { readdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Remove what processes that were killed have left beside `path` while they wrote it (`withAtomicPath`). */
export async function removeLeftovers(path: string): Promise<void> {
  const name = basename(path);
  const names = await readdir(dirname(path)).catch(() => []);
  for (const leftover of names) {
    if (!leftover.startsWith(`${name}.`)) continue;
    const [, pid] = /^(\d+)-[0-9a-f]{6}\.tmp$/.exec(leftover.slice(name.length + 1)) ?? [];
    if (pid === undefined || isRunning(Number(pid))) continue;
    await rm(join(dirname(path), leftover), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}
