/**
 * Rote installed from its package without onnxruntime-node, with onnxruntime-web beside it: scores,
 * texts, trainings and vectors are those of the native runtime.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freshDirectory, jsonLines } from "../cli/rote.ts";
import { saveEncoder } from "../models/encoders/tiny-bert.ts";

const scratch = freshDirectory();
const native = resolve("dist/cli/main.js");
const installed = scratch.in("node_modules/rote/dist/cli/main.js");
const model = resolve("data/demo/models/1.3M");
const whyNot = install();

/** Pack and install; why that cannot be done. */
function install(): string | undefined {
  writeFileSync(scratch.in("package.json"), "{}");
  const version = JSON.parse(readFileSync("package.json", "utf8")) as {
    optionalDependencies: Record<string, string>;
  };
  const web = `onnxruntime-web@${version.optionalDependencies["onnxruntime-node"]!}`;
  for (const [args, cwd] of [
    [["pack", "--pack-destination", scratch.path], "."],
    [["install", "--omit=optional", "--ignore-scripts", "./rote-0.1.0.tgz", web], scratch.path],
  ] as const) {
    const { status, stderr } = spawnSync("npm", args, { cwd, encoding: "utf8" });
    if (status !== 0) return `npm ${args.join(" ")}: ${stderr}`;
  }
  return undefined;
}

beforeAll(() => {
  saveEncoder(scratch.in("encoder"));
  const examples = ["how many people", "berlin people", "in berlin"].map((input) =>
    JSON.stringify({ input, output: "people live in berlin" }),
  );
  writeFileSync(scratch.in("task.jsonl"), `${examples.join("\n")}\n`);
  writeFileSync(
    scratch.in("text.jsonl"),
    '{"text":"the cat sat on the mat, and the dog"}\n'.repeat(9),
  );
  const shape = { hiddenSize: 32, layers: 1, heads: 2, maximumLength: 16 };
  const schedule = { steps: 6, batchSize: 2 };
  const tokenizer = { vocabularySize: 260 };
  const config = { corpus: { files: "text.jsonl" }, tokenizer, shape, schedule };
  writeFileSync(scratch.in("tiny.json"), JSON.stringify(config));
});
afterAll(() => {
  scratch[Symbol.dispose]();
});

/** Lines of JSON that a command prints with each runtime. */
function both(args: readonly string[], input = ""): readonly (readonly unknown[])[] {
  return [native, installed].map((program) => {
    const options = { cwd: scratch.path, input, encoding: "utf8" } as const;
    const { stdout, stderr, status } = spawnSync(process.execPath, [program, ...args], options);
    expect(status, stderr).toBe(0);
    return jsonLines(stdout);
  });
}

const title = "onnxruntime-web alone";

describe.skipIf(whyNot !== undefined)(whyNot === undefined ? title : `${title}: ${whyNot}`, () => {
  test("doctor says what is there", () => {
    const [, found] = both(["doctor", "--json"]);
    const states = new Map(
      (found as { part: string; state: string }[]).map((p) => [p.part, p.state]),
    );
    expect(states.get("onnxruntime-node")).toBe("absent");
    expect(states.get("onnxruntime-web")).toBe("ok");
    expect(states.get("device cpu")).toBe("ok");
  });

  test("scores and texts are the same", () => {
    const request = '{"context":"The capital of Germany is","continuation":" Berlin"}\n';
    const [ours, theirs] = both(["score", "--model", model, "--requests", "-"], request);
    expect(ours).toHaveLength(1);
    const logLikelihood = (rows: readonly unknown[]) =>
      (rows[0] as { logLikelihood: number }).logLikelihood;
    expect(logLikelihood(theirs!)).toBeCloseTo(logLikelihood(ours!), 4);
    const prompt = '{"prompt":"The capital of Germany is"}\n';
    const texts = both(
      ["generate", "--model", model, "--requests", "-", "--max-tokens", "8"],
      prompt,
    );
    const [first, second] = texts.map(([row]) => (row as { text: string }).text);
    expect(second).toBe(first);
  });

  test("a training has the same losses", () => {
    const losses = [native, installed].map((program, i) => {
      const args = [program, "train", "tiny.json", "--out", `trained-${i}`];
      const { stderr, status } = spawnSync(process.execPath, args, {
        cwd: scratch.path,
        encoding: "utf8",
      });
      expect(status, stderr).toBe(0);
      const log = readFileSync(scratch.in(`trained-${i}/training.jsonl`), "utf8");
      return (jsonLines(log) as { loss: number }[]).map(({ loss }) => loss);
    });
    expect(losses[0]).toHaveLength(6);
    for (const [step, loss] of losses[0]!.entries()) expect(losses[1]![step]).toBeCloseTo(loss, 4);
  });

  test("an encoder's vectors find the same pairs", () => {
    const args = [
      "mine",
      "--task",
      "task.jsonl",
      "--embedder",
      "encoder",
      "--n",
      "1",
      "--threshold",
      "none",
    ];
    const [ours, theirs] = both([...args, "--json", "--out", "table.parquet"]);
    expect(theirs).toEqual(ours);
  });
});
