import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Journal } from "#rote/study/journal.js";
import { RunDirectory } from "#rote/study/run-directory.js";

const fresh = (): string => mkdtempSync(join(tmpdir(), "rote-run-"));
const clock = (): number => 0;

function copyStage(directory: RunDirectory, options: unknown, ran: string[]) {
  return {
    name: "copy",
    options,
    reads: ["in.txt"],
    writes: ["out.txt"],
    run: async () => {
      ran.push(readFileSync(directory.file("in.txt"), "utf8"));
      await writeFile(directory.file("out.txt"), "made");
      return { bytes: 1 };
    },
  };
}

test("a finished stage runs again only when its options, inputs or outputs change", async () => {
  const path = fresh();
  const ran: string[] = [];
  writeFileSync(join(path, "in.txt"), "1");
  const perform = async (options: unknown) => {
    await using directory = await RunDirectory.open(path);
    return await directory.perform(copyStage(directory, options, ran), clock);
  };
  expect(await perform({ a: 1 })).toBe(true);
  expect(await perform({ a: 1 })).toBe(false);
  expect(await perform({ a: 2 })).toBe(true);
  writeFileSync(join(path, "in.txt"), "2");
  expect(await perform({ a: 2 })).toBe(true);
  writeFileSync(join(path, "out.txt"), "tampered");
  expect(await perform({ a: 2 })).toBe(true);
  expect(ran).toEqual(["1", "1", "2", "2"]);
});

test("two processes cannot write one run directory; a dead one's lock is taken over", async () => {
  const path = fresh();
  {
    await using _first = await RunDirectory.open(path);
    await expect(RunDirectory.open(path)).rejects.toThrow(/is being written by process/);
  }
  writeFileSync(join(path, "run.lock"), "999999999");
  await using directory = await RunDirectory.open(path);
  expect(directory.path).toBe(path);
});

test("a journal continues after its last whole line and forgets another key's entries", async () => {
  const path = join(fresh(), "partial", "score.jsonl");
  {
    await using journal = await Journal.open<number>(path, "k1");
    await journal.append([1, 2]);
  }
  appendFileSync(path, "[torn");
  {
    await using journal = await Journal.open<number>(path, "k1");
    expect(journal.entries).toEqual([1, 2]);
    await journal.append([3]);
  }
  {
    await using journal = await Journal.open<number>(path, "k1");
    expect(journal.entries).toEqual([1, 2, 3]);
  }
  await using journal = await Journal.open<number>(path, "k2");
  expect(journal.entries).toEqual([]);
});
