/** Inputs of which nothing can be measured, from a study file to the report: a clear statement, and no number that is none. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseHTML } from "linkedom";
import { beforeAll, describe, expect, test } from "vitest";
import { writeReport } from "#rote/report/write-report.js";
import { loadStudy } from "#rote/study/load-study.js";
import { runStudy } from "#rote/study/run-study.js";
import type { RunFile } from "#rote/study/run-file.js";
import { model } from "./stranger.ts";

interface Row {
  readonly input: string;
  readonly output: string;
}

const names = Array.from({ length: 24 }, (_, i) => `zor${i}`);
const row = (input: string, output: string): Row => ({ input, output });
const letters = "abcdefghijklmnopqrstuvwxyz";
const unspaced = [
  row("東京タワーは高い", "東京"),
  row("ประเทศไทย", "ไทย"),
  row("空は青い", "青い"),
];
const tasks: Readonly<Record<string, readonly Row[]>> = {
  "all-zero": names.map((name) => row(`quax of ${name}`, `vub${name}`)),
  "never-together": names.map((name) => row(`home of ${name}`, "Rome")),
  "all-equal": names.map((name) => row(`home of ${name}`, "Paris")),
  "one-example": [row("home of zor1", "Paris")],
  "one-character": names.map((name, i) => row(`home of ${name}`, letters[i]!)),
  unspaced: names.map((_, i) => unspaced[i % 3]!),
  "long-answer": names.map((name, i) =>
    row(
      `home of ${name}`,
      i > 0 ? "Paris" : Array.from({ length: 100_000 }, (_, k) => `word${k % 5000}`).join(" "),
    ),
  ),
};
const corpus = [
  ...names.map((name) => `The home of ${name} is Paris.`),
  ...names.map((name) => `Rome has a gate; 東京タワーは高い, ประเทศไทย, ${name}`),
  "空は青い",
];
/** What a run says of each task. */
const expected: Readonly<Record<string, RegExp>> = {
  "all-zero": /: inconclusive, 0 pairs, and a correlation needs at least 10$/,
  "never-together": /: inconclusive, none of the 24 pairs co-occurs in the corpus/,
  "all-equal": /: inconclusive, all 24 pairs have the same probability in the corpus, 1$/,
  "one-example": /: inconclusive, 1 pair, and a correlation needs at least 10$/,
  "one-character": /: inconclusive, none of the 24 pairs co-occurs in the corpus/,
  unspaced: /: inconclusive, none of the 24 pairs co-occurs in the corpus/,
  "long-answer": /: inconclusive, all 23 pairs have the same probability in the corpus, 1$/,
  "no-pair": /: inconclusive, 0 pairs, and a correlation needs at least 10$/,
};

function writeStudy(policy: string, names: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "rote-degenerate-"));
  const write = (name: string, rows: readonly unknown[]): void => {
    writeFileSync(join(folder, name), rows.map((each) => `${JSON.stringify(each)}\n`).join(""));
  };
  write(
    "corpus.jsonl",
    corpus.map((text) => ({ text })),
  );
  for (const name of names) write(`${name}.jsonl`, tasks[name]!);
  const entries = names.map(
    (name) =>
      `  - { name: ${name}, file: ${name}.jsonl, n: [3, 1], outputs: whole, threshold: none }`,
  );
  const study = `name: degenerate
corpus: { files: corpus.jsonl, policy: ${policy} }
tasks:
${entries.join("\n")}
${names.length === 1 ? "" : "  - { name: no-pair, file: all-equal.jsonl, n: [3], threshold: 0.9999 }\n"}
models: ["${resolve(model)}"]
embedder: built-in
measure: { bootstrap: 100, permutations: 20, overlap: [3], novelty: {} }
generate: { maxTokens: 3 }
`;
  writeFileSync(join(folder, "study.yaml"), study);
  return folder;
}

