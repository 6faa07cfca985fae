import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadStudy } from "#rote/study/load-study.js";
import { parseStudy, studyJsonSchema } from "#rote/study/schema.js";
import type { TaskEntry } from "#rote/study/study-file.js";
import { languagesOf } from "#rote/study/task-languages.js";

const smallest = {
  name: "mine",
  corpus: { files: "text.jsonl" },
  tasks: [{ name: "qa", file: "qa.jsonl" }],
  models: ["model"],
};

describe("study file", () => {
  test("the smallest study gets every default", () => {
    const study = parseStudy(smallest, "s.yaml");
    expect(study.seed).toBe(1);
    expect(study.corpus).toMatchObject({ files: ["text.jsonl"], field: "text", policy: "words" });
    expect(study.tasks).toEqual([
      {
        name: "qa",
        file: "qa.jsonl",
        prompt: "{input} ",
        n: [2],
        shots: 0,
        metric: "exact-match",
        metrics: [],
        choices: "both",
        letterPrompt: "{input}\n{choices}\nAnswer: ",
        outputs: "ngrams",
      },
    ]);
    expect(study.measure).toMatchObject({
      ...{ bootstrap: "auto", permutations: "auto", strata: 5, level: 0.95, zeros: "both" },
      ...{ cluster: "example", controls: ["length", "dfB", "dfA"] },
      ...{ bins: 5, binning: "equal-count" },
    });
  });

  test("a task's languages are those of its parallel text unless it states others", () => {
    const mine = { filters: ["language"] };
    const of = (more: object) => {
      const tasks = [{ name: "qa", file: "qa.jsonl", ...more }];
      const [entry] = parseStudy({ ...smallest, mine, tasks }, "s.yaml").tasks as [TaskEntry];
      return languagesOf(entry);
    };
    expect(of({ from: "en", to: "de" })).toEqual({ input: "en", output: "de" });
    expect(of({ from: "en", to: "de", languages: { input: "fr" } })).toEqual({ input: "fr" });
    expect(of({ from: "fi", to: "hu" })).toEqual({ input: undefined, output: "hu" });
  });

  test("a study counts from the index where one is named, unless it says scan", () => {
    const engineOf = (study: object) => parseStudy({ ...smallest, ...study }, "s.yaml").engine;
    const both = { files: "text.jsonl", index: "words" };
    expect(engineOf({})).toBe("scan");
    expect(engineOf({ corpus: { index: "words" } })).toBe("index");
    expect(engineOf({ corpus: both })).toBe("index");
    expect(engineOf({ corpus: both, engine: "scan" })).toBe("scan");
  });

  test.each([
    [
      { ...smallest, tasks: [{ name: "qa", file: "qa.jsonl", minedOn: "qaa" }, "rule"] },
      /the task "qa" is mined on "qaa", which is no task of this study; did you mean "qa"\?/,
    ],
    [
      { ...smallest, tasks: [{ name: "qa", file: "qa.jsonl", minedOn: "qa" }] },
      /the task "qa" is mined on itself; leave minedOn out/,
    ],
    [
      { ...smallest, mine: { filters: ["language"] } },
      /mine\.filters names language, and the task "qa" states none; give it languages/,
    ],
    [
      { ...smallest, tasks: [{ name: "qa", file: "qa.jsonl", languages: { outputs: "en" } }] },
      /unknown key "outputs" in tasks\.0\.languages; did you mean "output"\?/,
    ],
    [
      { ...smallest, corpus: [{ files: "a", name: "a" }, { files: "b" }] },
      /each of several corpora needs a name of letters/,
    ],
    [
      {
        ...smallest,
        corpus: [
          { files: "a", name: "a" },
          { files: "b", name: "b c" },
        ],
      },
      /each of several corpora needs a name of letters, .*, got "b c"/,
    ],
    [
      {
        ...smallest,
        corpus: [
          { files: "a", name: "a" },
          { index: "b", name: "a" },
        ],
      },
      /two corpora are named "a"/,
    ],
    [
      {
        ...smallest,
        corpus: [
          { files: "a", name: "a" },
          { file: "b", name: "b" },
        ],
      },
      /unknown key "file" in corpus\.1; did you mean "files"\?/,
    ],
    [{ ...smallest, modles: [] }, /unknown key "modles"; did you mean "models"\?/],
    [
      { ...smallest, mine: { treshold: 0.5 } },
      /unknown key "treshold" in mine; did you mean "threshold"\?/,
    ],
    [
      { ...smallest, measure: { permutation: 3 } },
      /unknown key "permutation" in measure; did you mean "permutations"\?/,
    ],
    [
      { ...smallest, tasks: [{ name: "qa", file: "f", promt: "{input}" }] },
      /unknown key "promt" in tasks\.0; did you mean "prompt"\?/,
    ],
    [{ ...smallest, corpus: { file: "x" } }, /corpus/],
    [
      { name: "x", corpsu: {}, tasks: [], models: [] },
      /unknown key "corpsu"; did you mean "corpus"\?/,
    ],
  ])("an unknown key names the nearest known one: %j", (study, message) => {
    expect(() => parseStudy(study, "s.yaml")).toThrow(message);
  });

  test.each([
    [{ ...smallest, name: "a b" }, /s\.yaml: name/],
    [{ ...smallest, models: [] }, /s\.yaml: models/],
    [{ ...smallest, models: undefined }, /s\.yaml: models: is missing/],
    [{ ...smallest, corpus: undefined }, /s\.yaml: corpus: is missing/],
    [{ ...smallest, tasks: [{ name: "qa", file: "f", n: 0 }] }, /s\.yaml: tasks\.0\.n/],
    [
      { ...smallest, tasks: [{ name: "qa", file: "f", prompt: "no place" }] },
      /a prompt needs \{input\}/,
    ],
    [{ ...smallest, mine: { nullShare: 1.5 } }, /s\.yaml: mine\.nullShare/],
    [{ ...smallest, tasks: ["facts", "facts"] }, /two tasks are named "facts"/],
    [
      { ...smallest, tasks: [{ name: "qa", file: "f", n: [2, 3, 2] }] },
      /"qa" names a length of n-grams twice \(n: 2, 3, 2\)/,
    ],
    [{ ...smallest, measure: { bootstrap: 1 } }, /s\.yaml: measure\.bootstrap/],
    [
      { ...smallest, measure: { controls: ["dfA", "dfA"] } },
      /measure\.controls: a control is named twice/,
    ],
    [
      { ...smallest, mine: { threshold: "some" } },
      /mine\.threshold: a threshold is calibrated, none, paper, or a number/,
    ],
    [{ ...smallest, corpus: {} }, /s\.yaml: corpus: is missing files, or index/],
    [
      { ...smallest, engine: "index" },
      /engine: index counts from corpus\.index, which is missing; name/,
    ],
    [
      { ...smallest, engine: "scan", corpus: { index: "words" } },
      /engine: scan reads corpus\.files, which is missing; name the files, or leave engine out/,
    ],
    [
      { ...smallest, corpus: { index: "words", skipMalformed: false } },
      /corpus\.skipMalformed says how files are read, .*; leave it out, or name corpus\.files/,
    ],
    ["text", /the study/],
  ])("a wrong value is named with its place: %j", (study, message) => {
    expect(() => parseStudy(study, "s.yaml")).toThrow(message);
  });
});

