/** `preset: paper`: what it fills in, and what a run says of each option. */
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { canonicalJson } from "#rote/base/json.js";
import { loadStudy, type Study } from "#rote/study/load-study.js";
import { comparePreset, presetVariants } from "#rote/study/preset/compare.js";
import { paperOptions } from "#rote/study/preset/paper-options.js";
import { presetOptions } from "#rote/study/preset/preset-record.js";
import type { RunFile } from "#rote/study/run-file.js";
import { parseStudy } from "#rote/study/schema.js";
import { rote, runOf, strangersFolder } from "./stranger.ts";

const tasks = [
  { name: "wmt", file: "wmt.en", format: "parallel", from: "en", to: "fr", translations: "wmt.fr" },
  { name: "qa", file: "qa.tsv", format: "triviaqa" },
  { name: "mmlu", file: "mmlu", format: "mmlu" },
  { name: "math", file: "gsm8k", format: "gsm8k" },
  { name: "own.task", file: "own.jsonl" },
];
const whole = {
  ...{ name: "s", corpus: { files: "text.jsonl" }, models: ["model"], embedder: "built-in" },
  tasks,
};

/** The study as a file holds it, under a preset. */
async function load(study: object, preset: "paper" | "default"): Promise<Study> {
  const path = join(mkdtempSync(join(tmpdir(), "rote-preset-")), "study.json");
  writeFileSync(path, JSON.stringify({ ...study, preset }));
  const loaded = await loadStudy(path);
  // Paths are those of the file's own folder.
  return JSON.parse(JSON.stringify(loaded).replaceAll(resolve(path, ".."), "")) as Study;
}

describe("what the preset fills in", () => {
  test("the paper's values, those of tasks by their kind", () => {
    const study = parseStudy({ ...whole, preset: "paper" }, "s.yaml");
    expect(study.measure).toMatchObject({
      ...{ denominator: "occurrences", denominatorPolicy: "exact-words", occurrences: "all" },
      ...{ zeros: "dropped", correction: "none", binning: "equal-width", overlap: [8, 14] },
      ...{ unit: "pair", smoothing: 0 },
    });
    expect(study.mine).toMatchObject({ threshold: "paper", stopWords: ["en"], stopWordsUpTo: 3 });
    expect(study.tasks).toMatchObject([
      { n: [2], prompt: "paper", metric: "bleu", stopWords: ["en", "fr"] },
      { n: [5, 3], prompt: "paper", metric: "triviaqa-exact-match", outputs: "whole" },
      { n: [3, 5], prompt: "paper", metric: "choice", choices: "letters" },
      { n: [3], prompt: "paper", metrics: ["bertscore"], metric: "exact-match" },
      { n: [2], prompt: "{input} ", metric: "exact-match", outputs: "ngrams" },
    ]);
    expect(study.released).toEqual(parseStudy(whole, "s.yaml").released);
  });

  test("nothing that the study writes itself, and that is listed as a deviation", async () => {
    const written = {
      ...whole,
      tasks: tasks.map((task) =>
        task.name === "qa" ? { ...task, n: 3, prompt: "{input}?" } : task,
      ),
      measure: { zeros: "both", denominator: "occurrences" },
    };
    const study = await load(written, "paper");
    expect(study.measure.zeros).toBe("both");
    expect(study.tasks[1]).toMatchObject({ n: [3], prompt: "{input}?", outputs: "whole" });
    const options = new Map(presetOptions(study).map((option) => [option.name, option]));
    const deviating = [...options.values()].filter(({ status }) => status === "deviates");
    expect(deviating.map(({ name }) => name)).toEqual(["n", "prompt", "zeros"]);
    expect(options.get("zeros")!.keys).toEqual([
      { key: "measure.zeros", paper: "dropped", used: "both" },
    ]);
    expect(options.get("denominator")!.status).toBe("same");
    expect(options.get("stop-words")!.status).toBe("set");
    expect(study.filled!.some(({ key }) => key === "zeros" || key === "measure.zeros")).toBe(false);
  });

  test("assumptions are marked, and what a study cannot have is named", async () => {
    const options = presetOptions(await load(whole, "paper"));
    const named = (name: string) => options.find((option) => option.name === name)!;
    expect(named("n").assumption).toMatch("GSM8K");
    expect(named("threshold").assumption).toBe(
      "math, n = 3: 0.75 is the γ of TriviaQA at n = 3. " +
        "own.task, n = 2: 0.75 is the γ of TriviaQA and MMLU at n = 3; the paper has no such task",
    );
    expect(named("embedder").status).toBe("missing");
    expect(named("denominator-policy").remark).toMatch("punctuation between words does not count");
    const indexed = parseStudy({ ...whole, corpus: { index: "words" }, preset: "paper" }, "s.yaml");
    expect(indexed.measure.denominatorPolicy).toBe("same");
    const half = presetOptions(indexed as Study).find(({ name }) => name === "denominator-policy")!;
    expect([half.status, half.remark]).toEqual([
      "missing",
      expect.stringContaining("name corpus.files beside it") as string,
    ]);
  });

  test("stop words that a study chooses hold for its translations too", () => {
    const mine = { stopWords: [] };
    const study = parseStudy({ ...whole, mine, preset: "paper" }, "s.yaml");
    expect(study.tasks[0]).not.toHaveProperty("stopWords");
  });
});

