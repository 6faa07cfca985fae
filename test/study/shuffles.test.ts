import { expect, test } from "vitest";
import { planStudyShuffles, recountedShuffles } from "#rote/study/shuffles.js";
import type { PairRow as CountedPairRow } from "#rote/counting/question.js";
import type { PairRow } from "#rote/study/tables.js";

const pairs: readonly PairRow[] = Array.from({ length: 30 }, (_, i) => ({
  ...{ task: "t", example: `e${i}`, n: 1, a: `a${i}`, b: `b${i % 3}`, similarity: 1 },
  ...{ start: 0, end: 1, short: false },
}));
const counts: readonly CountedPairRow[] = pairs.map(({ a, b }) => ({
  ...{ a, b, codf: 1, dfA: 2, dfB: 20, tfA: 2, tfB: 20 },
}));
const measure = { permutations: 4, strata: 1, bootstrap: 10, level: 0.95, zeros: "both" } as const;

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
