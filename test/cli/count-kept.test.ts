import { spawn } from "node:child_process";
import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { writeCorpus } from "./fixtures.ts";
import { writeKeptCorpus } from "./kept-corpus.ts";
import { freshDirectory, type Outcome, rote, roteMain } from "./rote.ts";

interface Stopped {
  readonly code: number | null;
  readonly stderr: string;
}

/** Run `rote` and send it a signal at some moment, unless it has ended before. */
async function roteStopped(
  args: readonly string[],
  signal: NodeJS.Signals,
  moment: () => Promise<void>,
): Promise<Stopped> {
  const child = spawn(process.execPath, [roteMain, ...args], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  void moment().then(() => child.kill(signal));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, stderr };
}

/** When a file has appeared. */
async function appeared(path: string): Promise<void> {
  while (!existsSync(path)) await setTimeout(5);
}

function expectDone(outcome: Outcome): void {
  expect(outcome.code, outcome.stderr).toBe(0);
}

describe("a count goes on where it was stopped, and ends with the same bytes", () => {
  test("after kill -9 at ten random moments", async () => {
    using directory = freshDirectory();
    const { question, corpus } = writeKeptCorpus(directory.path, { megabytes: 5 });
    const rng = createRng("moments");
    const args = ["count", "--corpus", corpus, ...question, "--jobs", "2"];
    const started = performance.now();
    expectDone(await rote([...args, "--out", directory.in("whole.jsonl")]));
    const duration = performance.now() - started;
    const whole = readFileSync(directory.in("whole.jsonl"));
    const out = directory.in("out.jsonl");
    const again = [...args, "--out", out, "--checkpoint", "0.02", "--resume"];
    for (let kills = 0; kills < 10;) {
      const moment = rng.next() * duration;
      const { code, stderr } = await roteStopped(again, "SIGKILL", () => setTimeout(moment));
      if (code === null) kills += 1;
      else {
        expect(code, stderr).toBe(0);
        expect(readFileSync(out).equals(whole)).toBe(true);
        rmSync(out);
      }
    }
    expectDone(await rote(again));
    expect(readFileSync(out).equals(whole)).toBe(true);
    expect(readdirSync(directory.path).filter((name) => name.startsWith("out"))).toEqual([
      "out.jsonl",
    ]);
  });

  test("after Ctrl-C, which saves what is counted", async () => {
    using directory = freshDirectory();
    const { question, corpus } = writeKeptCorpus(directory.path, { megabytes: 8 });
    const partial = directory.in("a.partial");
    const args = ["count", "--corpus", corpus, ...question, "--jobs", "1", "--partial", partial];
    const { code, stderr } = await roteStopped([...args, "--checkpoint", "0.02"], "SIGINT", () =>
      appeared(partial),
    );
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /a\.partial keeps [\d,]+ documents, \d of 5 parts done; the same command with --resume goes on from there\nrote count: interrupted; nothing is left half written\n$/,
    );
    const standing = await rote(args);
    expect(standing).toMatchObject({ code: 2, stdout: "" });
    expect(standing.stderr).toMatch(
      /a\.partial is there already and may hold counts .* --resume, or remove it/,
    );
    const resumed = await rote([...args, "--resume", "--out", directory.in("out.jsonl")]);
    expectDone(resumed);
    expect(resumed.stderr).toMatch(
      /a\.partial has [\d,]+ documents, \d of 5 parts done; going on from there\n/,
    );
    expectDone(
      await rote(["count", "--corpus", corpus, ...question, "--out", directory.in("whole.jsonl")]),
    );
    expect(readFileSync(directory.in("out.jsonl"))).toEqual(
      readFileSync(directory.in("whole.jsonl")),
    );
  });

  test("after a corrupt file, the third of five, once it is mended", async () => {
    using directory = freshDirectory();
    const { question, corpus, files } = writeKeptCorpus(directory.path, {
      megabytes: 6,
      compressed: true,
    });
    const args = ["count", "--corpus", corpus, ...question, "--json"];
    const whole = await rote(args);
    expectDone(whole);
    const third = join(corpus, files[2]!);
    const bytes = readFileSync(third);
    truncateSync(third, Math.floor(bytes.length / 2));
    const out = directory.in("out.jsonl");
    const kept = ["--partial", directory.in("a.partial"), "--out", out];
    const counting = ["count", "--corpus", corpus, ...question];
    const broken = await rote([...counting, ...kept]);
    expect(broken).toMatchObject({ code: 2, stdout: "" });
    expect(broken.stderr).toMatch(
      /a\.partial keeps [\d,]+ documents, [2-4] of 5 parts done; .*\nrote count: .*c\.jsonl\.gz/,
    );
    expect(existsSync(out)).toBe(false);
    // Resuming without mending is the same error, and loses nothing.
    expect((await rote([...counting, ...kept, "--resume"])).code).toBe(2);
    writeFileSync(third, bytes);
    expectDone(await rote([...counting, ...kept, "--resume"]));
    expect(readFileSync(out, "utf8")).toBe(whole.stdout);
  });

  test("after a malformed line, skipped or mended", async () => {
    using directory = freshDirectory();
    const { question, corpus, files } = writeKeptCorpus(directory.path, { megabytes: 3 });
    const args = ["count", "--corpus", corpus, ...question];
    const whole = await rote([...args, "--json"]);
    const third = join(corpus, files[2]!);
    const text = readFileSync(third, "utf8");
    const lines = text.split("\n");
    lines[1000] = '{"text": "no end';
    writeFileSync(third, lines.join("\n"));
    const kept = [...args, "--partial", directory.in("a.partial")];
    const broken = await rote(kept);
    expect(broken.code).toBe(2);
    expect(broken.stderr).toMatch(/a\.partial keeps .*\nrote count: \S*c\.jsonl:1001 is not JSON/);
    const partial = readFileSync(directory.in("a.partial"));
    const skipping = [...args, "--skip-malformed"];
    const out = directory.in("out.jsonl");
    const resuming = ["--partial", directory.in("a.partial"), "--resume", "--out", out];
    const skipped = await rote([...skipping, ...resuming]);
    expectDone(skipped);
    expect(skipped.stderr).toMatch(/1 malformed line skipped:\n {2}\S*c\.jsonl:1001 /);
    expect(readFileSync(out, "utf8")).toBe((await rote([...skipping, "--json"])).stdout);
    writeFileSync(directory.in("a.partial"), partial);
    writeFileSync(third, text);
    expectDone(await rote([...args, ...resuming]));
    expect(readFileSync(out, "utf8")).toBe(whole.stdout);
  });
});