describe("the variants of a preset", () => {
  test("the default is the study without its preset, key by key", async () => {
    const [paper, plain] = [await load(whole, "paper"), await load(whole, "default")];
    const [first, ...alone] = presetVariants(paper);
    expect(first!.name).toBe("default");
    expect(canonicalJson(first!.study)).toBe(canonicalJson(plain));
    const filled = new Set(paper.filled!.map(({ option }) => option));
    expect(alone.map(({ name }) => name)).toEqual([...filled]);
  });

  test("each option alone changes its own keys; together they change all of them", async () => {
    const paper = await load(whole, "paper");
    const [, ...alone] = presetVariants(paper);
    const all = alone.flatMap(({ changes }) => Object.keys(changes)).sort();
    expect(all.length).toBe(paper.filled!.length);
    expect(new Set(all).size).toBe(all.length);
    const zeros = alone.find(({ name }) => name === "zeros")!;
    expect(zeros.changes).toEqual({ "measure.zeros": "dropped" });
    const n = alone.find(({ name }) => name === "n")!.study;
    expect(n.tasks.map((task) => task.n)).toEqual(paper.tasks.map((task) => task.n));
    expect(n.measure).toEqual((await load(whole, "default")).measure);
  });

  test("mistakes of the released code stay out of the default, and of each option alone", async () => {
    const study = await load({ ...whole, released: { wholeTail: true } }, "paper");
    expect(study.released.wholeTail).toBe(true);
    const plain = await load(whole, "default");
    const variants = presetVariants(study);
    expect(canonicalJson(variants[0]!.study)).toBe(canonicalJson(plain));
    for (const variant of variants) expect(variant.study.released).toEqual(plain.released);
  });

  test("a study that writes every key has none", () => {
    const study = { ...parseStudy(whole, "s.yaml"), preset: "paper", filled: [] } as unknown;
    expect(presetVariants(study as Study)).toEqual([]);
  });
});

describe("what the variants are compared by", () => {
  const metric = (task: string, name: string, value: number) => ({
    ...{ task, model: "m", metric: name, part: { kind: "task", name: task } },
    ...{ examples: 20, value, interval: null, undefinedBecause: null },
  });
  const memorization = (task: string, n: number, value: number) => ({
    ...{ measure: "distributional-memorization", method: "spearman", zeros: "kept" },
    ...{ task, n, model: "m", value, interval: null, pValue: null, null: null },
  });
  const runOfStudy = (study: Study, parts: object): RunFile =>
    ({
      ...{ study, identities: { models: [{ name: "m" }] }, verdicts: [], drops: [] },
      ...{ estimates: [], metrics: [], ...parts },
    }) as unknown as RunFile;

  test("the paper's metric by kind of task, beside the task's own", async () => {
    const paper = await load(whole, "paper");
    const metrics = [
      ...[metric("math", "exact-match", 0.1), metric("math", "bertscore-precision", 0.8)],
      ...[metric("wmt", "bleu", 20), metric("wmt", "corpus-bleu", 25)],
      metric("mmlu", "choice-letter", 0.4),
    ];
    const { results } = comparePreset(paper, [], runOfStudy(paper, { metrics }));
    const shown = results.map(({ task, correctness }) => [task, correctness.map((m) => m.metric)]);
    expect(shown).toEqual([
      ["wmt", ["bleu", "corpus-bleu"]],
      ["qa", []],
      ["mmlu", ["choice-letter"]],
      ["math", ["exact-match", "bertscore-precision"]],
      ["own.task", []],
    ]);
  });

  test("a change that is not of ρ, or of ρ at another n, says so", async () => {
    const paper = await load(whole, "paper");
    const variants = presetVariants(paper);
    const runs = ["default", "n", "binning", "occurrences"].map((name) => {
      const variant = variants.find((each) => each.name === name)!;
      const n = variant.study.tasks.find((task) => task.name === "qa")!.n[0]!;
      const estimates = [memorization("qa", n, n === 5 ? 0.5 : 0.25)];
      return { variant, run: runOfStudy(variant.study, { estimates }) };
    });
    const { results } = comparePreset(paper, runs, runOfStudy(paper, {}));
    const own = results.filter(({ task }) => task === "qa");
    expect(
      own.map(({ variant, difference, differenceRemark }) => {
        return [variant, difference, differenceRemark];
      }),
    ).toEqual([
      ["default", 0, null],
      ["n", 0.25, "n = 5, not 2"],
      ["binning", 0, "no part of ρ: performance by frequency"],
      ["occurrences", 0, null],
      ["paper", null, "n = 5, not 2"],
    ]);
  });
});

