import { describe, expect, test } from "vitest";
import { checkDropTable, createDropTable } from "#rote/memorization/drop-table.js";
import { exampleFrequencies } from "#rote/memorization/example-frequency.js";
import { parseCountRow, parseScoreRow } from "#rote/memorization/parse-rows.js";
import { type CountRow, joinRows, type ScoreRow } from "#rote/memorization/rows.js";
import { logProbability } from "#rote/memorization/task-gram-probability.js";
import { filterReasons } from "#rote/task-grams/pair-filters.js";

const count = (a: string, b: string, codf: number, dfA: number, dfB: number): CountRow => ({
  a,
  b,
  codf,
  dfA,
  dfB,
});
const score = (example: string, a: string, b: string, rest: Partial<ScoreRow> = {}): ScoreRow => ({
  example,
  task: "facts",
  model: "small",
  n: 2,
  a,
  b,
  logLikelihood: -1,
  ...rest,
});
const counts = [
  count("capital", "paris", 3, 4, 6),
  count("capital", "rome", 0, 4, 2),
  count("capital", "atlantis", 0, 4, 0),
  count("unseen", "paris", 0, 0, 6),
];

describe("joining counts and scores", () => {
  test("each score row with a count is one point of its task, n and model", () => {
    const { phrases, df, groups } = joinRows(counts, [
      score("e2", "capital", "rome", { logLikelihood: -2 }),
      score("e1", "capital", "paris"),
      score("e2", "capital", "paris", { logLikelihood: -3 }),
      score("e1", "capital", "paris", { model: "large", checkpoint: "9" }),
    ]);
    expect(phrases).toEqual(["capital", "paris", "rome", "atlantis", "unseen"]);
    expect([...df]).toEqual([4, 6, 2, 0, 0]);
    expect(groups).toHaveLength(2);
    expect(groups[0]).toEqual({
      task: "facts",
      n: 2,
      model: "small",
      checkpoint: null,
      exampleIds: ["e2", "e1"],
      exampleGroups: [null, null],
      example: Uint32Array.of(0, 1, 0),
      a: Uint32Array.of(0, 0, 0),
      b: Uint32Array.of(2, 1, 1),
      codf: Float64Array.of(0, 3, 3),
      length: Float64Array.of(4, 5, 5),
      logLikelihood: Float64Array.of(-2, -1, -3),
    });
    expect(groups[1]).toMatchObject({ model: "large", checkpoint: "9", exampleIds: ["e1"] });
  });

  test("rows may say what an example belongs to, how long b is and what it has without a", () => {
    const { groups } = joinRows(counts, [
      score("e1", "capital", "paris", { group: "geography", characters: 7 }),
      score("e2", "capital", "rome", { neutralLogLikelihood: -5 }),
    ]);
    expect(groups[0]).toMatchObject({
      ...{ exampleGroups: ["geography", null], length: Float64Array.of(7, 4) },
      neutralLogLikelihood: Float64Array.of(NaN, -5),
    });
  });

  test("every row is dropped for one reason or scored; zeros are parts of the scored", () => {
    const { drops, groups } = joinRows(counts, [
      score("e", "capital", "paris"),
      score("e", "capital", "rome"),
      score("e", "capital", "atlantis"),
      score("e", "capital", "paris", { logLikelihood: null }),
      score("e", "unseen", "paris"),
      score("e", "capital", "berlin"),
    ]);
    expect(drops.map(({ reason, count }) => [reason, count])).toEqual([
      ["uncounted", 1],
      ["df(a)=0", 1],
      ["df(b)=0", 1],
      ["codf=0", 1],
      ["unmatched", 1],
      ["scored", 3],
    ]);
    expect(groups[0]!.codf.length).toBe(3);
  });

  test("a phrase with two document frequencies is a contradiction that names both", () => {
    const wrong = [...counts, count("rome", "paris", 0, 3, 6)];
    expect(() => joinRows(wrong, [])).toThrow(
      expect.objectContaining({
        code: "measure/contradiction",
        message: expect.stringContaining(
          '"rome" a document frequency of 2 in one row and 3',
        ) as string,
      }),
    );
  });

  test.each([
    [[count("a", "b", 5, 4, 6)], "codf 5 with dfA 4 and dfB 6; no more documents"],
    [[count("a", "a", 3, 4, 4)], "a phrase with itself"],
    [
      [count("a", "b", 1, 4, 6), count("a", "b", 2, 4, 6)],
      "1 documents in one row and 2 in another",
    ],
  ])("impossible counts are refused: %j", (rows, message) => {
    expect(() => joinRows(rows, [])).toThrow(message);
  });

  test("a count row given twice is one count", () => {
    expect(joinRows([...counts, ...counts], []).phrases).toHaveLength(5);
  });
});

