import { expect, test } from "vitest";
import * as figures from "#rote/report/figure.js";
import type { PageContent } from "#rote/report/page-content.js";
import { sweepContent } from "#rote/report/sweep-section.js";
import type { Specification } from "#rote/study/sweep/specifications.js";

const models = ["mini", "maxi"];
const thresholds = ["calibrated 1 %", "none"];

/** Two tasks, two models, two thresholds, two lengths and both views: one that holds, one that cannot be estimated without a threshold. */
const specifications: readonly Specification[] = ["facts", "idioms <rare>"].flatMap((task, t) =>
  models.flatMap((model, m) =>
    thresholds.flatMap((threshold, g) =>
      ["2", "1"].flatMap((n, k) =>
        ["kept", "dropped"].map((zeros, z): Specification => {
          const value = t === 1 && g === 1 ? null : 0.3 + 0.1 * m + 0.05 * g - 0.1 * k - 0.02 * z;
          const isNull = value === null;
          return {
            ...{ task, model, checkpoint: null, variant: threshold, value },
            options: {
              threshold,
              n,
              embedder: "corpus",
              stopWords: "kept",
              unit: "pair",
              zeros,
              corpus: "c",
            },
            isStudy: g === 0 && k === 0 && z === 0,
            interval: isNull
              ? null
              : { low: value - 0.1, high: value + 0.1, level: 0.95, method: "clustered bootstrap" },
            null: isNull ? null : { mean: 0, low: -0.1, high: 0.1, pValue: 0.01, permutations: 99 },
            ...{ pValue: isNull ? null : 0.01, points: 40 - 10 * z, examples: 20, drops: {} },
            finding: isNull ? null : "above",
            undefinedBecause: isNull ? "inconclusive: 4 points" : null,
          };
        }),
      ),
    ),
  ),
);

const run = {
  estimates: models.map((model) => ({ model })),
  identities: { models: models.map((name, i) => ({ name, parameters: 1e6 * (i + 1) })) },
  sweep: {
    level: 0.95,
    empty: [{ task: "facts", n: 3, because: "no pairs <left>", variants: 2 }],
  },
};
const content = { run, specifications } as unknown as PageContent;
const page = sweepContent(content, { figures })!.text;
const text = page
  .replace(/<svg.*?<\/svg>/gs, "")
  .replace(/<[^>]+>/g, " ")
  .replace(/\s+/g, " ");

test("a run that was not swept has no section", () => {
  const plain = { ...content, run: { ...run, sweep: undefined }, specifications: [] };
  expect(sweepContent(plain as unknown as PageContent, { figures })).toBeUndefined();
});

test("the section says in words whether conclusions survive, for the largest model", () => {
  expect(text).toContain("32 specifications, 8 of each task and model");
  expect(text).toContain(
    "For maxi, what the study found cannot be judged in facts, idioms &lt;rare&gt;.",
  );
  expect(text).toContain("7 of 7 others agree");
  expect(text).toContain("3 of 3 others agree");
  expect(text).toContain("facts, n = 3, in 2 variants (no pairs &lt;left&gt;)");
  expect(text).not.toMatch(/NaN|undefined|Infinity/);
});

test("every curve and every sensitivity has a name, sizes, its numbers and a file to save", () => {
  const drawings = [...page.matchAll(/<svg [^>]*aria-label="([^"]+)"/g)].map(([, label]) => label);
  expect(drawings).toEqual([
    "facts: Spearman correlation under 8 specifications",
    "idioms <rare>: Spearman correlation under 8 specifications",
    "facts: Spearman correlation by model size, by γ",
    "facts: Spearman correlation by model size, by n",
    "idioms <rare>: Spearman correlation by model size, by n",
  ]);
  expect([
    ...page.matchAll(/<figure data-file="[^"]+"[^>]* data-points="40" data-examples="20"/g),
  ]).toHaveLength(5);
  const saved = /specifications-facts".*?<pre class="csv" hidden>(.*?)<\/pre>/s.exec(page)![1]!;
  expect(saved.trim().split("\n")).toHaveLength(1 + 16);
  expect(saved).toContain("maxi,calibrated 1 %,2,corpus,kept,pair,kept,c,true,0.4,");
});

test("one choice is changed at a time, beside the study's own", () => {
  expect(text).toContain("calibrated 1 % 0.40* 0.40*");
  expect(text).toContain("none 0.45* –");
  expect(text).toMatch(
    /threshold γ .* n 1 0\.30\* 0\.30\* 2 0\.40\* 0\.40\* .* zeros kept 0\.40\*/,
  );
});

test("a specification curve", async () => {
  const columns = Array.from({ length: 12 }, (_, i) => ({
    values: [0.02 * i, i === 3 ? undefined : 0.04 * i - 0.1],
    ...{ low: 0.04 * i - 0.2, high: 0.04 * i, nullLow: -0.05, nullHigh: 0.05 },
    ...{ options: [i % 3, i % 2], isStudy: i === 7 },
  }));
  const svg = figures.specificationFigure(
    columns,
    { title: "facts under 12 specifications", description: "Ascending." },
    {
      models: ["1M", "2M"],
      choices: [
        { name: "threshold γ", options: ["1 %", "0.5", "none"] },
        { name: "zeros", options: ["kept", "dropped"] },
      ],
    },
  );
  expect(svg).not.toContain("NaN");
  // One element a line, so that a change is a readable diff.
  await expect(`${svg.replaceAll("><", ">\n<")}\n`).toMatchFileSnapshot(
    "output/specification-curve.svg",
  );
});
