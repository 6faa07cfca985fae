import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { beforeAll, describe, expect, test } from "vitest";

const run = promisify(execFile);

test("publint has nothing to say", async () => {
  const { messages } = await publint({ pkgDir: ".", strict: true });
  const description = JSON.parse(readFileSync("package.json", "utf8")) as Record<string, unknown>;
  expect(messages.map((message) => formatMessage(message, description))).toEqual([]);
});

describe("the tarball", () => {
  interface Packed {
    readonly size: number;
    readonly files: readonly { readonly path: string }[];
  }
  let packed: Packed;
  let paths: readonly string[];

  beforeAll(async () => {
    const npm = process.platform === "win32" ? "npm.cmd" : "npm";
    const args = ["pack", "--dry-run", "--json", "--ignore-scripts"];
    const { stdout } = await run(npm, args, { maxBuffer: 16 * 1024 * 1024 });
    [packed] = JSON.parse(stdout) as [Packed];
    paths = packed.files.map(({ path }) => path);
  });

  test("holds the program, the demo's data and the texts that must go with them", () => {
    expect(paths).toEqual(
      expect.arrayContaining([
        "LICENSE",
        "NOTICE",
        "CHANGELOG.md",
        "dist/index.js",
        "dist/index.d.ts",
        "dist/cli/main.js",
        "dist/counting/scan/scan-worker.js",
        "docs/study.schema.json",
        "data/demo/study.yaml",
        "data/demo/corpus/prose.jsonl.gz",
        "data/demo/models/0.36M/model.safetensors",
        "data/demo/licences/ODbL-1.0.txt",
      ]),
    );
  });

  test("holds nothing else: no tests, sources, source maps or build records", () => {
    const stray = paths.filter(
      (path) =>
        !/^dist\/[\w/.-]+\.(js|d\.ts|wasm)$/.test(path) &&
        !path.startsWith("data/demo/") &&
        !/^(package\.json|LICENSE|NOTICE|(README|CHANGELOG)\.md|docs\/study\.schema\.json)$/.test(
          path,
        ),
    );
    expect(stray).toEqual([]);
  });

  test("is below 25 MB", () => {
    expect(packed.size).toBeLessThan(25e6);
  });
});
