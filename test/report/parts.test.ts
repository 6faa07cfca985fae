import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseHTML } from "linkedom";
import { beforeAll, expect, test } from "vitest";
import { writeReport } from "#rote/report/write-report.js";
import { makeRun, models } from "./fixture.ts";

interface Element {
  readonly textContent: string;
  readonly children: readonly Element[];
  querySelector(selector: string): Element | null;
  querySelectorAll(selector: string): readonly Element[];
}

const subjects = Array.from({ length: 57 }, (_, i) => `subject_${i}`);
const parts = [
  ...["knowledge", "reasoning"].map((name) => ({ kind: "list", name })),
  ...subjects.map((name) => ({ kind: "group", name })),
];
/** Of the last subject alone, pairs were too few. */
const estimates = parts.flatMap((part) =>
  models.map(({ name: model }) => {
    const isSmall = part.name === "subject_56";
    const value = part.name === "subject_7" ? 0.61 : 0.02;
    return {
      ...{ measure: "distributional-memorization", method: "spearman", task: "facts", n: 1 },
      ...{ model, checkpoint: null, part, zeros: "kept", approximate: false },
      ...{ points: isSmall ? 3 : 1234, examples: isSmall ? 2 : 100 },
      value: isSmall ? null : value,
      interval: isSmall
        ? null
        : {
            low: value - 0.1,
            high: value + 0.1,
            level: 0.95,
            method: "clustered percentile bootstrap",
          },
      pValue: isSmall ? null : 0.001,
      adjusted: { holm: isSmall ? null : 1, bh: isSmall ? null : value > 0.5 ? 0.01 : 0.7 },
      null: isSmall ? null : { mean: 0, low: -0.1, high: 0.1, pValue: 0.005, permutations: 200 },
      undefinedBecause: isSmall
        ? "inconclusive: 3 pairs, and a correlation needs at least 10"
        : null,
    };
  }),
);
/** Of the largest model no output was fluent. */
const novelty = {
  reference: "mini-d256",
  bounds: [],
  estimates: models.flatMap(({ name: model }, i) =>
    [
      ["all", "novel-pairs-per-1000-words", 20 + i],
      ["all", "correctness", 0.25 * i],
      ["all", "fluent-share", i === 2 ? null : 0.5],
      ["fluent", "novel-pairs-per-1000-words", i === 2 ? null : 3],
    ].map(([outputs, metric, value]) => ({
      ...{ task: "facts", model, n: 1, outputs, metric, value, examples: 40, clusters: 40 },
      clusteredBy: "example",
      interval:
        typeof value !== "number" ? null : { low: value - 0.1, high: value + 0.1, level: 0.9 },
      undefinedBecause: value === null ? "no output was judged" : null,
    })),
  ),
};
const metrics = ["choice", "corpus-bleu"].flatMap((metric) =>
  [{ kind: "task", name: "facts" }, ...parts].map((part) => ({
    ...{ task: "facts", model: "mini-d256", metric, part, examples: 100, clusters: 57 },
    ...{ clusteredBy: "group", value: metric === "choice" ? 0.25 : 17.3, undefinedBecause: null },
    interval:
      part.name === "reasoning" ? null : { low: 0.2, high: 18, level: 0.95, method: "bootstrap" },
    ...(part.name === "reasoning" && {
      intervalAbsentBecause: "an interval needs at least 10 groups, and there are 2",
    }),
    signature: metric === "choice" ? null : "nrefs:1|case:mixed",
  })),
);

let document: Element;
const flat = (text: string): string => text.replace(/\s+/g, " ").trim();
/** A row's cells, one space between. */
const cellsOf = (row: Element): string =>
  flat([...row.children].map(({ textContent }) => textContent).join(" "));
const rowsOf = (selector: string): string[] =>
  [...document.querySelectorAll(`${selector} tbody tr`)].map(cellsOf);

beforeAll(async () => {
  const directory = await makeRun(await mkdtemp(join(tmpdir(), "rote-parts-")));
  const path = join(directory, "run.json");
  const run = JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
  await writeFile(path, JSON.stringify({ ...run, metrics, novelty, parts: { estimates } }));
  const page = await readFile(await writeReport(directory), "utf8");
  const { document: parsed } = parseHTML(page) as unknown as { readonly document: Element };
  document = parsed;
});

test("57 subjects are folded away under the lists, each with its numbers under the largest model", () => {
  const [lists, ...folded] = [...document.querySelectorAll("#parts .table")];
  expect([...lists!.querySelectorAll("tbody tr")].map(cellsOf)).toEqual([
    "knowledge 0.02 −0.08 … 0.12 −0.10 … 0.10 0.700 1,234 100 0.250 0.200 … 18.000 100",
    "reasoning 0.02 −0.08 … 0.12 −0.10 … 0.10 0.700 1,234 100 0.250 an interval needs at least 10 groups, and there are 2 100",
  ]);
  expect(folded).toHaveLength(1);
  expect(document.querySelectorAll("#parts details .table tbody tr")).toHaveLength(57);
  expect(rowsOf("#parts details").at(-1)).toMatch(
    /^subject_56 – .*needs at least 10 – – 3 2 0\.250/,
  );
});

test("the sentence above them names the groups that follow the corpus", () => {
  expect(flat(document.querySelector("#parts")!.textContent)).toContain(
    "Of 57 groups, 56 had pairs enough to be measured, and 1 follows the corpus (subject_7).",
  );
});

test("answers stand by task and list, no subject among them, with their signature", () => {
  expect(rowsOf("#answers")).toEqual([
    "facts",
    "choice mini-d256 0.250 0.200 … 18.000 100 57 groups",
    "corpus-bleu mini-d256 17.30 0.20 … 18.00 100 57 groups nrefs:1|case:mixed",
    "facts, knowledge",
    "choice mini-d256 0.250 0.200 … 18.000 100 57 groups",
    "corpus-bleu mini-d256 17.30 0.20 … 18.00 100 57 groups nrefs:1|case:mixed",
    "facts, reasoning",
    "choice mini-d256 0.250 an interval needs at least 10 groups, and there are 2 100 57 groups",
    "corpus-bleu mini-d256 17.30 an interval needs at least 10 groups, and there are 2 100 57 groups nrefs:1|case:mixed",
  ]);
});

test("novelty stands against correctness and fluency, a point a model that has both", () => {
  const figures = [...document.querySelectorAll("#novelty figure")];
  expect(figures).toHaveLength(2);
  const [correctness, fluency] = figures.map((figure) =>
    [...figure.querySelectorAll("figcaption span")].map(({ textContent }) => flat(textContent)),
  );
  expect(correctness).toEqual([
    "0.36M: 20.0 (19.9 to 20.1) new pairs per 1,000 words at correctness 0.000 (−0.100 to 0.100); 40 examples.",
    "1.3M: 21.0 (20.9 to 21.1) new pairs per 1,000 words at correctness 0.250 (0.150 to 0.350); 40 examples.",
    "4.2M: 22.0 (21.9 to 22.1) new pairs per 1,000 words at correctness 0.500 (0.400 to 0.600); 40 examples.",
  ]);
  expect(fluency).toHaveLength(2);
  expect(rowsOf("#novelty > .table")).toEqual([
    "facts",
    "mini-d64 all 20.0 19.9 … 20.1 40",
    "mini-d64 fluent 3.0 2.9 … 3.1 40",
    "mini-d128 all 21.0 20.9 … 21.1 40",
    "mini-d128 fluent 3.0 2.9 … 3.1 40",
    "mini-d256 all 22.0 21.9 … 22.1 40",
  ]);
});
