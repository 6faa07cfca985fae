/**
 * The demo's world as a check of the measure itself: what was planted is found in a model that read it; what was
 * never stated is not; and under a model that read nothing, the observed values lie where shuffled pairs do.
 */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { demoFolder, loadStudy } from "#rote/study/load-study.js";
import { findingOf } from "#rote/study/headline.js";
import type { RunFile } from "#rote/study/run-file.js";
import { runStudy } from "#rote/study/run-study.js";
import { freshDirectory } from "../cli/rote.ts";

const directory = freshDirectory();
/** Models that read nothing. */
const blanks = ["untrained-0", "untrained-1", "untrained-2"] as const;
const planted = ["associations", "facts-countries", "facts-elements"] as const;
let run: RunFile;

interface Item {
  readonly id: string;
  readonly input: string;
  readonly output: string;
}

const demo = (...path: string[]): string => resolve(demoFolder, ...path);

/** The evaluated examples of a planted task, every pair its own choice: without splits nothing is mined apart. */
function itemsOf(task: string): readonly Item[] {
  const lines = readFileSync(demo("tasks", `${task}.jsonl`), "utf8")
    .trim()
    .split("\n");
  return lines
    .map((line) => JSON.parse(line) as Item & { readonly split: string })
    .filter(({ split }) => split === "test")
    .map(({ id, input, output }) => ({ id, input, output }));
}

/** The same inputs and outputs, dealt so that no example asks for what is true of it. */
function dealt(items: readonly Item[]): readonly Item[] {
  const truths = new Set(items.map(({ input, output }) => `${input}\t${output}`));
  const rng = createRng("dealt");
  const outputs = rng.shuffle(items.map(({ output }) => output));
  const isTrue = (i: number): boolean => truths.has(`${items[i]!.input}\t${outputs[i]!}`);
  while (items.some((_, i) => isTrue(i)))
    for (const i of items.keys()) {
      const j = rng.int(items.length);
      if (isTrue(i)) [outputs[i], outputs[j]] = [outputs[j]!, outputs[i]!];
    }
  return items.map((item, i) => ({ ...item, output: outputs[i]! }));
}

/** A copy of a model with weights drawn anew: matrices small and random, norms 1, biases 0. */
function untrained(folder: string, name: string): string {
  const copy = directory.in(name);
  cpSync(folder, copy, { recursive: true });
  const path = resolve(copy, "model.safetensors");
  const file = readFileSync(path);
  const start = 8 + Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.toString("utf8", 8, start)) as Record<
    string,
    {
      readonly dtype: string;
      readonly shape: readonly number[];
      readonly data_offsets: [number, number];
    }
  >;
  const rng = createRng(name);
  for (const [
    tensor,
    {
      dtype,
      shape,
      data_offsets: [from, to],
    },
  ] of Object.entries(header).filter(([name]) => name !== "__metadata__")) {
    expect(dtype).toBe("F16");
    for (let at = start + from; at < start + to; at += 2) {
      // 16-bit floats: 0x3c00 is 1; exponent and fraction from 0x2000 to 0x23ff are 2⁻⁷ to 2⁻⁶.
      const small = 0x2000 + rng.int(0x400) + 0x8000 * rng.int(2);
      const single = tensor.endsWith("bias") ? 0 : 0x3c00;
      file.writeUInt16LE(shape.length > 1 ? small : single, at);
    }
  }
  writeFileSync(path, file);
  return copy;
}

beforeAll(async () => {
  const write = (name: string, items: readonly Item[]): void => {
    writeFileSync(
      directory.in(`${name}.jsonl`),
      items.map((item) => `${JSON.stringify(item)}\n`).join(""),
    );
  };
  for (const task of planted) write(task, itemsOf(task));
  write("never-stated", dealt(itemsOf("associations")));
  const models = [
    ...blanks.map((name) => untrained(demo("models", "0.36M"), name)),
    demo("models", "1.3M"),
  ];
  const lengths = {
    associations: "[3, 2]",
    "facts-countries": "[2, 3]",
    "facts-elements": "[2]",
    "never-stated": "[3]",
  };
  const tasks = Object.entries(lengths).map(
    ([name, n]) =>
      `  - { name: ${name}, file: ${name}.jsonl, prompt: "The {input} is ", n: ${n}, outputs: whole, threshold: none }`,
  );
  writeFileSync(
    directory.in("study.yaml"),
    `name: controls
corpus: { files: "${demo("corpus")}" }
tasks:
${tasks.join("\n")}
models: ${JSON.stringify(models)}
embedder: built-in
measure: { bootstrap: 500, permutations: 200, overlap: [] }
generate: { maxTokens: 1 }
`,
  );
  const study = await loadStudy(directory.in("study.yaml"));
  run = await runStudy(study, { out: directory.in("run"), jobs: 2 });
}, 300_000);

afterAll(() => {
  directory[Symbol.dispose]();
});

const leading = (task: string, model: string) =>
  run.estimates.find(
    (row) =>
      row.task === task && row.model === model && row.method === "spearman" && row.zeros === "kept",
  )!;

test.each(planted)("%s is found in a model that read it, beyond shuffled pairs", (task) => {
  expect(run.verdicts.find((verdict) => verdict.task === task)!.finding).toBe("follows the corpus");
  const { value, null: band, adjusted } = leading(task, "1.3M");
  expect(value).toBeGreaterThan(band!.high);
  expect(band!.pValue).toBeLessThan(0.01);
  expect(adjusted.holm).toBeLessThan(0.001);
});

test("what was never stated is not found, in the same model and with the same answers", () => {
  const verdict = run.verdicts.find(({ task }) => task === "never-stated")!;
  expect(verdict.finding).toBe("inconclusive");
  expect(verdict.sentence).toMatch(/none of the \d+ pairs co-occurs in the corpus/);
});

test("models that read nothing follow nothing: what is observed lies where shuffled pairs do", () => {
  for (const task of planted)
    for (const name of blanks) {
      const row = leading(task, name);
      expect(findingOf(row), `${task} ${name}`).toBe("no sign");
      // Such models know how long an answer is and nothing else, so their values are one draw rather than several.
      expect(row.null!.pValue, `${task} ${name}`).toBeGreaterThan(0.01);
    }
});

test("the difference between the two models is found as well", () => {
  const row = run.estimates.find(
    ({ measure, task }) => measure === "model-difference" && task === "associations",
  )!;
  expect(Math.abs(row.value!)).toBeGreaterThan(0.3);
  expect(row.adjusted.holm).toBeLessThan(0.001);
});
