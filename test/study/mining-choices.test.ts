import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { miningChoicesOf, miningKeyOf } from "#rote/study/mining-choices.js";
import { paperKind, paperThreshold } from "#rote/study/preset/paper-tasks.js";
import { parseStudy } from "#rote/study/schema.js";
import type { Study } from "#rote/study/load-study.js";
import type { TaskEntry } from "#rote/study/study-file.js";

/** A study of one task as it is parsed, and that task. */
function studyOf(task: object, mine: object = {}): { study: Study; entry: TaskEntry } {
  const study = parseStudy(
    {
      name: "s",
      corpus: { files: "text.jsonl" },
      tasks: [{ name: "t", file: "t.jsonl", ...task }],
      models: ["model"],
      mine,
    },
    "s.yaml",
  ) as Study;
  return { study, entry: study.tasks[0]! };
}

describe("stop words", () => {
  test("are removed at every n, or up to the n that mine.stopWordsUpTo names", () => {
    const removedAt = (n: number, mine: object): boolean => {
      const { study, entry } = studyOf({}, mine);
      return miningChoicesOf(study, entry, n).stopWords.has("the");
    };
    expect([2, 3, 4, 5].map((n) => removedAt(n, {}))).toEqual([false, false, false, false]);
    expect([2, 3, 4, 5].map((n) => removedAt(n, { stopWords: ["en"] }))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    const upTo = { stopWords: ["en"], stopWordsUpTo: 3 };
    expect([2, 3, 4, 5].map((n) => removedAt(n, upTo))).toEqual([true, true, false, false]);
  });

  test("of a task stand instead of the study's", () => {
    const { study, entry } = studyOf({ stopWords: ["de"] }, { stopWords: ["en"] });
    const { stopWords } = miningChoicesOf(study, entry, 2);
    expect([stopWords.has("the"), stopWords.has("nicht")]).toEqual([false, true]);
    expect(miningKeyOf(study, entry, 2)).toMatchObject({ stopWords: ["de"], policy: "words" });
  });
});

describe("the paper's γ (appendix D)", () => {
  const translation = { format: "parallel", from: "en", to: "fr" } as const;

  test.each([
    [translation, [2, 3, 4, 5], [0.85, 0.8, 0.75, 0.7]],
    [{ format: "triviaqa" }, [3, 5], [0.75, 0.65]],
    [{ format: "mmlu" }, [3, 5], [0.75, 0.65]],
  ] as const)("%j at n = %j is %j, no assumption", (task, lengths, values) => {
    const found = lengths.map((n) => paperThreshold(task, n));
    expect(found).toEqual(values.map((value) => ({ value, assumption: null })));
  });

  test("of GSM8K is that of TriviaQA, and an assumption; so is one of an n or a task the paper has not", () => {
    expect(paperThreshold({ format: "gsm8k" }, 3)).toEqual({
      value: 0.75,
      assumption: "γ of TriviaQA at n = 3",
    });
    expect(paperThreshold({ format: "triviaqa" }, 4)).toMatchObject({ value: 0.75 });
    expect(paperThreshold({ format: "triviaqa" }, 2).assumption).toMatch("names none for n = 2");
    expect(paperThreshold(translation, 8)).toMatchObject({ value: 0.7 });
    expect(paperThreshold({}, 5)).toMatchObject({ value: 0.65 });
    expect(paperThreshold({}, 5).assumption).toMatch("no such task");
  });

  test("is by the format of the task; between two languages it is a translation", () => {
    expect([paperKind({}), paperKind({ from: "en", to: "de" })]).toEqual(["other", "translation"]);
    expect([paperKind({ format: "mmlu" }), paperKind(translation)]).toEqual([
      "mmlu",
      "translation",
    ]);
  });

  test("reaches mining as a number, from the study or from the task", () => {
    const paper = studyOf({ format: "triviaqa" }, { threshold: "paper" });
    expect([3, 5].map((n) => miningChoicesOf(paper.study, paper.entry, n).threshold)).toEqual([
      0.75, 0.65,
    ]);
    const own = studyOf({ threshold: "paper" }, { threshold: "none" });
    expect(miningChoicesOf(own.study, own.entry, 3).threshold).toBe(0.75);
    const none = studyOf({ threshold: "none" }, { threshold: "paper" });
    expect(miningChoicesOf(none.study, none.entry, 3).threshold).toBe("none");
  });
});

test("the table of thresholds in docs/paper-preset.md is the code's", () => {
  const document = readFileSync("docs/paper-preset.md", "utf8");
  const rows = [...document.matchAll(/^\| (translation|TriviaQA, MMLU|GSM8K|any other) .*$/gm)];
  const tasks = [{ format: "parallel" }, { format: "mmlu" }, { format: "gsm8k" }, {}] as const;
  const stated = rows.map(([row]) =>
    row
      .split("|")
      .slice(3, 7)
      .map((cell) => cell.trim()),
  );
  const held = tasks.map((task) =>
    [2, 3, 4, 5].map((n) => {
      const { value, assumption } = paperThreshold(task, n);
      return assumption === null ? String(value) : `(${value})`;
    }),
  );
  expect(stated).toEqual(held);
});