describe("what a count leaves behind", () => {
  test("nothing without a flag that asks for it; beside --out nothing once the rows are written", async () => {
    using directory = freshDirectory();
    const corpus = writeCorpus(directory.path);
    const run = (...args: string[]) =>
      rote(["count", "be", "--corpus", corpus, ...args], { cwd: directory.path });
    await run();
    expect(readdirSync(directory.path)).toEqual(["corpus.jsonl"]);
    await run("--out", "out.jsonl", "--checkpoint", "0.001");
    expect(readdirSync(directory.path)).toEqual(["corpus.jsonl", "out.jsonl"]);
  });

  test("--partial keeps all, prints no rows, and is merged or resumed to the rows", async () => {
    using directory = freshDirectory();
    const corpus = writeCorpus(directory.path);
    const args = ["count", "be", "zebra", "--corpus", corpus];
    const run = (...more: string[]) => rote([...args, ...more], { cwd: directory.path });
    const rows = await run();
    const outcome = await run("--partial", "a.partial");
    expect(outcome).toMatchObject({ stdout: "", code: 0 });
    expect(outcome.stderr).toMatch(/^the counts are in a\.partial\ncorpus: 3 documents, 27 words/);
    expect((await rote(["count", "--merge", "a.partial"], { cwd: directory.path })).stdout).toBe(
      rows.stdout,
    );
    const again = await run("--partial", "a.partial", "--resume", "--out", "out.tsv");
    expect(again.stderr).toMatch(
      /^a\.partial has 3 documents, 1 of 1 part done; going on from there\n2 rows in out\.tsv\n/,
    );
    expect(again.stderr).toMatch(
      /\ncorpus: 3 documents, 27 words, \d+ bytes, of which 0 bytes now, in /,
    );
    expect(readFileSync(directory.in("out.tsv"), "utf8")).toBe(
      "phrase\tdf\ttf\nbe\t2\t5\nzebra\t0\t0\n",
    );
  });

  test("--resume without an earlier run begins at the beginning and says so", async () => {
    using directory = freshDirectory();
    const corpus = writeCorpus(directory.path);
    const args = ["count", "be", "--corpus", corpus, "--out", directory.in("out.tsv"), "--resume"];
    const outcome = await rote(args);
    expectDone(outcome);
    expect(outcome.stderr).toContain(
      "out.tsv.partial is not there yet; beginning at the beginning\n",
    );
    expect(readdirSync(directory.path)).toEqual(["corpus.jsonl", "out.tsv"]);
  });
});
