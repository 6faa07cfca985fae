/** A file that keeps all processes but one from writing to a folder. It holds the number of that process. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { RoteError } from "./errors.ts";
import { fileError } from "./files.ts";

/** Take the lock at `path`, which stands for writing to `folder`; that of a process that is gone is taken over. */
export async function takeLock(path: string, folder: string): Promise<AsyncDisposable> {
  while (!(await create(path))) {
    const holder = await readFile(path, "utf8").catch(() => "");
    if (isAlive(Number(holder)))
      throw new RoteError(
        "usage",
        `${folder} is being written by process ${holder}; wait for it or choose another --out (if that process is none of Rote's, remove ${path})`,
        { directory: folder, process: Number(holder) },
      );
    await rm(path, { force: true });
  }
  return {
    async [Symbol.asyncDispose]() {
      await rm(path, { force: true });
    },
  };
}

/** False where the file is there already. */
async function create(path: string): Promise<boolean> {
  try {
    await writeFile(path, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw fileError(path, error);
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
