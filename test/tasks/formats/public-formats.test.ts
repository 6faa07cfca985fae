import { existsSync, mkdirSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { subjectLists } from "#rote/tasks/formats/mmlu-subjects.js";
import { parsePythonStrings } from "#rote/tasks/formats/python-strings.js";
import { readTaskFiles } from "#rote/tasks/formats/read-task.js";
import { metricNamed } from "#rote/tasks/metrics/named-metrics.js";
import { promptOf } from "#rote/tasks/prompt-presets.js";
import { scratch } from "../../corpus/helpers.ts";

const { folder, write, remove } = scratch();
afterAll(remove);

const stored = "../shared/data/tasks";
const withTasks = test.skipIf(!existsSync(stored));

withTasks("MMLU: 57 subjects, 14,042 questions, five of each subject to show", async () => {
  const { examples, demonstrations, skipped } = await readTaskFiles({
    file: `${stored}/mmlu`,
    format: "mmlu",
  });
  expect([examples.length, demonstrations.length, skipped.length]).toEqual([14042, 285, 0]);
  expect(new Set(examples.map(({ group }) => group)).size).toBe(57);
  expect(examples.every(({ choices, output }) => choices!.includes(output))).toBe(true);
  const anatomy = demonstrations.find(({ group }) => group === "anatomy");
  expect(anatomy).toEqual({
    id: "anatomy:dev:1",
    input: "What is the embryological origin of the hyoid bone?",
    output: "The second and third pharyngeal arches",
    split: undefined,
    choices: [
      "The first pharyngeal arch",
      "The first and second pharyngeal arches",
      "The second pharyngeal arch",
      "The second and third pharyngeal arches",
    ],
    group: "anatomy",
  });
});

withTasks("the paper's lists hold 34 and 22 of MMLU's subjects, none in both", async () => {
  const file = `${stored}/mmlu`;
  for (const [subjects, size] of [
    ["knowledge", 34],
    ["reasoning", 22],
  ] as const) {
    const { examples } = await readTaskFiles({ file, format: "mmlu", subjects });
    expect(new Set(examples.map(({ group }) => group)).size).toBe(size);
  }
  expect(new Set([...subjectLists.knowledge, ...subjectLists.reasoning]).size).toBe(56);
  const unknown = readTaskFiles({ file, format: "mmlu", subjects: ["anatomi"] });
  await expect(unknown).rejects.toThrow('no subject "anatomi" (did you mean "anatomy"?)');
});

withTasks("TriviaQA: 11,313 questions, quoted ones too, with all their aliases", async () => {
  const { examples, skipped } = await readTaskFiles({
    file: `${stored}/triviaqa/test.tsv`,
    format: "triviaqa",
  });
  expect([examples.length, skipped.length]).toEqual([11313, 0]);
  expect(examples.filter(({ input }) => input.includes('""'))).toEqual([]);
  expect(examples.every(({ output, answers }) => answers!.includes(output))).toBe(true);
});

withTasks("GSM8K: 1,319 chains to evaluate, 7,473 to show, each its own right answer", async () => {
  const { examples, demonstrations, skipped } = await readTaskFiles({
    file: `${stored}/gsm8k`,
    format: "gsm8k",
  });
  expect([examples.length, demonstrations.length, skipped.length]).toEqual([1319, 7473, 0]);
  const metric = metricNamed("marked-number");
  expect(examples.every((example) => metric.score(example.output, example) === 1)).toBe(true);
});

withTasks("WMT 2009: 1,000 sentences of one pair, the other pairs skipped", async () => {
  const file = `${stored}/wmt09/newstest2009-first1000.jsonl`;
  const task = { file, format: "parallel", from: "en", to: "de" } as const;
  const { examples, skipped } = await readTaskFiles(task);
  expect([examples.length, skipped.length]).toEqual([1000, 5000]);
});

test("the alias that stands in most others is TriviaQA's output; all are accepted", async () => {
  const text = [
    `Type of what?\t['🚁', 'Cargo helicopter', 'Copter', 'Helicopter', 'Pescara (helicopter)']`,
    `"""Who sang """"Help!""""?"""\t"['The Beatles', ""Beatle's""]"`,
    "no answers\t[]",
    "one cell",
    "",
  ].join("\n");
  const { examples, skipped } = await readTaskFiles({
    file: write("trivia.tsv", text),
    format: "triviaqa",
  });
  expect(examples.map(({ input, output }) => [input, output])).toEqual([
    ["Type of what?", "Helicopter"],
    ['Who sang "Help!"?', "The Beatles"],
  ]);
  expect(examples[1]!.answers).toEqual(["The Beatles", "Beatle's"]);
  expect(skipped).toEqual([
    { place: "trivia.tsv:3", reason: "has no answer" },
    { place: "trivia.tsv:4", reason: "has 1 cells, not a question and its answers" },
  ]);
});

test.each([
  [`['a', "b's", 'c\\'d', 'caf\\xe9']`, ["a", "b's", "c'd", "café"]],
  ["[]", []],
  ["['a' 'b']", undefined],
  ["['a", undefined],
  ["a", undefined],
])("the Python list %s", (text, expected) => {
  expect(parsePythonStrings(text)).toEqual(expected);
});

test("MMLU rows that are no questions are skipped by place and reason", async () => {
  for (const split of ["test", "dev"]) mkdirSync(`${folder}/mmlu/${split}`, { recursive: true });
  const rows = ['"What, then?",a,b,c,d,C', "too,few", "Q,a,b,c,d,E", "Q,a,,c,d,B"];
  write("mmlu/test/law_test.csv", `${rows.join("\n")}\n`);
  write("mmlu/dev/law_dev.csv", "Q,a,b,c,d,A\n");
  const { examples, demonstrations, skipped } = await readTaskFiles({
    file: `${folder}/mmlu`,
    format: "mmlu",
  });
  expect(examples).toMatchObject([{ id: "law:test:1", input: "What, then?", output: "c" }]);
  expect(demonstrations).toHaveLength(1);
  expect(skipped.map(({ place }) => place)).toEqual([2, 3, 4].map((n) => `law_test.csv row ${n}`));
});

test("parallel text is TSV, or two files aligned line by line", async () => {
  const languages = { format: "parallel", from: "en", to: "de" } as const;
  const table = write("pairs.tsv", "one\teins\n\ttwo\n");
  expect(await readTaskFiles({ file: table, ...languages })).toMatchObject({
    examples: [{ id: "pairs.tsv:1", input: "one", output: "eins" }],
    skipped: [{ place: "pairs.tsv:2", reason: "has an empty text" }],
  });
  const [file, translations] = [write("a.en", "one\ntwo\n"), write("a.de", "eins\nzwei\n")];
  expect((await readTaskFiles({ file, translations, ...languages })).examples).toMatchObject([
    { output: "eins" },
    { input: "two", output: "zwei" },
  ]);
  const short = { file, translations: write("b.de", "eins\n"), ...languages };
  await expect(readTaskFiles(short)).rejects.toThrow("2 lines and");
  await expect(readTaskFiles({ file, format: "parallel" })).rejects.toThrow("needs from and to");
});

test("a file in another format is refused with its first reason", async () => {
  const file = write("not.jsonl", '{"input":"i"}\n');
  await expect(readTaskFiles({ file, format: "gsm8k" })).rejects.toThrow(
    'holds no example in the format gsm8k: 1 rows were skipped, first not.jsonl:1, which has no text in "question"',
  );
});

test("prompts of the paper stand under its name; other text is a template", () => {
  expect(promptOf("paper", { format: "gsm8k" })).toBe("Question: {input}\nAnswer: ");
  expect(promptOf("paper", { format: "mmlu" })).toBe("Question: {input} ");
  expect(promptOf("paper", { format: "parallel", from: "en", to: "hu" })).toBe(
    "English text: {input}\nHungarian translation: ",
  );
  expect(promptOf("plain", {})).toBe("{input} ");
  expect(promptOf("Q: {input}", {})).toBe("Q: {input}");
  expect(() => promptOf("paper", {})).toThrow("no prompt for a task in the format jsonl");
});
