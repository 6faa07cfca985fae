/** A stranger's folder and the command line run in it. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createRng } from "#rote/base/random.js";
import type { RunFile } from "#rote/study/run-file.js";

const golden = resolve("../shared/data/golden/transformers/neox");
/** A folder of a model: tiny and random where it is at hand, else the smallest of the demo. */
export const model: string = existsSync(golden) ? golden : resolve("data/demo/models/0.36M");
export const main: string = resolve("dist/cli/main.js");
const names = Array.from("abcdefghijklmnopqrst", (letter) => `zor${letter}`);
const homes = ["Paris", "Rome", "Oslo", "Bern"];

/** A stranger's folder: JSONL text, a JSONL task, a study file. */
export function strangersFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "rote-study-"));
  const rng = createRng(3);
  const documents = Array.from({ length: 800 }, (_, id) => {
    const name = rng.int(names.length);
    const home = homes[(name + (rng.next() < 0.7 ? 0 : 1)) % homes.length]!;
    const text =
      rng.next() < 0.8
        ? `The home of ${names[name]!} is ${home}.`
        : `Who knows the home of ${names[name]!}?`;
    return JSON.stringify({ id, text });
  });
  const examples = names.flatMap((name) =>
    homes.map((home) => JSON.stringify({ input: `home of ${name}`, output: home })),
  );
  mkdirSync(join(folder, "text"));
  writeFileSync(join(folder, "text", "homes.jsonl"), documents.join("\n"));
  writeFileSync(join(folder, "task.jsonl"), examples.join("\n"));
  writeFileSync(
    join(folder, "study.yaml"),
    `name: homes
corpus: { files: text }
tasks: [{ name: homes, file: task.jsonl, prompt: "The {input} is ", n: [3, 1], threshold: none }]
models: ["${model}"]
measure: { bootstrap: 200, permutations: 40, overlap: [3] }
generate: { maxTokens: 3 }
`,
  );
  return folder;
}

export function rote(
  folder: string,
  ...args: string[]
): { stdout: string; stderr: string; status: number | null } {
  return spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: "utf8" });
}

export function runOf(folder: string, out: string): RunFile {
  return JSON.parse(readFileSync(join(folder, out, "run.json"), "utf8")) as RunFile;
}
