/** Choices, metrics and generation options in a whole study. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { readParquet } from "#rote/base/parquet.js";
import { openLanguageModel } from "#rote/models/open-model.js";
import { loadStudy } from "#rote/study/load-study.js";
import { runStudy } from "#rote/study/run-study.js";
import type { RunFile } from "#rote/study/run-file.js";
import type { ChoiceRow, NoveltyRow, OutputRow } from "#rote/study/tables.js";
import { wordsPolicy } from "#rote/text/policies.js";
import { corpusBleu } from "#rote/tasks/metrics/bleu.js";
import { strangersFolder } from "./stranger.ts";

async function rows<Row>(path: string): Promise<Row[]> {
  const found: Row[] = [];
  for await (const row of readParquet(path)) found.push(row as Row);
  return found;
}

const homes = ["Paris", "Rome", "Oslo", "Bern"];
const names = Array.from("abcdefgh", (letter) => `zor${letter}`);

/** MMLU's folder with two subjects: the home of each name is asked. */
function writeMmlu(folder: string): void {
  const line = (name: string, i: number): string =>
    `home of ${name},${homes.join(",")},${"ABCD"[i % 4]!}`;
  for (const split of ["test", "dev"]) {
    mkdirSync(join(folder, split), { recursive: true });
    for (const [i, subject] of ["virology", "econometrics"].entries()) {
      const own = names.slice(4 * i, 4 * i + 4);
      const lines = (split === "dev" ? own.slice(0, 2) : own).map(line);
      writeFileSync(join(folder, split, `${subject}_${split}.csv`), lines.join("\n"));
    }
  }
}

