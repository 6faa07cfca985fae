import { expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { joinRows, type ScoreRow } from "#rote/memorization/rows.js";
import { spearman } from "#rote/stats/correlation.js";
import { estimateParts } from "#rote/study/part-estimates.js";
import type { ExampleRow } from "#rote/study/tables.js";

const subjects = ["virology", "econometrics", "anatomy"] as const;
const rng = createRng("parts");
/** 3 subjects × 30 examples × 2 pairs; in virology alone the model follows the corpus. */
const points = subjects.flatMap((group) =>
  Array.from({ length: 60 }, (_, i) => {
    const codf = rng.int(20);
    const follows = group === "virology" ? codf : 0;
    return {
      ...{ task: "mmlu", model: "small", n: 3, group, example: `${group}:${i >> 1}` },
      ...{ a: `a ${group} ${i}`, b: `b ${group} ${i}`, codf, dfA: 20, dfB: 30 },
      logLikelihood: follows + 3 * rng.next() - 30,
    };
  }),
);
const ids = [...new Set(points.map(({ example }) => example)), "professional_law:0"];
const examples = ids.map(
  (id) => ({ id, task: "mmlu", group: id.replace(/:.*/, "") }) as ExampleRow,
);
const tasks = [
  { name: "mmlu", format: "mmlu", n: [3, 5] },
  { name: "ungrouped", n: [2] },
] as const;
const options = { resamples: 200, permutations: 100, clusteredBy: "group" } as const;
const found = await estimateParts(
  joinRows(points, points as readonly ScoreRow[]),
  tasks,
  examples,
  {
    ...{ ...options, rng: createRng(1) },
  },
);
const of = (name: string) => found.estimates.find(({ part }) => part.name === name)!;

test("lists and groups of a task have the correlation of their own points, at its first n", () => {
  expect(found.estimates.map(({ part }) => `${part.kind} ${part.name}`)).toEqual([
    "list knowledge",
    "list reasoning",
    ...["anatomy", "econometrics", "professional_law", "virology"].map((name) => `group ${name}`),
  ]);
  for (const group of subjects) {
    const own = points.filter((point) => point.group === group);
    const { value, points: size, examples: of30, n, method } = of(group);
    expect([size, of30, n, method]).toEqual([60, 30, 3, "spearman"]);
    const expected = spearman(
      Float64Array.from(own, ({ codf, dfA }) => codf / dfA),
      Float64Array.from(own, ({ logLikelihood }) => logLikelihood),
    );
    expect(value).toBeCloseTo(expected.value!, 12);
  }
  expect(of("virology").value).toBeGreaterThan(of("virology").null!.high);
});

test("a single group resamples its examples, a list the groups where the study does", () => {
  expect(of("virology")).toMatchObject({ clusteredBy: "example", clusters: 30 });
  expect(of("virology").interval!.low).toBeGreaterThan(0.5);
  // Anatomy and virology ask for knowledge: two groups are too few for an interval.
  expect(of("knowledge")).toMatchObject({ clusteredBy: "group", clusters: 2, value: null });
});

test("a part without a pair says so and is no test, and parts are corrected among themselves", () => {
  const law = of("professional_law");
  expect([law.value, law.points]).toEqual([null, 0]);
  expect(law.undefinedBecause).toMatch(/^inconclusive: /);
  const tests = found.estimates.filter(({ pValue }) => pValue !== null);
  expect(found.family).toEqual({ tests: 3, missing: 3 });
  const smallest = Math.min(...tests.map(({ pValue }) => pValue!));
  expect(of("virology").adjusted.holm).toBeCloseTo(3 * smallest, 12);
});

test("a part has the same digits whatever other parts there are", async () => {
  const alone = examples.filter(({ group }) => group !== "econometrics");
  const again = await estimateParts(joinRows(points, points as readonly ScoreRow[]), tasks, alone, {
    ...{ ...options, rng: createRng(1) },
  });
  const virology = again.estimates.find(({ part }) => part.name === "virology")!;
  expect({ ...virology, adjusted: null }).toEqual({ ...of("virology"), adjusted: null });
});
