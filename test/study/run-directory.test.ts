import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Journal } from "#rote/study/journal.js";
import { fingerprint, RunDirectory } from "#rote/study/run-directory.js";

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

test("a directory made for a run that left nothing is taken away again, another is not", async () => {
  const parent = fresh();
  const open = async (path: string, file?: string) => {
    await using directory = await RunDirectory.open(path);
    if (file !== undefined) writeFileSync(directory.file(file), "");
  };
  await open(join(parent, "runs", "a"));
  expect(readdirSync(parent)).toEqual([]);
  await open(join(parent, "runs", "b"), "kept");
  expect(readdirSync(join(parent, "runs", "b"))).toEqual(["kept"]);
  await open(parent);
  expect(existsSync(parent)).toBe(true);
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

test("a summary goes before a stage changes what it was made from, and stays where none does", async () => {
  const path = fresh();
  writeFileSync(join(path, "in.txt"), "1");
  const perform = async (options: unknown) => {
    await using directory = await RunDirectory.open(path, { summaries: ["run.json"] });
    const stage = copyStage(directory, options, []);
    const failing = { ...stage, run: () => Promise.reject(new Error("killed")) };
    await directory.perform(options === 2 ? failing : stage, clock).catch(() => undefined);
  };
  await perform(1);
  writeFileSync(join(path, "run.json"), "{}");
  await perform(1);
  expect(existsSync(join(path, "run.json"))).toBe(true);
  await perform(2);
  expect(existsSync(join(path, "run.json"))).toBe(false);
});

test("stages on record that cannot be read leave no lock behind", async () => {
  const path = fresh();
  writeFileSync(join(path, "stages.json"), "{}");
  await expect(RunDirectory.open(path)).rejects.toThrow(/is no list of stages/);
  expect(existsSync(join(path, "run.lock"))).toBe(false);
});

test("a file written again has another fingerprint, also with its old size and time", async () => {
  const file = join(fresh(), "model.safetensors");
  const time = new Date("1985-10-26T08:15:00Z");
  const write = async (content: string) => {
    writeFileSync(file, content);
    utimesSync(file, time, time);
    return await fingerprint([file]);
  };
  const first = await write("weights 1");
  expect(await fingerprint([file])).toEqual(first);
  // File systems may keep times to a hundredth of a second.
  await new Promise((resume) => setTimeout(resume, 20));
  expect(await write("weights 2")).not.toEqual(first);
});

test("a journal continues after its last whole batch and forgets another key's entries", async () => {
  const path = join(fresh(), "partial", "score.jsonl");
  {
    await using journal = await Journal.open<number>(path, "k1");
    await journal.append([1, 2]);
  }
  appendFileSync(path, "[3,4");
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
