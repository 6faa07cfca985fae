import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { freshDirectory, jsonLines, main, rote } from "./rote.ts";

const config = (steps: number): string => `
corpus:
  files: corpus.jsonl
tokenizer:
  vocabularySize: 300
shape:
  hiddenSize: 16
  layers: 1
  heads: 2
  maximumLength: 16
schedule:
  steps: ${steps}
  batchSize: 2
  learningRate: 1e-2
dtype: float32
seed: 3
`;

function writeText(directory: string): void {
  const lines = Array.from({ length: 60 }, (_, i) =>
    JSON.stringify({ text: `the cat number ${i} sat on the mat` }),
  );
  writeFileSync(`${directory}/corpus.jsonl`, `${lines.join("\n")}\n`);
}

describe("train", () => {
  test("trains a model that score can use", async () => {
    using directory = freshDirectory();
    writeText(directory.path);
    writeFileSync(directory.in("tiny.yaml"), config(6));
    const outcome = await rote(["train", "tiny.yaml"], { cwd: directory.path });
    expect(outcome.stderr).toMatch(/^[\d,]+ parameters, 6 steps, [\d,]+ tokens, loss \d+\.\d+ in /);
    expect(outcome).toMatchObject({ stdout: "tiny\n", code: 0 });
    expect(readdirSync(directory.in("tiny"))).toEqual(
      expect.arrayContaining([
        "config.json",
        "model.safetensors",
        "tokenizer.json",
        "training.jsonl",
      ]),
    );
    const log = jsonLines(readFileSync(directory.in("tiny/training.jsonl"), "utf8"));
    expect(log.at(-1)).toMatchObject({ step: 6 });
    for (const name of ["loss", "gradient-norm", "learning-rate"])
      expect(readFileSync(directory.in(`tiny/${name}.svg`), "utf8")).toMatch(
        /^<svg .*<desc>6 steps, from [\d.]+ to [\d.]+<\/desc>/s,
      );
    const scored = await rote(["score", "--model", "tiny", "--requests", "-"], {
      cwd: directory.path,
      stdin: '{"context":"the cat","continuation":" sat"}\n',
    });
    expect(jsonLines(scored.stdout)).toHaveLength(1);
  });

  test("a dry run says what it would take, and writes nothing", async () => {
    using directory = freshDirectory();
    writeText(directory.path);
    const text = `${config(50)}heldOut: { files: corpus.jsonl }\ncheckpoints: { every: 20 }\n`;
    writeFileSync(directory.in("tiny.yaml"), text);
    const run = (...flags: string[]): ReturnType<typeof rote> =>
      rote(["train", "tiny.yaml", "--dry-run", ...flags], { cwd: directory.path });
    const { stdout, code } = await run();
    expect(code).toBe(0);
    expect(stdout).toMatch(
      new RegExp(
        [
          "^corpus    [\\d,]+ tokens in 60 documents, [\\d,]+ sequences",
          "held out  [\\d,]+ tokens",
          "model     [\\d,]+ parameters",
          "training  50 steps, 1,600 tokens",
          "rate      [\\d,]+ tokens/s",
          "time      .*s",
          "memory    .*MB",
          "written   3 models, .*kB\n$",
        ].join("\n"),
      ),
    );
    expect(JSON.parse((await run("--json")).stdout)).toMatchObject({ steps: 50, models: 3 });
    expect(await run("--resume")).toMatchObject({ code: 2, stdout: "" });
    expect(readdirSync(directory.path).sort()).toEqual(["corpus.jsonl", "tiny.yaml"]);
  });

  test("the loss on held-out text is drawn, and said at the end", async () => {
    using directory = freshDirectory();
    writeText(directory.path);
    const text = `${config(6)}heldOut: { files: corpus.jsonl, every: 2 }\n`;
    writeFileSync(directory.in("tiny.yaml"), text);
    const outcome = await rote(["train", "tiny.yaml"], { cwd: directory.path });
    expect(outcome.stderr).toMatch(/loss \d+\.\d+, perplexity \d+\.\d+ held out in /);
    expect(readFileSync(directory.in("tiny/loss.svg"), "utf8")).toMatch(
      /<desc>6 steps, from [\d.]+ to [\d.]+; held out from [\d.]+ to [\d.]+<\/desc>/,
    );
    expect(readFileSync(directory.in("tiny/bits-per-byte.svg"), "utf8")).toMatch(
      /<desc>held out from [\d.]+ to [\d.]+<\/desc>/,
    );
  });

  test("killed outright and resumed it ends with the weights of a whole training", async () => {
    using directory = freshDirectory();
    writeText(directory.path);
    const text = `${config(400)}checkpoints: { stateEvery: 20, steps: [50, 390] }\n`;
    writeFileSync(directory.in("tiny.yaml"), text);
    const train = ["train", "tiny.yaml", "--jobs", "1", "--out"];
    await rote([...train, "whole"], { cwd: directory.path });
    const arguments_ = [main, ...train, "killed"];
    const child = spawn(process.execPath, arguments_, { cwd: directory.path, stdio: "ignore" });
    const closed = new Promise((resolve) => child.on("close", resolve));
    while (!existsSync(directory.in("killed/training-state.safetensors"))) await sleep(2);
    child.kill("SIGKILL");
    await closed;
    expect(existsSync(directory.in("killed/training.json"))).toBe(false);
    await rote([...train, "killed", "--resume"], { cwd: directory.path });
    for (const file of ["", "step-50/", "step-390/"])
      expect(readFileSync(directory.in(`killed/${file}model.safetensors`))).toEqual(
        readFileSync(directory.in(`whole/${file}model.safetensors`)),
      );
    expect(jsonLines(readFileSync(directory.in("killed/training.jsonl"), "utf8"))).toHaveLength(
      400,
    );
  });

  test.each([
    ["corpus: {files: x.jsonl}\nschedul: {}", /no key schedul; did you mean schedule\?/],
    ["{", /tiny\.yaml is not YAML: [^\n]+\n$/],
    ["just text", /must be a mapping/],
  ])("the configuration %j is an error, and nothing is written", async (text, message) => {
    using directory = freshDirectory();
    writeFileSync(directory.in("tiny.yaml"), text);
    const outcome = await rote(["train", "tiny.yaml"], { cwd: directory.path });
    expect(outcome).toMatchObject({ stdout: "", code: 2 });
    expect(outcome.stderr).toMatch(message);
    expect(existsSync(directory.in("tiny"))).toBe(false);
  });
});