describe("a study of multiple choice", { timeout: 600_000 }, () => {
  let folder = "";
  let model = "";
  let run: RunFile;
  const at = (...path: string[]): string => join(folder, ...path);

  beforeAll(async () => {
    folder = strangersFolder();
    writeMmlu(at("mmlu"));
    const study = readFileSync(at("study.yaml"), "utf8");
    model = /models: \["(.*)"\]/.exec(study)![1]!;
    writeFileSync(
      at("choices.yaml"),
      `name: choices
corpus: { files: text }
tasks:
  - { name: mmlu, format: mmlu, file: mmlu, prompt: "The {input} is ", n: 3, threshold: none, shots: 1,
      metric: choice, metrics: [corpus-bleu, bertscore], generate: { maxTokens: 2, temperature: 0.7 } }
models: ["${model}"]
embedder: corpus
measure: { bootstrap: 20, permutations: 10, novelty: {} }
generate: { maxTokens: 3 }
`,
    );
    run = await runStudy(await loadStudy(at("choices.yaml")), { out: at("run") });
  }, 600_000);

  test("every choice is scored by text behind the prompt and by letter behind the choices", async () => {
    const choices = await rows<ChoiceRow>(at("run", "choices.parquet"));
    expect(choices).toHaveLength(8 * 4);
    const shots = run.prompts[0]!.shots.find(({ group }) => group === "virology")!;
    expect(shots.examples[0]).toMatch(/^virology:dev:/);
    const own = choices.filter(({ example }) => example === "virology:test:2");
    expect(own.map(({ text, correct }) => [text, correct])).toEqual(
      homes.map((home, i) => [home, i === 1]),
    );
    const listed = homes.map((home, i) => `${"ABCD"[i]!}. ${home}`).join("\n");
    await using opened = await openLanguageModel(model);
    const [text, letter] = await opened.score([
      { context: `${shots.text}The home of zorb is `, continuation: "Oslo" },
      { context: `${shots.letterText}home of zorb\n${listed}\nAnswer: `, continuation: "C" },
    ]);
    expect(own[2]!.logLikelihood).toBeCloseTo(text!.logLikelihood, 3);
    expect(own[2]!.letterLogLikelihood).toBeCloseTo(letter!.logLikelihood, 3);
  });

  test("metrics stand for the task, the paper's lists and each subject, with sizes and intervals", async () => {
    const of = (metric: string) => run.metrics.filter((entry) => entry.metric === metric);
    for (const metric of ["choice", "choice-text", "choice-letter", "corpus-bleu"]) {
      expect(of(metric).map(({ part }) => `${part.kind} ${part.name}`)).toEqual([
        "task mmlu",
        "list knowledge",
        "list reasoning",
        "group econometrics",
        "group virology",
      ]);
      const [whole, list] = of(metric);
      expect(whole).toMatchObject({ examples: 8, clusters: 2, clusteredBy: "group" });
      expect(list).toMatchObject({ examples: 4, clusters: 4, clusteredBy: "example" });
      expect(whole).toMatchObject({
        interval: null,
        intervalAbsentBecause: "an interval needs at least 10 groups, and there are 2",
      });
    }
    const outputs = await rows<OutputRow>(at("run", "outputs.parquet"));
    const { score, signature } = corpusBleu(
      outputs.map(({ output }) => output),
      outputs.map((_, i) => [homes[i % 4]!]),
    );
    expect(of("corpus-bleu")[0]).toMatchObject({ value: score, signature });
    expect(of("bertscore-f")[0]).toMatchObject({ value: null });
    expect(of("bertscore-f")[0]!.undefinedBecause).toMatch(/gives no vectors of tokens/);
  });

  test("pairs of the outputs are counted like those of gold outputs", async () => {
    const documents = readFileSync(at("text", "homes.jsonl"), "utf8")
      .split("\n")
      .map(
        (line) => ` ${wordsPolicy.words((JSON.parse(line) as { text: string }).text).join(" ")} `,
      );
    const holding = (...phrases: string[]): number =>
      documents.filter((text) => phrases.every((phrase) => text.includes(` ${phrase} `))).length;
    const outputs = await rows<OutputRow>(at("run", "outputs.parquet"));
    const found = await rows<NoveltyRow>(at("run", "novelty.parquet"));
    expect(found).toHaveLength(outputs.length);
    for (const [i, { words, pairs, novel, novelOfKnown }] of found.entries()) {
      const said = wordsPolicy.words(outputs[i]!.output);
      expect(words).toBe(said.length);
      // Two tokens make at most two words: the output is one short n-gram, the input "home of zorX" the other.
      const b = said.join(" ");
      const a = wordsPolicy.words(`home of ${names[i]!}`).join(" ");
      expect(pairs).toBe(b === "" ? 0 : 1);
      if (b === "") continue;
      expect(novel).toBe(holding(a) > 0 && holding(a, b) === 0 ? 1 : 0);
      expect(novelOfKnown).toBe(novel === 1 && holding(b) > 0 ? 1 : 0);
    }
    const all = run.novelty!.estimates.find(
      ({ outputs: part, metric }) => part === "all" && metric === "novel-pairs-per-1000-words",
    )!;
    const total = (key: "novel" | "words"): number => found.reduce((sum, row) => sum + row[key], 0);
    if (total("words") > 0)
      expect(all.value).toBeCloseTo((1000 * total("novel")) / total("words"), 9);
    expect(run.novelty!.bounds[0]).toMatchObject({ task: "mmlu", repetition: null });
  });

  test("where choices are the metric, an output is as correct as its model's choice", async () => {
    const value = (metric: string): number | null =>
      run.metrics.find((entry) => entry.metric === metric && entry.part.kind === "task")!.value;
    expect(value("choice")).toBe(value("choice-text"));
    const choices = await rows<ChoiceRow>(at("run", "choices.parquet"));
    for (const { example, metric, correctness } of await rows<OutputRow>(
      at("run", "outputs.parquet"),
    )) {
      const own = choices.filter((row) => row.example === example);
      const best = own.reduce((a, b) => (b.logLikelihood! > a.logLikelihood! ? b : a));
      expect([metric, correctness]).toEqual(["choice", best.correct ? 1 : 0]);
    }
    const open = (await loadStudy(at("study.yaml"))).tasks.map((task) => ({
      ...task,
      metric: "choice",
    }));
    const study = { ...(await loadStudy(at("study.yaml"))), tasks: open };
    await expect(runStudy(study, { out: at("open") })).rejects.toThrow(
      /task "homes": the metric choice judges by choices, and the example task.jsonl:1 has none/,
    );
  });

  test("generation follows the task's options over the study's, and run.json has them all", async () => {
    expect(run.study.tasks[0]!.generate).toEqual({
      maxTokens: 2,
      stop: ["\n"],
      temperature: 0.7,
      topP: 1,
    });
    const outputs = await rows<OutputRow>(at("run", "outputs.parquet"));
    expect(outputs.every(({ tokens }) => tokens <= 2)).toBe(true);
  });
});