describe("parsing rows", () => {
  test("numbers may be bigints, example ids may be numbers, other columns are ignored", () => {
    const fields = { a: "x", b: "y", codf: 1n, dfA: 2n, dfB: 3, tfA: 9n };
    expect(parseCountRow(fields, "f:1")).toEqual(count("x", "y", 1, 2, 3));
    const row = { example: 7, task: "facts", model: "small", n: 2, a: "x", b: "y" };
    expect(parseScoreRow({ ...row, logLikelihood: -1 }, "f:1")).toEqual({
      ...score("7", "x", "y"),
      checkpoint: null,
    });
    expect(parseScoreRow({ ...row, logLikelihood: "-Infinity" }, "f:1").logLikelihood).toBe(
      -Infinity,
    );
    expect(parseScoreRow({ ...row, logLikelihood: null }, "f:1").logLikelihood).toBeNull();
    expect(parseScoreRow({ ...row, matched: false }, "f:1").logLikelihood).toBeNull();
    const optional = { neutralLogLikelihood: -4, characters: 5n, group: 12 };
    expect(parseScoreRow({ ...row, ...optional, logLikelihood: -1 }, "f:1")).toMatchObject({
      ...{ neutralLogLikelihood: -4, characters: 5, group: "12" },
    });
  });

  test.each([
    [{ a: 1 }, 'f:3: "a" is 1; it must be a string'],
    [{ codf: -1 }, 'f:3: "codf" is -1; it must be a whole number, 0 or more'],
    [{ dfA: 1.5 }, '"dfA" is 1.5'],
    [{ dfB: undefined }, '"dfB" is missing'],
  ])("a malformed count row %j names place, key and rule", (change, message) => {
    expect(() => parseCountRow({ ...counts[0]!, ...change }, "f:3")).toThrow(message);
  });

  test.each([
    [{ n: 0 }, '"n" is 0; it must be a positive integer'],
    [{ logLikelihood: undefined }, '"logLikelihood" is missing'],
    [{ logLikelihood: "low" }, "a natural-log probability or null"],
    [{ characters: -1 }, '"characters" is -1; it must be a whole number'],
    [{ group: true }, '"group" is true'],
    [{ example: null }, '"example" is null'],
  ])("a malformed score row %j names place, key and rule", (change, message) => {
    expect(() => parseScoreRow({ ...score("e", "a", "b"), ...change }, "f:3")).toThrow(message);
  });
});

describe("the drop table", () => {
  test("models stand apart only where they differ", () => {
    const table = createDropTable();
    table.add("facts", 2, "scored", { model: "small", count: 5 });
    table.add("facts", 2, "scored", { model: "large", count: 4 });
    table.add("facts", 2, "unmatched", { model: "large" });
    table.add("facts", 2, "df(a)=0", { model: "small" });
    table.add("facts", 2, "df(a)=0", { model: "large" });
    table.add("facts", 2, "mined", { count: 7 });
    table.add("facts", 2, "below-threshold");
    table.add("facts", 2, "short text", { count: 0 });
    const cell = { task: "facts", n: 2 };
    expect(table.rows()).toEqual([
      { ...cell, reason: "mined", count: 7 },
      { ...cell, reason: "below-threshold", count: 1 },
      { ...cell, reason: "df(a)=0", count: 1 },
      { ...cell, reason: "unmatched", count: 0, model: "small" },
      { ...cell, reason: "unmatched", count: 1, model: "large" },
      { ...cell, reason: "short text", count: 0 },
      { ...cell, reason: "scored", count: 5, model: "small" },
      { ...cell, reason: "scored", count: 4, model: "large" },
    ]);
    expect(() => {
      checkDropTable(table.rows());
    }).not.toThrow();
    const again = createDropTable();
    for (const { task, n, reason, ...rest } of table.rows()) again.add(task, n, reason, rest);
    expect(again.rows()).toEqual(table.rows());
    table.add("facts", 2, "mined");
    expect(() => {
      checkDropTable(table.rows());
    }).toThrow("8 pairs of facts (n = 2) were mined, but 7 are accounted for with small");
  });
});

test("P(b|a) is codf/df(a): one half, zero as -Infinity, undefined without documents", () => {
  expect(logProbability(2, 4)).toBe(-Math.LN2);
  expect(logProbability(0, 4)).toBe(-Infinity);
  expect(() => logProbability(0, 0)).toThrow("undefined");
});

test("an example's frequency is the sum of codf over its distinct pairs (Eq. 4)", () => {
  const pairs = [
    { example: "e1", a: "a", b: "x" },
    { example: "e2", a: "a", b: "x" },
    { example: "e1", a: "b", b: "x" },
    { example: "e1", a: "a", b: "x" },
    { example: "e3", a: "c", b: "x" },
  ];
  const codf: Readonly<Record<string, number>> = { a: 5, b: 2, c: 0 };
  expect([...exampleFrequencies(pairs, (a) => codf[a]!)]).toEqual([
    ["e1", 7],
    ["e2", 5],
    ["e3", 0],
  ]);
});

test("what filters leave out stands before the threshold, in the order in which they are asked", () => {
  const table = createDropTable();
  for (const reason of ["scored", "below-threshold", ...filterReasons.toReversed(), "mined"])
    table.add("facts", 2, reason);
  expect(table.rows().map(({ reason }) => reason)).toEqual([
    ...["mined", ...filterReasons, "below-threshold", "scored"],
  ]);
});
