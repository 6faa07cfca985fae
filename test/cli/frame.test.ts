import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { commands } from "#rote/cli/command-table.js";
import { jsonLines, rote, roteMain } from "./rote.ts";

const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };

describe("rote", () => {
  test("--version prints the version", async () => {
    expect(await rote(["--version"])).toEqual({ stdout: `${version}\n`, stderr: "", code: 0 });
  });

  // What makes the start short; its time is a matter for benchmarks.
  test("starting loads no package and no module above the frame", () => {
    const loaded = new Set<string>();
    const packages: string[] = [];
    const load = (path: string): void => {
      if (loaded.has(path)) return;
      loaded.add(path);
      for (const [, name] of readFileSync(path, "utf8").matchAll(
        /^(?:import|export)\b[^;]*?from "([^"]+)";/gm,
      )) {
        if (name!.startsWith(".")) load(join(dirname(path), name!));
        else if (!name!.startsWith("node:")) packages.push(name!);
      }
    };
    for (const file of ["main.js", "dispatch.js"]) load(join(dirname(roteMain), file));
    expect(packages).toEqual([]);
    const folders = new Set([...loaded].map((path) => basename(dirname(path))));
    expect([...folders].sort()).toEqual(["base", "cli", "commands"]);
    expect(loaded.size).toBeGreaterThan(20);
  });

  test("help goes to stdout and lists every command", async () => {
    const { stdout, stderr, code } = await rote(["help"]);
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    for (const { name, summary } of commands) {
      expect(stdout).toContain(`  ${name}`);
      expect(stdout).toContain(summary.slice(0, 40));
    }
    expect((await rote(["--help"])).stdout).toBe(stdout);
  });

  test("no command at all is an error that lists them", async () => {
    const { stdout, stderr, code } = await rote([]);
    expect({ stdout, code }).toEqual({ stdout: "", code: 2 });
    expect(stderr).toMatch(/^rote: a command is missing; one of .*doctor/);
  });

  test("an unknown command names the nearest", async () => {
    expect(await rote(["doktor"])).toEqual({
      stdout: "",
      stderr: 'rote: unknown command "doktor"; did you mean doctor?\nSee "rote help".\n',
      code: 2,
    });
  });

  test("an unknown flag names the nearest and the command's help", async () => {
    expect(await rote(["doctor", "--jsno"])).toEqual({
      stdout: "",
      stderr: 'rote doctor: unknown flag --jsno; did you mean --json?\nSee "rote help doctor".\n',
      code: 2,
    });
  });

  test("dashes make no two flags alike", async () => {
    const { stderr } = await rote(["count", "the", "--model", "x"]);
    expect(stderr).toContain("unknown flag --model; to pass it as a word");
  });

  test("a flag before the command is an error", async () => {
    const { stderr, code } = await rote(["--json", "doctor"]);
    expect(stderr).toContain("the command comes first, got --json in its place");
    expect(code).toBe(2);
  });

  test("a stack is shown only with ROTE_DEBUG", async () => {
    const { stderr } = await rote(["doctor", "--jsno"], { env: { ROTE_DEBUG: "1" } });
    expect(stderr).toContain("    at ");
  });

  test.skipIf(!existsSync("/dev/full"))("a full disk is an error that says so", () => {
    const full = (args: string) =>
      spawnSync("bash", ["-c", `"${process.execPath}" "${roteMain}" ${args} > /dev/full`], {
        encoding: "utf8",
      });
    expect(full("help")).toMatchObject({
      status: 2,
      stderr: "rote help: standard output: no space left on the device\n",
    });
    expect(full("--version")).toMatchObject({ status: 2 });
  });

  test("a reader that goes away is quiet success", () => {
    const { stdout, stderr, status } = spawnSync(
      "bash",
      ["-c", `"${process.execPath}" "${roteMain}" help | true; exit "\${PIPESTATUS[0]}"`],
      { encoding: "utf8" },
    );
    expect({ stdout, stderr, status }).toEqual({ stdout: "", stderr: "", status: 0 });
  });
});

describe.each(commands.map((command) => [command.name, command] as const))(
  "%s",
  (name, command) => {
    test("--help and help agree, on stdout", async () => {
      const outcome = await rote([...name.split(" "), "--help"]);
      expect(outcome).toMatchObject({ stderr: "", code: 0 });
      expect(outcome.stdout).toBe((await rote(["help", ...name.split(" ")])).stdout);
      expect(outcome.stdout).toContain(command.summary.slice(0, 60));
    });
  },
);

describe("doctor", () => {
  test("says what is there as JSON lines", async () => {
    const { stdout, code } = await rote(["doctor", "--json"]);
    const parts = jsonLines(stdout) as { part: string; state: string; value: string | null }[];
    expect(parts.find(({ part }) => part === "node")).toMatchObject({
      state: "ok",
      value: process.versions.node,
    });
    expect(parts.map(({ part }) => part)).toContain("onnxruntime-node");
    expect(code).toBe(parts.some(({ state }) => state === "missing") ? 1 : 0);
  });

  test("says of each device whether a graph runs on it, or what it needs", async () => {
    const { stdout } = await rote(["doctor", "--json"]);
    const parts = jsonLines(stdout) as { part: string; state: string; get: string | null }[];
    const devices = parts.filter(({ part }) => part.startsWith("device "));
    expect(devices.map(({ part }) => part)).toEqual(["device cpu", "device cuda", "device webgpu"]);
    expect(devices[0]).toMatchObject({ state: "ok", get: null });
    for (const { state, get } of devices) expect(get === null).toBe(state === "ok");
  });

  test("--quiet silences the conversation, not the data", async () => {
    const { stdout, stderr } = await rote(["doctor", "--quiet"]);
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^part +state +value +needed for\n/);
  });
});