test("docs/study.schema.json is what the parser accepts (npm run docs)", () => {
  const written = readFileSync("docs/study.schema.json", "utf8");
  expect(written).toBe(`${JSON.stringify(studyJsonSchema(), null, 2)}\n`);
});

test("docs/study.md names every key", () => {
  interface Schema {
    readonly properties?: Readonly<Record<string, Schema>>;
    readonly items?: Schema;
    readonly anyOf?: readonly Schema[];
  }
  const keysOf = ({ properties = {}, items, anyOf = [] }: Schema): string[] => [
    ...Object.keys(properties),
    ...[...Object.values(properties), ...(items ? [items] : []), ...anyOf].flatMap(keysOf),
  ];
  const document = readFileSync("docs/study.md", "utf8");
  const keys = keysOf(studyJsonSchema());
  expect(keys.length).toBeGreaterThan(30);
  expect(keys.filter((key) => key !== "$schema" && !document.includes(`\`${key}\``))).toEqual([]);
});

test("of several corpora the first leads, and each has its own engine and index of tokens", () => {
  const corpus = [
    { name: "a", files: "a.jsonl", infinityGram: { index: "tokens" } },
    { name: "b", index: "words" },
  ];
  const study = parseStudy({ ...smallest, corpus }, "s.yaml");
  expect(study).toMatchObject({
    ...{ engine: "scan", corpus: { name: "a", files: ["a.jsonl"] } },
    otherCorpora: [{ name: "b", index: "words", engine: "index" }],
    measure: { infinityGram: { index: "tokens" } },
  });
  expect(study.corpus.infinityGram).toBeUndefined();
  const [only] = corpus;
  expect(parseStudy({ ...smallest, corpus: [only] }, "s.yaml").otherCorpora).toBeUndefined();
  const twice = { ...smallest, corpus, measure: { infinityGram: { index: "other" } } };
  expect(() => parseStudy(twice, "s.yaml")).toThrow(/infinityGram; leave one out/);
});

test("a model reached by two paths is refused: it would give every point twice", async () => {
  const folder = mkdtempSync(join(tmpdir(), "rote-study-"));
  const path = join(folder, "study.json");
  writeFileSync(path, JSON.stringify({ ...smallest, models: ["m", `${folder}/m/`] }));
  await expect(loadStudy(path)).rejects.toThrow(`the model ${folder}/m is named twice`);
});

test("a training stands for its checkpoints in the order of its steps, or for those that are named", async () => {
  const folder = mkdtempSync(join(tmpdir(), "rote-schema-"));
  for (const step of ["step-20", "step-3"]) {
    mkdirSync(join(folder, "m", step), { recursive: true });
    writeFileSync(join(folder, "m", step, "config.json"), "{}");
  }
  writeFileSync(join(folder, "m", "config.json"), "{}");
  const modelsOf = async (models: readonly unknown[]) => {
    const path = join(folder, "study.json");
    writeFileSync(path, JSON.stringify({ ...smallest, models }));
    return (await loadStudy(path)).models;
  };
  const m = join(folder, "m");
  expect(await modelsOf(["other", { path: "m", checkpoints: "all" }])).toEqual([
    join(folder, "other"),
    ...[`${m}@step-3`, `${m}@step-20`, m],
  ]);
  expect(await modelsOf([{ path: "m", checkpoints: [20, "end"] }])).toEqual([`${m}@20`, m]);
  await expect(modelsOf([{ path: "m", checkpoints: 21 }])).rejects.toThrow(/holds no step "21"/);
  await expect(modelsOf([{ path: "m", checkpoint: 20 }])).rejects.toThrow(
    /unknown key "checkpoint" in models\.0; did you mean "checkpoints"\?/,
  );
});