/** Paths of numbers that are none. JSON has no NaN: one that was written reads null, which needs a reason beside it. */
function unexplained(value: unknown, path = ""): string[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => unexplained(item, `${path}[${i}]`));
  if (typeof value !== "object" || value === null) return [];
  const keys = value as Record<string, unknown>;
  const isNothing = "value" in keys && keys.value === null;
  const reason = keys.undefinedBecause ?? keys.because ?? keys.finding ?? null;
  return [
    ...(isNothing && (reason === null || reason === "") ? [path] : []),
    ...Object.entries(keys).flatMap(([key, inner]) => unexplained(inner, `${path}.${key}`)),
  ];
}

/** Numbers that are none in what a reader sees, and in what figures draw and save, with what stands around them. */
function noNumbers(page: string): readonly string[] {
  const { document } = parseHTML(page) as unknown as {
    readonly document: {
      querySelectorAll(selector: string): Iterable<{ remove(): void }>;
      readonly body: { readonly innerHTML: string };
    };
  };
  for (const element of document.querySelectorAll("script, #recompute")) element.remove();
  const shown = document.body.innerHTML.replaceAll("is undefined; dropped", "");
  return shown.match(/.{0,40}(?:\bNaN\b|\bInfinity\b|\bundefined\b).{0,40}/g) ?? [];
}

describe("degenerate inputs", { timeout: 300_000 }, () => {
  let run: RunFile;
  let page = "";

  beforeAll(async () => {
    const folder = writeStudy("words", Object.keys(tasks));
    run = await runStudy(await loadStudy(join(folder, "study.yaml")), { out: join(folder, "run") });
    page = readFileSync(await writeReport(join(folder, "run")), "utf8");
  }, 300_000);

  test.each(Object.entries(expected))("%s is stated", (task, sentence) => {
    const verdict = run.verdicts.find((own) => own.task === task)!;
    expect(verdict).toMatchObject({ finding: "inconclusive", kind: "inconclusive", value: null });
    expect(verdict.sentence).toMatch(sentence);
    expect(verdict.because).not.toBe("");
  });

  test("no estimate has a value without its interval, or none without a reason", () => {
    expect(run.estimates.length).toBeGreaterThan(0);
    expect(unexplained(run)).toEqual([]);
    expect(JSON.stringify(run)).not.toMatch(/NaN|Infinity/);
  });

  test("no pair is lost on the way", () => {
    for (const { name, n } of run.study.tasks)
      for (const length of n) {
        const of = (reason: string): number =>
          run.drops.find((own) => own.task === name && own.n === length && own.reason === reason)
            ?.count ?? 0;
        const left = ["below-threshold", "identical", "df(a)=0", "unmatched", "not-in-table"];
        const gone = left.reduce((sum, reason) => sum + of(reason), of("scored"));
        expect([name, length, gone]).toEqual([name, length, of("mined")]);
      }
  });

  test("the report shows no NaN, infinity or undefined, in no drawing and no table, and names each reason once", () => {
    expect(noNumbers(page)).toEqual([]);
    expect(page.match(/inconclusive(<\/em>)?:? inconclusive.*/gi)).toBeNull();
  });

  test("a script without spaces is pointed out, with the policy that reads it", async () => {
    expect(run.warnings.join("\n")).toMatch(
      /^unspaced: 24 examples of 24 are in a script that writes no spaces between words \(.+\), and to the policy words .* corpus\.policy: characters/m,
    );
    const folder = writeStudy("characters", ["unspaced"]);
    const study = await loadStudy(join(folder, "study.yaml"));
    const other = await runStudy(study, { out: join(folder, "run") });
    expect(other.warnings.join("\n")).not.toContain("writes no spaces");
    const scored = other.drops.find(({ reason, n }) => reason === "scored" && n === 1)!;
    expect(scored.count).toBeGreaterThan(24);
    expect(noNumbers(readFileSync(await writeReport(join(folder, "run")), "utf8"))).toEqual([]);
  });
});
