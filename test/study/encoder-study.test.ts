import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readParquet } from "#rote/base/parquet.js";
import { openEmbedder } from "#rote/models/open-embedder.js";
import { bertScores } from "#rote/tasks/metrics/bertscore.js";
import { saveEncoder } from "../models/encoders/tiny-bert.ts";
import { rote, runOf, strangersFolder } from "./stranger.ts";

const modules = [
  { path: "", type: "sentence_transformers.models.Transformer" },
  { path: "1_Pooling", type: "sentence_transformers.models.Pooling" },
];

test("a study mines with a sentence encoder, and mines anew when the encoder changes", () => {
  const folder = strangersFolder();
  saveEncoder(join(folder, "tiny-bert"));
  const study = join(folder, "study.yaml");
  const text = readFileSync(study, "utf8").replace("n: [3, 1]", "n: [1]");
  writeFileSync(study, `${text}embedder: tiny-bert\n`);
  const first = rote(folder, "run", "study.yaml", "--out", "run");
  expect(first.stderr).toContain("mine");
  expect(first.status).toBe(0);
  const [embedder] = runOf(folder, "run").identities.embedders;
  expect(embedder).toMatchObject({ name: "tiny-bert", family: "bert" });

  const keyOf = (): string | undefined =>
    runOf(folder, "run").stages.find(({ name }) => name === "mine")?.key;
  const before = keyOf();
  saveEncoder(join(folder, "tiny-bert"), {
    "modules.json": modules,
    "1_Pooling/config.json": { pooling_mode: "cls" },
  });
  expect(rote(folder, "run", "study.yaml", "--out", "run").status).toBe(0);
  expect(before).toBeDefined();
  expect(keyOf()).not.toBe(before);
});

test("BERTScore in a study is that of its encoder over the models' outputs, with an interval", async () => {
  const folder = strangersFolder();
  saveEncoder(join(folder, "tiny-bert"));
  const study = join(folder, "study.yaml");
  const text = readFileSync(study, "utf8")
    .replace("n: [3, 1]", "n: [1], metrics: [bertscore]")
    .replace("maxTokens: 3", "maxTokens: 8");
  writeFileSync(study, `${text}embedder: tiny-bert\n`);
  const { stderr, status } = rote(folder, "run", "study.yaml", "--out", "run");
  expect(status, stderr).toBe(0);
  const [outputs, references]: [string[], string[]] = [[], []];
  for await (const { output, reference } of readParquet(join(folder, "run", "examples.parquet"))) {
    outputs.push(output as string);
    references.push(reference as string);
  }
  await using encoder = await openEmbedder(join(folder, "tiny-bert"));
  const scores = await bertScores(encoder, outputs, references);
  const { metrics } = runOf(folder, "run");
  for (const kind of ["precision", "recall", "f"] as const) {
    const row = metrics.find(({ metric }) => metric === `bertscore-${kind}`)!;
    const mean = scores.reduce((sum, score) => sum + score[kind], 0) / scores.length;
    expect(row.value).toBeCloseTo(mean, 6);
    expect(row).toMatchObject({ examples: references.length, undefinedBecause: null });
    expect(row.interval!.low).toBeLessThanOrEqual(row.value!);
    expect(row.interval!.high).toBeGreaterThanOrEqual(row.value!);
  }
});