test("docs/paper-preset.md has the options in the code's order and words", () => {
  const document = readFileSync("docs/paper-preset.md", "utf8");
  const rows = [
    ...document.matchAll(/^\| `([\w-]+)` +\|([^|\n]+)\|([^|\n]+)\|([^|\n]+)\|[^|\n]+\|$/gm),
  ];
  const stated = rows.map(([, name, ...cells]) => [name, ...cells.map((cell) => cell.trim())]);
  expect(stated).toEqual(
    paperOptions.map(({ name, title, choice, source }) => [name, title, choice, source]),
  );
});

describe("a run under the preset", () => {
  let folder = "";
  let run: RunFile;
  let printed = "";
  beforeAll(() => {
    folder = strangersFolder();
    const study = readFileSync(join(folder, "study.yaml"), "utf8");
    writeFileSync(join(folder, "paper.yaml"), `${study}preset: paper\nmine: { stopWords: [] }\n`);
    const found = rote(folder, "run", "paper.yaml", "--out", "paper");
    expect(found.stderr).toContain("spans, 1 variant");
    expect(found.status).toBe(0);
    printed = found.stdout;
    expect(rote(folder, "run", "study.yaml", "--out", "plain").status).toBe(0);
    run = runOf(folder, "paper");
  });

  test("has the default's result beside its own, to the last digit that of a run without it", () => {
    const plain = runOf(folder, "plain");
    expect(plain.preset).toBeNull();
    const { variants, results } = run.preset!.comparison!;
    expect(variants.map(({ name }) => name)).toEqual([
      ...["default", "denominator", "denominator-policy", "occurrences", "zeros", "correction"],
      ...["binning", "paper"],
    ]);
    const [first, ...others] = results;
    expect(first).toMatchObject({ variant: "default", task: "homes", n: 3, difference: 0 });
    expect(first!.memorization).toMatchObject({
      value: plain.estimates[0]!.value,
      interval: plain.estimates[0]!.interval,
      null: plain.estimates[0]!.null,
    });
    const last = others.at(-1)!;
    expect(last.memorization!.value).toBe(run.estimates[0]!.value);
    for (const { memorization, difference } of others)
      expect(difference).toBe(memorization!.value! - first!.memorization!.value!);
    const zeros = results.find(({ variant }) => variant === "zeros")!;
    expect(zeros.memorization).toMatchObject({ zeros: "dropped" });
    expect(zeros.memorization!.points).toBe(zeros.pairs.scored - zeros.pairs.zeros);
    expect(zeros.generalization!.value).not.toBeNull();
  });

  test("each variant is a run of its own", () => {
    const zeros = runOf(folder, join("paper", "variants", "zeros"));
    expect(zeros.study).toMatchObject({ preset: "default", measure: { zeros: "dropped" } });
    expect(zeros.study).not.toHaveProperty("filled");
  });

  test("prints options and comparison, and marks deviations", () => {
    expect(printed).toMatch(/stop-words .*deviates: mine\.stopWords: \[\]/);
    expect(printed).toMatch(/^default +3 +−?0\.\d\d\*? /m);
    expect(printed).toMatch(/^zeros +3 +−?0\.\d\d\*? .* [+−]0\.\d\d/m);
    expect(run.preset!.options.find(({ name }) => name === "zeros")!.status).toBe("set");
  });

  test("has them in the report, every value with its sizes", () => {
    const page = readFileSync(join(folder, "paper", "report.html"), "utf8");
    const [, section = ""] = /id="preset"(.*?)<\/section>/s.exec(page) ?? [];
    expect(section).toContain("It deviates in: stop words, threshold γ");
    for (const { variant, memorization } of run.preset!.comparison!.results)
      expect(section.replaceAll(/\s+/g, " ")).toMatch(
        new RegExp(
          `data-points="${memorization!.points}"[^>]*>\\s*<th scope="row"><code>${variant}<`,
        ),
      );
    const plain = readFileSync(join(folder, "plain", "report.html"), "utf8");
    expect(plain).not.toContain('id="preset"');
  });

  test("keeps the comparison when it is measured again, and repeats nothing when it is run again", () => {
    expect(rote(folder, "measure", "paper").status).toBe(0);
    expect(runOf(folder, "paper").preset).toEqual(run.preset);
    const again = rote(folder, "run", "paper.yaml", "--out", "paper");
    expect(again.stderr).toMatch(/count +done before/);
    expect(again.stderr).not.toContain("variant");
    expect(runOf(folder, "paper").preset).toEqual(run.preset);
    expect(existsSync(join(folder, "paper", "preset.json"))).toBe(true);
  });

  test("has no comparison where it is measured in another way than what it is compared with", () => {
    expect(rote(folder, "measure", "paper", "--unit", "mean").status).toBe(0);
    expect(runOf(folder, "paper").preset!.comparison).toBeNull();
    expect(rote(folder, "measure", "paper", "--unit", "pair").status).toBe(0);
    expect(runOf(folder, "paper").preset).toEqual(run.preset);
  });
});
