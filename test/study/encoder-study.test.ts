import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
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
