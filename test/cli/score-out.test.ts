import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { freshDirectory, jsonLines, main, rote } from "./rote.ts";

const neox = resolve("../shared/data/golden/transformers/neox");

/** Requests that take the tiny model a while, every third one beginning like the one before. */
function writeRequests(path: string, count: number): void {
  const rng = createRng("requests");
  const draw = (length: number): number[] => Array.from({ length }, () => rng.int(256));
  let beginning = draw(40);
  const lines = Array.from({ length: count }, (_, i) => {
    if (i % 3 !== 2) beginning = draw(40);
    return JSON.stringify({ ids: [...beginning, ...draw(20)], start: 30 });
  });
  writeFileSync(path, `${lines.join("\n")}\n`);
}

describe.skipIf(!existsSync(neox))("score --out", () => {
  const command = (...flags: string[]): string[] => ["score", "--model", neox, ...flags];

  test("a killed run goes on with --resume and ends with the same bytes", async () => {
    using directory = freshDirectory();
    const [requests, out, whole] = ["requests.jsonl", "out.jsonl", "whole.jsonl"].map((name) =>
      directory.in(name),
    ) as [string, string, string];
    writeRequests(requests, 700);
    const flags = ["--requests", requests, "--out", out];
    const partial = `${out}.partial`;

    const killed = spawn(process.execPath, [main, ...command(...flags)]);
    const ended = new Promise((done) => killed.once("close", done));
    while (!existsSync(partial) || statSync(partial).size === 0) await sleep(5);
    killed.kill("SIGKILL");
    await ended;
    expect(existsSync(out)).toBe(false);

    const refused = await rote(command(...flags));
    expect(refused).toMatchObject({ stdout: "", code: 2 });
    expect(refused.stderr).toContain(`${partial} is there already`);
    expect(refused.stderr).toContain("--resume");

    const other = await rote(command(...flags, "--resume", "--ranks"));
    expect(other.code).toBe(2);
    expect(other.stderr).toContain("answers another question (ranks was false and is true)");
    const kept = readFileSync(requests);
    writeFileSync(requests, kept.subarray(0, -1));
    expect((await rote(command(...flags, "--resume"))).stderr).toContain("(requests was");
    writeFileSync(requests, kept);

    const resumed = await rote(command(...flags, "--resume"));
    expect(resumed).toMatchObject({ stdout: "", code: 0 });
    expect(resumed.stderr).toMatch(/out\.jsonl\.partial has 512 answers; going on/);
    await rote(command("--requests", requests, "--out", whole));
    expect(readFileSync(out, "utf8")).toBe(readFileSync(whole, "utf8"));
    expect(readdirSync(directory.path).sort()).toEqual(
      ["out.jsonl", "requests.jsonl", "whole.jsonl"].sort(),
    );
    // Six processes one after the other, on a machine that may be busy.
  }, 180_000);

  test("says what was read; answers are those of standard output", async () => {
    using directory = freshDirectory();
    const [requests, out] = [directory.in("requests.jsonl"), directory.in("new/out.jsonl")];
    writeRequests(requests, 6);
    const { stderr, code } = await rote(command("--requests", requests, "--out", out));
    expect(code).toBe(0);
    // Two of the six begin with 40 tokens read already.
    expect(stderr).toMatch(
      /^6 answers in .*out\.jsonl; 274 tokens read, 80 shared between requests, \S+ % padding\n$/,
    );
    const { stdout } = await rote(command("--requests", requests));
    expect(readFileSync(out, "utf8")).toBe(stdout);
  });

  test("entropies and ranks are there where asked for, one a token", async () => {
    const run = (...flags: string[]) =>
      rote(command("--requests", "-", ...flags), { stdin: '{"ids":[1,2,3,4],"start":2}\n' });
    const [plain] = jsonLines((await run()).stdout) as Record<string, unknown>[];
    const [both] = jsonLines((await run("--entropies", "--ranks")).stdout) as (typeof plain)[];
    expect(Object.keys(both!)).toEqual([...Object.keys(plain!), "entropies", "ranks"]);
    const { entropies, ranks } = both as { entropies: number[]; ranks: number[] };
    expect(ranks).toHaveLength(2);
    for (const rank of ranks) expect(rank).toBeGreaterThanOrEqual(1);
    for (const entropy of entropies) {
      expect(entropy).toBeGreaterThan(0);
      expect(entropy).toBeLessThanOrEqual(Math.log(256));
    }
  });

  test.each([
    [["--requests", "-", "--out", "x.jsonl"], "standard input cannot be read again"],
    [["--requests", "x.jsonl", "--resume"], "--resume goes on with the file of --out"],
    [["--requests", "-", "--memory", "much"], "--memory must be a size such as 8GB"],
  ])("%j is a usage error", async (flags, message) => {
    const { stderr, code } = await rote(command(...flags), { stdin: '{"ids":[1,2],"start":1}\n' });
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });

  test("a folder that cannot be written leaves nothing", async () => {
    using directory = freshDirectory();
    const requests = directory.in("requests.jsonl");
    writeRequests(requests, 2);
    const out = join(requests, "out.jsonl");
    expect((await rote(command("--requests", requests, "--out", out))).code).toBe(2);
    expect(readdirSync(directory.path)).toEqual(["requests.jsonl"]);
  });

  test.skipIf(process.platform === "win32")("requests come through a pipe, too", () => {
    const run = (flags: string): ReturnType<typeof spawnSync> =>
      spawnSync(
        "bash",
        ["-c", `"$@" --requests <(echo '{"ids":[1,2],"start":1}') ${flags}`, "bash"].concat(
          [process.execPath, main],
          command(),
        ),
        { encoding: "utf8" },
      );
    expect(jsonLines(run("").stdout as string)).toHaveLength(1);
    expect(run("--out x.jsonl").stderr).toMatch(/\/dev\/fd\/\d+ cannot be read again/);
  });
});
