import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { measureRows } from "#rote/memorization/measure-rows.js";
import { sweepTable } from "#rote/study/sweep/sweep-file.js";
import * as tables from "#rote/study/tables.js";

const text = readFileSync("docs/concepts.md", "utf8");
const named = new Set([...text.matchAll(/`([^`\n]+)`/g)].map(([, name]) => name!));
const headings = Array.from(text.matchAll(/^\*\*([^*]+?)\.?\*\*/gm), ([, own]) => own!);
const terms = new Set(headings.join(", ").toLowerCase().split(", "));
const missing = (names: Iterable<string>): string[] =>
  [...names].filter((name) => !named.has(name));

describe("docs/concepts.md names", () => {
  test("every column of a run's Parquet files", () => {
    const columns = Object.values({ ...tables, sweepTable }).flatMap((table) =>
      typeof table === "object" ? table.columns.map(({ name }) => name) : [],
    );
    expect(columns).toContain("logLikelihood");
    expect(missing(new Set(columns))).toEqual([]);
  });

  test("every key of run.json and of its identities, as docs/formats.md lists them", () => {
    const formats = readFileSync("docs/formats.md", "utf8");
    const [, keys = ""] = /^`run\.json` holds (.*?) `report\.html`/ms.exec(formats) ?? [];
    const listed = [...keys.matchAll(/`(\w+)`/g)].map(([, key]) => key!);
    expect(listed).toContain("estimates");
    expect(listed).toContain("embedders");
    expect(missing(listed)).toEqual([]);
  });

  test("every key of an estimate, its interval and its null, and every reason of a drop", async () => {
    const pairs = Array.from({ length: 40 }, (_, i) => ({ a: `a${i}`, b: `b${i}`, i }));
    const { estimates, drops } = await measureRows(
      pairs.map(({ a, b, i }) => ({ a, b, codf: i % 4, dfA: 40, dfB: 50 })),
      pairs.map(({ a, b, i }) => ({
        ...{ example: a, task: "t", model: "m", n: 1, a, b },
        logLikelihood: -((i * 7) % 11),
      })),
      { rng: createRng(1), resamples: 50, permutations: 20 },
    );
    expect(missing(new Set(estimates.flatMap(keysOf)))).toEqual([]);
    expect(missing(drops.map(({ reason }) => reason))).toEqual([]);
  });
});

/** The names of an object's keys and of those below them; items of a list have no name. */
function keysOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const entries = Object.entries(value);
  const own = Array.isArray(value) ? [] : entries.map(([key]) => key);
  return [...own, ...entries.flatMap(([, inner]) => keysOf(inner))];
}

test("and explains the field's words", () => {
  const words = [
    ...["document", "corpus", "text policy", "n-gram", "phrase", "token", "vocabulary", "shard"],
    ...["suffix array", "rank", "segment", "position", "pointer", "document frequency"],
    ...["term frequency", "co-occurrence", "cnf", "next-token distribution", "∞-gram"],
    ...["suffix length", "n-gram pair", "threshold γ", "embedder", "task-gram table", "span"],
    ...["drop table", "context", "continuation", "log-probability", "log-likelihood", "perplexity"],
    ...["bits per byte", "task-gram language model", "distributional memorization", "interval"],
    ...["distributional generalization", "pointwise mutual information", "example frequency"],
    ...["p-value", "null", "cluster", "provenance", "counterfactual memorization", "extractable"],
    ...["min-k% prob", "zlib ratio", "dose", "straddling"],
  ];
  expect(words.filter((word) => !terms.has(word))).toEqual([]);
});
