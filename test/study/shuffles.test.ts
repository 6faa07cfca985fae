import { expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import {
  planStudyShuffles,
  recountedShuffles,
  sampleExamples,
  sharesOf,
  shuffleBudget,
} from "#rote/study/shuffles.js";
import type { PairRow as CountedPairRow } from "#rote/counting/question.js";
import type { PairRow } from "#rote/study/tables.js";

const pairs: readonly PairRow[] = Array.from({ length: 30 }, (_, i) => ({
  ...{ task: "t", example: `e${i}`, n: 1, a: `a${i}`, b: `b${i % 3}`, similarity: 1 },
  ...{ start: 0, end: 1, short: false },
}));
const counts: readonly CountedPairRow[] = pairs.map(({ a, b }) => ({
  ...{ a, b, codf: 1, dfA: 2, dfB: 20, tfA: 2, tfB: 20 },
}));
const measure = { permutations: 4, strata: 1 } as const;

test("each shuffled pair gets the count of its own row, and 0 without one", () => {
  const shuffles = planStudyShuffles(pairs, counts, 1, measure);
  const { query } = shuffles;
  const rows = Array.from({ length: query.pairs.length / 2 }, (_, i) => ({
    ...{ a: query.pairs[2 * i]!, b: query.pairs[2 * i + 1]!, codf: i % 3 },
  }));
  const found = recountedShuffles(
    shuffles,
    rows.filter(({ codf }) => codf > 0),
  )("t", 1)!;
  const names = (a: number, b: number, phrases: readonly string[]) =>
    `${phrases[a]!} ${phrases[b]!}`;
  const expected = new Map(rows.map(({ a, b, codf }) => [names(a, b, query.phrases), codf]));
  for (let i = 0; i < found.codf.length; i++) {
    const [a, b] = [found.plan.pairs[2 * i]!, found.plan.pairs[2 * i + 1]!];
    expect(found.codf[i]).toBe(expected.get(names(a, b, found.plan.phrases)));
  }
  expect(found.codf.length).toBe(rows.length);
});

test("counts of another plan's pairs are refused", () => {
  const shuffles = planStudyShuffles(pairs, counts, 1, measure);
  const size = shuffles.query.phrases.length;
  for (const [a, b] of [
    [0, 0],
    [0, size],
    [size, 0],
  ] as const)
    expect(() => recountedShuffles(shuffles, [{ a, b, codf: 1 }])).toThrow(/counts the pair/);
});

test("a run shuffles 5 million pairs at most, at least five times, and a sample from a million on", () => {
  expect([30, 25_000, 50_000, 999_999].map((size) => shuffleBudget(size, "auto"))).toEqual([
    { permutations: 200, pairs: 30 },
    { permutations: 200, pairs: 25_000 },
    { permutations: 100, pairs: 50_000 },
    { permutations: 5, pairs: 999_999 },
  ]);
  expect(shuffleBudget(1_000_000, "auto")).toEqual({ permutations: 50, pairs: 100_000 });
  expect(shuffleBudget(1_000_000, 7)).toEqual({ permutations: 7, pairs: 1_000_000 });
});

test("a sample is of whole examples, as many as its size takes, the same each time", () => {
  const rows = Array.from({ length: 1000 }, (_, i) => ({ ...pairs[0]!, example: `e${i >> 4}` }));
  const chosen = sampleExamples(rows, 100, createRng(1));
  const size = rows.filter(({ example }) => chosen.has(example)).length;
  expect(size).toBeGreaterThan(100 - 16);
  expect(size).toBeLessThanOrEqual(100);
  expect(sampleExamples(rows.slice().reverse(), 100, createRng(1))).toEqual(chosen);
});

test("beside a large group a small one keeps its rows, and a hundred groups keep to the size", () => {
  expect(sharesOf([1_200_000, 200], 100_000)).toEqual([99_800, 200]);
  expect(sharesOf([30, 50], 80)).toEqual([30, 50]);
  const many = sharesOf(
    Array.from({ length: 100 }, (_, i) => 20_000 * (i + 1)),
    100_000,
  );
  expect(Math.min(...many)).toBeGreaterThanOrEqual(500);
  const total = many.reduce((sum, share) => sum + share, 0);
  expect(total).toBeLessThanOrEqual(100_000);
  expect(total).toBeGreaterThan(99_900);
});

test("pairs whose input no document holds spend nothing of the budget, and change no shuffle", () => {
  const unread = Array.from({ length: 60_000 }, (_, i) => ({
    ...{ ...pairs[0]!, example: `u${i}`, a: `unread${i}` },
  }));
  const uncounted = unread.map(({ a, b }) => ({
    ...{ a, b, codf: 0, dfA: 0, dfB: 20, tfA: 0, tfB: 20 },
  }));
  const options = { permutations: "auto", strata: 1 } as const;
  const alone = planStudyShuffles(pairs, counts, 1, options);
  const among = planStudyShuffles([...unread, ...pairs], [...uncounted, ...counts], 1, options);
  expect(shuffleBudget(unread.length + pairs.length, "auto").permutations).toBeLessThan(100);
  expect(among.groups[0]!.plan.permutations).toBe(200);
  expect(among.query).toEqual(alone.query);
});
