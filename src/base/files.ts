/**
 * Files as the rest of the package needs them: written whole or not at all, hashed in a stream,
 * and with errors that name the path.
 */
import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { BlockHash } from "./block-hash.ts";
import { isRecord } from "./json.ts";
import { messageOf, RoteError } from "./errors.ts";

/** True where a path exists. */
export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Turn a file system error into one that names the path and the way out; others pass unchanged. */
export function fileError(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string")
    return error;
  if (error.code === "ENOENT")
    return new RoteError("file/missing", `${path} does not exist`, { path }, error);
  if (error.code === "EISDIR")
    return new RoteError("file/unreadable", `${path} is a folder, not a file`, { path }, error);
  if (error.code === "ENOSPC")
    return new RoteError(
      "file/unwritable",
      `${path}: no space left on the device`,
      { path },
      error,
    );
  if (/^E[A-Z]+$/.test(error.code))
    return new RoteError("file/unreadable", `${path}: ${error.message}`, { path }, error);
  return error;
}

/** A file's text. */
export async function readText(path: string): Promise<string> {
  return readFile(path, "utf8").catch((error: unknown) => {
    throw fileError(path, error);
  });
}

/** A file's bytes. */
export async function readBytes(path: string): Promise<Uint8Array> {
  return readFile(path).catch((error: unknown) => {
    throw fileError(path, error);
  });
}

/** A file's JSON value. */
export async function readJson(path: string): Promise<unknown> {
  const text = await readText(path);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new RoteError(
      "file/malformed",
      `${path} is not JSON: ${messageOf(error)}`,
      { path },
      error,
    );
  }
}

/** A file's JSON object. */
export async function readJsonObject(path: string): Promise<Record<string, unknown>> {
  const value = await readJson(path);
  if (!isRecord(value))
    throw new RoteError("file/malformed", `${path} holds no JSON object`, { path });
  return value;
}

/** Write a file whole: under a temporary name beside it, synced, then renamed. */
export async function writeAtomically(path: string, content: string | Uint8Array): Promise<void> {
  await withAtomicPath(path, async (temporary) => {
    const handle = await open(temporary, "w");
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
}

/**
 * The path that a new file is renamed to for it to stand at `path`: behind links. Devices and pipes
 * are refused, for the file would take their place (`/dev/null` would be gone).
 */
export async function replaceablePath(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return path;
  if (found.isFile() || found.isDirectory()) return realpath(path);
  throw new RoteError(
    "file/unwritable",
    `${path} is a device or a pipe, in whose place a file would be put; name a file`,
    { path },
  );
}

/**
 * Let `write` fill a temporary path beside `path` (a file or a folder), then rename it into place.
 * Where `write` fails, the temporary is removed and nothing else has changed.
 */
export async function withAtomicPath<T>(
  path: string,
  write: (temporary: string) => Promise<T>,
): Promise<T> {
  const target = await replaceablePath(path);
  const temporary = `${target}.${process.pid}-${randomBytes(3).toString("hex")}.tmp`;
  try {
    await mkdir(dirname(target), { recursive: true });
    const result = await write(temporary);
    await rename(temporary, target);
    return result;
  } catch (error) {
    // Where even the removal fails (a folder on the way is a file), the first error says why.
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
    throw fileError(path, error);
  }
}

/**
 * Write text as it comes; the file appears whole or not at all. Each part is encoded at once: long
 * strings glued together from many short ones cost more to collect than to write.
 */
export async function writeText(
  path: string,
  parts: Iterable<string> | AsyncIterable<string>,
): Promise<void> {
  await withAtomicPath(path, async (temporary) => {
    const handle = await open(temporary, "w");
    const buffer = Buffer.allocUnsafe(1024 * 1024);
    let filled = 0;
    const flush = async (): Promise<void> => {
      await handle.writeFile(buffer.subarray(0, filled));
      filled = 0;
    };
    try {
      for await (const part of parts) {
        if (filled + 3 * part.length > buffer.length) await flush();
        if (3 * part.length > buffer.length) await handle.writeFile(part);
        else filled += buffer.write(part, filled);
      }
      await flush();
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
}

/** Write lines as they come, each ended by LF; the file appears whole or not at all. Returns their number. */
export async function writeLines(
  path: string,
  lines: Iterable<string> | AsyncIterable<string>,
): Promise<number> {
  let count = 0;
  const ended = async function* (): AsyncGenerator<string> {
    for await (const line of lines) {
      count += 1;
      yield `${line}\n`;
    }
  };
  await writeText(path, ended());
  return count;
}

/** sha256 of one file's bytes, in hex. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  } catch (error) {
    throw fileError(path, error);
  }
  return hash.digest("hex");
}

/** Content hash of several files, as `BlockHash` defines it. */
export async function hashFiles(paths: readonly string[]): Promise<string> {
  const hash = new BlockHash();
  for (const path of paths) {
    try {
      for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
    } catch (error) {
      throw fileError(path, error);
    }
    hash.endFile();
  }
  return hash.digest();
}
