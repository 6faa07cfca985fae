import { execFileSync } from "node:child_process";
import { lstat, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeAtomically } from "#rote/base/files.js";

let folder: string;
const inside = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rote-files-"));
});
afterAll(() => rm(folder, { recursive: true }));

describe("a file that is renamed into place", () => {
  test.skipIf(process.platform === "win32")("leaves devices and pipes where they are", async () => {
    execFileSync("mkfifo", [inside("pipe")]);
    await expect(writeAtomically(inside("pipe"), "text")).rejects.toMatchObject({
      code: "file/unwritable",
      message: expect.stringContaining("pipe is a device or a pipe") as string,
    });
    expect((await lstat(inside("pipe"))).isFIFO()).toBe(true);
    expect(await readdir(folder)).toEqual(["pipe"]);
  });

  test("stands where a link leads, and the link stays", async () => {
    await writeFile(inside("old.txt"), "old");
    await symlink("old.txt", inside("link.txt"));
    await writeAtomically(inside("link.txt"), "new");
    expect((await lstat(inside("link.txt"))).isSymbolicLink()).toBe(true);
    expect(await readFile(inside("old.txt"), "utf8")).toBe("new");
  });
});
