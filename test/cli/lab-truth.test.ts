import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import type { RecallRow } from "#rote/lab/truth/measure-recall.js";
import { readTruthRows } from "#rote/lab/truth/truth-file.js";
import { chooseWorldModels, parseModelName } from "#rote/lab/truth/world-models.js";
import { freshDirectory, jsonLines, rote } from "./rote.ts";

const item = (name: string, context: string, target: string): string =>
  JSON.stringify({
    ...{ item: name, kind: "fact", text: `${context}${target}`, dose: 1, group: name },
    ...{ context, target, a: name, choices: [target, " wrong"] },
  });
const manifest = [
  item("sum", "2 plus 2 is", " 4"),
  item("capital", "The capital of France is", " Paris"),
];

const directory = freshDirectory();
const world = directory.in("world");
const truth = async (...args: readonly string[]): ReturnType<typeof rote> =>
  await rote(["lab", "truth", "--world", world, ...args]);
const rows = async (): Promise<RecallRow[]> => {
  const found: RecallRow[] = [];
  for await (const row of readTruthRows(`${world}/truth.parquet`)) found.push(row);
  return found;
};

beforeAll(() => {
  for (const name of ["perturbed-0.36M", "subset-2-0.36M"])
    cpSync("data/demo/models/0.36M", `${world}/models/${name}`, { recursive: true });
  writeFileSync(`${world}/manifest.jsonl`, `${manifest.join("\n")}\n`);
});

test("lab truth measures each model once, and gathers those that are no longer there", async () => {
  const first = await truth("--model", "subset-2-0.36M");
  expect(first).toMatchObject({ stdout: `${world}/truth.parquet\n`, code: 0 });
  expect(first.stderr).toMatch(/^subset-2-0\.36M: \d+ numbers; .*\n\d+ numbers of 1 model; /);
  const before = readFileSync(`${world}/truth/subset-2-0.36M.parquet`);

  rmSync(`${world}/models/subset-2-0.36M`, { recursive: true });
  const second = await truth("--json");
  expect(jsonLines(second.stdout)).toMatchObject([
    { models: ["perturbed-0.36M", "subset-2-0.36M"], stale: [] },
  ]);
  expect(readFileSync(`${world}/truth/subset-2-0.36M.parquet`)).toEqual(before);
  const again = await truth();
  expect(again.stderr).toContain("perturbed-0.36M: ");
  expect(again.stderr).toContain("measured before");

  const arms = new Set((await rows()).map(({ arm, model }) => `${arm} ${model}`));
  expect([...arms]).toEqual(["perturbed 0.36M", "subset-2 0.36M"]);
});

test("lab truth agrees with what score says", async () => {
  writeFileSync(
    `${world}/requests.jsonl`,
    `${JSON.stringify({ context: "The capital of France is", continuation: " Paris" })}\n`,
  );
  const model = `${world}/models/perturbed-0.36M`;
  const scored = await rote(["score", "--model", model, "--requests", `${world}/requests.jsonl`]);
  const [line] = jsonLines(scored.stdout) as { logProbs: number[]; isGreedy: boolean }[];
  const own = (await rows()).filter((row) => row.arm === "perturbed" && row.item === "capital");
  const valueOf = (metric: string): number => own.find((row) => row.metric === metric)!.value;
  const { logProbs, isGreedy } = line!;
  const mean = logProbs.reduce((sum, value) => sum + value, 0) / logProbs.length;
  expect(valueOf("logLikelihood")).toBeCloseTo(mean, 4);
  expect(valueOf("exact")).toBe(Number(isGreedy));
});

test("another manifest makes what was measured stale", async () => {
  writeFileSync(`${world}/manifest.jsonl`, `${manifest[0]!}\n`);
  const { stdout, stderr, code } = await truth("--json");
  expect(code).toBe(0);
  expect(jsonLines(stdout)).toMatchObject([
    { models: ["perturbed-0.36M"], stale: ["subset-2-0.36M"] },
  ]);
  expect(stderr).toContain("left out, of another manifest: subset-2-0.36M");
});

test("an unknown model is an error that names the known ones", async () => {
  const { stderr, code } = await truth("--model", "late-9M");
  expect(code).toBe(2);
  expect(stderr).toContain('the world has no model "late-9M"; it has perturbed-0.36M');
});

test("names of models are an arm and what the model is", () => {
  expect(parseModelName("subset-12-0.36M")).toEqual({ arm: "subset-12", model: "0.36M" });
  expect(parseModelName("injection-10-0.36M-seed2")).toEqual({
    arm: "injection-10",
    model: "0.36M-seed2",
  });
  expect(parseModelName("tokenizer")).toBeUndefined();
  const all = [
    { folder: "f", name: "early-1M@5", arm: "early", model: "1M@5", step: 5 },
    { folder: "f", name: "early-1M", arm: "early", model: "1M" },
  ];
  expect(chooseWorldModels(all, [])).toEqual([all[1]]);
  expect(chooseWorldModels(all, [], { checkpoints: true })).toEqual(all);
  expect(chooseWorldModels(all, ["early-1M@5"])).toEqual([all[0]]);
});
