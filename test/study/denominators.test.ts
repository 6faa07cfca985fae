/** What the counts of pairs are divided by: measure.denominator and measure.denominatorPolicy. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { readParquet } from "#rote/base/parquet.js";
import { corpusColumns } from "#rote/memorization/corpus-columns.js";
import { recountedCounts } from "#rote/memorization/null-distribution.js";
import { pointSetsOf } from "#rote/memorization/point-set.js";
import { joinRows } from "#rote/memorization/rows.js";
import { spearman } from "#rote/stats/correlation.js";
import type { RunFile } from "#rote/study/run-file.js";
import { parseStudy } from "#rote/study/schema.js";
import { exactWordsPolicy, wordsPolicy } from "#rote/text/policies.js";
import { rote, runOf, strangersFolder } from "./stranger.ts";

const of = (a: string, b: string) => ({ example: `${a} ${b}`, task: "t", model: "m", n: 1, a, b });

describe("a ratio of two units", () => {
  // "New York" in capitals: three documents by words, one as it is written.
  const counts = [
    { a: "new york", b: "city", codf: 3, dfA: 3, dfB: 5 },
    { a: "new york", b: "bus", codf: 1, dfA: 3, dfB: 2 },
    { a: "boston", b: "city", codf: 1, dfA: 4, dfB: 5 },
    { a: "atlantis", b: "city", codf: 0, dfA: 2, dfB: 5 },
  ];
  const scores = counts.map(({ a, b }, i) => ({ ...of(a, b), logLikelihood: -i }));
  const written = new Map([
    ["new york", 1],
    ["boston", 8],
  ]);
  const joined = joinRows(counts, scores, { denominatorOf: (a) => written.get(a) ?? 0 });

  test("can exceed 1, and such pairs are counted, as are those that have nothing to be divided by", () => {
    const [set] = pointSetsOf(joined);
    const { corpus } = corpusColumns(set!, "kept");
    expect([...corpus]).toEqual([Math.log(3), Math.log(1), Math.log(1 / 8)]);
    expect(joined.drops.map(({ reason, count }) => [reason, count])).toEqual([
      ["denominator=0", 1],
      ["ratio>1", 1],
      ["scored", 3],
    ]);
  });

  test("leaves df(a), which is controlled for, and mutual information as they are", () => {
    const own = joinRows(counts.slice(0, 3), scores.slice(0, 3));
    const columnsOf = (rows: typeof own) => corpusColumns(pointSetsOf(rows)[0]!, "kept");
    const { corpus, dfA, information } = columnsOf(joined);
    expect({ dfA, information }).toEqual({
      dfA: columnsOf(own).dfA,
      information: columnsOf(own).information,
    });
    expect(corpus).not.toEqual(columnsOf(own).corpus);
  });
});

test("a shuffled pair is divided by what its new a is counted", () => {
  const plan = {
    ...{ phrases: ["new york", "boston", "city", "bus"], permutations: 1, strata: 1, conflicts: 0 },
    ...{ pairs: Uint32Array.of(0, 2, 0, 3, 1, 2, 1, 3), images: Uint32Array.of(1, 0, 2, 3) },
  };
  const shuffles = {
    ...{ plan, codf: Float64Array.of(3, 1, 4, 2), df: Float64Array.of(3, 5, 9, 9) },
    denominators: Float64Array.of(1, 8, 0, 0),
  };
  const [own] = recountedCounts(shuffles, { a: ["new york", "boston"], b: ["city", "bus"] });
  expect(own).toEqual({
    codf: Float64Array.of(4, 1),
    dfA: Float64Array.of(5, 3),
    denominator: Float64Array.of(8, 1),
  });
});

test("words as they are written need the files", () => {
  const study = {
    name: "s",
    corpus: { index: "words" },
    tasks: [{ name: "t", file: "t.jsonl" }],
    models: ["model"],
    measure: { denominatorPolicy: "exact-words" },
  };
  expect(() => parseStudy(study, "s.yaml")).toThrow(
    "measure.denominatorPolicy: exact-words counts words as the files write them, and corpus.files is missing",
  );
});

describe("a study", () => {
  let folder = "";
  const runs = new Map<string, RunFile>();
  const texts: string[] = [];
  beforeAll(() => {
    folder = strangersFolder();
    const path = join(folder, "text", "homes.jsonl");
    const documents = readFileSync(path, "utf8").split("\n");
    // Every third document writes its sentence twice, every other one the name with a capital.
    const changed = documents.map((line, i) => {
      const { id, text } = JSON.parse(line) as { id: number; text: string };
      const own = i % 2 === 0 ? text.replace("zor", "Zor") : text;
      texts.push(i % 3 === 0 ? `${own} ${own}` : own);
      return JSON.stringify({ id, text: texts.at(-1) });
    });
    writeFileSync(path, changed.join("\n"));
    const study = readFileSync(join(folder, "study.yaml"), "utf8");
    const choices = {
      documents: "",
      occurrences: "denominator: occurrences, ",
      exact: "denominator: occurrences, denominatorPolicy: exact-words, ",
    };
    for (const [name, keys] of Object.entries(choices)) {
      writeFileSync(
        join(folder, `${name}.yaml`),
        study.replace("measure: { ", `measure: { ${keys}`),
      );
      const { status, stderr } = rote(folder, "run", `${name}.yaml`, "--out", name);
      expect(stderr).toContain("recount");
      expect(status).toBe(0);
      runs.set(name, runOf(folder, name));
    }
  });

  async function rows(run: string, file: string): Promise<Record<string, unknown>[]> {
    const found = [];
    for await (const row of readParquet(join(folder, run, file))) found.push(row);
    return found;
  }

  test("divides by occurrences, as they are counted by definition", async () => {
    const counted = await rows("exact", "denominators.parquet");
    const occurrencesOf = (phrase: string, policy: typeof wordsPolicy): number =>
      texts.reduce((sum, text) => {
        const words = policy.words(text);
        const size = phrase.split(" ").length;
        const starts = words.filter((_, i) => words.slice(i, i + size).join(" ") === phrase);
        return sum + starts.length;
      }, 0);
    expect(counted.length).toBeGreaterThan(20);
    for (const { a, tf } of counted) expect(tf).toBe(occurrencesOf(String(a), exactWordsPolicy));
    const [first] = await rows("occurrences", "counts.parquet");
    expect(first!.tfA).toBe(occurrencesOf(String(first!.a), wordsPolicy));
  });

  test.each(["documents", "occurrences", "exact"])(
    "correlates what it divides by %s",
    async (name) => {
      const counts = await rows(name, "counts.parquet");
      const written = new Map(
        name === "exact"
          ? (await rows(name, "denominators.parquet")).map(({ a, tf }) => [a, Number(tf)])
          : counts.map(({ a, dfA, tfA }) => [a, Number(name === "documents" ? dfA : tfA)]),
      );
      const codf = new Map(
        counts.map((row) => [`${String(row.a)}|${String(row.b)}`, Number(row.codf)]),
      );
      const points = (await rows(name, "scores.parquet")).filter(
        ({ a, n }) => n === 3 && (written.get(a) ?? 0) > 0,
      );
      const x = points.map(({ a, b }) => codf.get(`${String(a)}|${String(b)}`)! / written.get(a)!);
      const y = points.map(({ logLikelihood }) => Number(logLikelihood));
      const [estimate] = runs.get(name)!.estimates;
      expect(estimate).toMatchObject({ n: 3, zeros: "kept", method: "spearman" });
      expect(estimate!.value).toBeCloseTo(spearman(x, y).value!, 10);
      expect(estimate!.null!.recounted).toBe(true);
      const above = x.filter((ratio) => ratio > 1).length;
      const told = runs.get(name)!.drops.find(({ n, reason }) => n === 3 && reason === "ratio>1");
      expect(told?.count ?? 0).toBe(above);
      expect(above > 0).toBe(name === "exact");
      expect(runs.get(name)!.warnings.some((own) => own.includes("exceeds 1"))).toBe(above > 0);
    },
  );
});
