/** `measure` on arrays, through the package's own exports. */
import { createRng, measure, type MeasureColumns, type MemorizationEstimate } from "rote";
import { describe, expect, test } from "vitest";
import { spearman } from "#rote/stats/correlation.js";

const few = { resamples: 60, permutations: 20 };

/** Two points for each of `examples`; a third of the pairs never meet. */
function columns(
  examples = 30,
): MeasureColumns & { readonly dfA: number[]; readonly codf: number[] } {
  const rng = createRng(5);
  const points = Array.from({ length: 2 * examples }, (_, i) => i);
  const dfA = points.map(() => 10 + rng.int(10));
  const codf = points.map((i) => (i % 3 === 0 ? 0 : rng.int(10)));
  return {
    ...{ example: points.map((i) => Math.floor(i / 2)), codf, dfA, dfB: points.map(() => 12) },
    length: points.map((i) => 2 + (i % 7)),
    logLikelihood: {
      m: points.map((i) => Math.log((codf[i]! + 1) / dfA[i]!) + rng.normal()),
    },
  };
}

test("arrays give the estimates and drops of the rows they stand for", async () => {
  const given = columns();
  const { estimates, drops, family } = await measure(given, few);
  const x = Float64Array.from(given.codf, (count, i) => Math.log(count / given.dfA[i]!));
  const [first] = estimates;
  expect(first!.value).toBeCloseTo(
    spearman(x, Float64Array.from(given.logLikelihood.m as number[])).value!,
    13,
  );
  expect(first).toMatchObject({ task: "task", n: 1, model: "m", points: 60, examples: 30 });
  expect(first!.null).toMatchObject({ recounted: false, permutations: 20 });
  expect(estimates.map(({ measure: name, method }) => `${name} ${method}`)).toEqual([
    "distributional-memorization spearman",
    "distributional-memorization spearman",
    "distributional-memorization kendall-tau-b",
    "distributional-generalization kendall-distance",
    ...Array<string>(4).fill("distributional-memorization partial-spearman"),
    "zero-separation auc",
  ]);
  expect(family).toEqual({ tests: 8, missing: 1 });
  const count = (reason: string) => drops.find((row) => row.reason === reason)?.count;
  expect(count("codf=0")).toBe(given.codf.filter((own) => own === 0).length);
  expect(count("scored")).toBe(60);
});

test("points without a log-probability or a document of a are counted out, for each model its own", async () => {
  const given = columns();
  const [all, holes] = [
    given.logLikelihood.m as number[],
    [...(given.logLikelihood.m as number[])],
  ];
  const missing = holes.map((value, i) => (i === 3 ? null : i === 4 ? NaN : value));
  const { estimates, drops } = await measure(
    {
      ...{ ...given, logLikelihood: { all, holes: missing } },
      dfA: given.dfA.map((value, i) => (i === 0 ? 0 : value)),
    },
    few,
  );
  const counts = drops.filter(({ reason }) => reason !== "codf=0");
  expect(counts.map(({ reason, count, model }) => [reason, count, model])).toEqual([
    ["df(a)=0", 1, undefined],
    ["unmatched", 0, "all"],
    ["unmatched", 1, "holes"],
    ["not-a-number", 0, "all"],
    ["not-a-number", 1, "holes"],
    ["scored", 59, "all"],
    ["scored", 57, "holes"],
  ]);
  expect(
    estimates.filter(({ method }) => method === "spearman").map(({ points }) => points),
  ).toEqual(expect.arrayContaining([59, 57]));
});

test("tasks given together are one family, and without lengths there is no such control", async () => {
  const { length: _, ...given } = columns();
  const tasks = [
    { ...given, task: "one" },
    { ...columns(20), length: undefined, task: "two" },
  ];
  const { estimates } = await measure(tasks, few);
  expect(new Set(estimates.flatMap(({ controls }) => controls))).toEqual(new Set(["dfB", "dfA"]));
  const [one, two] = ["one", "two"].map((task) => estimates.find((row) => row.task === task)!);
  expect(one!.equalSize).toMatchObject({ clusters: 20 });
  expect(two!.equalSize!.value).toBeCloseTo(two!.value!, 12);
});

test.each([
  [{ codf: [1] }, "codf has 1 values for 60 points"],
  [{ logLikelihood: { m: [] } }, "logLikelihood of m has 0 values for 60 points"],
  [{ dfB: columns().dfA.map(() => 0) }, /point \d+ has codf \d+ with dfA \d+ and dfB 0/],
  [{ dfA: columns().dfA.map((own) => own + 0.5) }, "counts are whole numbers"],
] as const)("arrays that cannot be are refused: %j", async (change, message) => {
  await expect(measure({ ...columns(), ...change }, few)).rejects.toThrow(message);
});

describe("degenerate input is told, never NaN or a crash:", () => {
  const base = columns();
  const constant = (value: number): number[] => base.dfA.map(() => value);
  const some = (length: number): MeasureColumns =>
    ({
      ...Object.fromEntries(
        (["example", "codf", "dfA", "dfB", "length"] as const).map((key) => [
          key,
          Array.from(base[key] as number[]).slice(0, length),
        ]),
      ),
      logLikelihood: { m: (base.logLikelihood.m as number[]).slice(0, length) },
    }) as unknown as MeasureColumns;
  const cases: readonly (readonly [string, MeasureColumns, string])[] = [
    ["no pair", some(0), "0 pairs, and a correlation needs at least 10"],
    ["one pair", some(1), "1 pair, and a correlation needs at least 10"],
    ["one example", { ...base, example: constant(1) }, "the 60 pairs come from 1 example, and"],
    ["all zero", { ...base, codf: constant(0) }, "none of the 60 pairs co-occurs"],
    [
      "all equal in the corpus",
      { ...base, codf: constant(3), dfA: constant(12), dfB: constant(12) },
      "all 60 pairs have the same probability in the corpus, 0.25",
    ],
    [
      "all equal in the model",
      { ...base, logLikelihood: { m: constant(-2) } },
      "the model gives all 60 pairs the same log-probability, -2",
    ],
    [
      "a model that gives probability zero",
      { ...base, logLikelihood: { m: constant(-Infinity) } },
      "the same log-probability, -Infinity",
    ],
    [
      "a model that gives NaN alone",
      { ...base, logLikelihood: { m: constant(NaN) } },
      "0 pairs, and a correlation needs at least 10",
    ],
    ["a that no document holds", { ...base, dfA: constant(0), codf: constant(0) }, "0 pairs, and"],
    [
      "one pair that meets",
      { ...base, codf: base.codf.map((_, i) => Number(i === 1)) },
      "one side does not vary at all",
    ],
  ];

  test.each(cases)("%s", async (_, given, reason) => {
    const { estimates } = await measure(given, few);
    const [first] = estimates as [MemorizationEstimate];
    expect(first).toMatchObject({ value: null, interval: null, pValue: null, null: null });
    expect(first.undefinedBecause).toMatch(/^inconclusive: /);
    expect(first.undefinedBecause).toContain(reason);
    expectClear(estimates);
  });

  test("probability zero of some pairs, answers of one character and of 10^5 words", async () => {
    const values = (base.logLikelihood.m as number[]).map((own, i) =>
      i % 5 === 0 ? -Infinity : own,
    );
    const length = base.dfA.map((_, i) => (i % 2 === 0 ? 1 : 6e5));
    const { estimates } = await measure({ ...base, length, logLikelihood: { m: values } }, few);
    expect(estimates.every(({ value }) => value !== null)).toBe(true);
    expectClear(estimates);
  });

  test("two points that decide everything, and a control that is one side itself", async () => {
    const codf = base.codf.map((count) => Math.min(count, 5));
    const twin = { ...base, codf, dfA: constant(20), dfB: codf.map((count) => count + 1) };
    const { estimates } = await measure({ ...twin, length: codf }, few);
    const partial = estimates.find(({ controls }) => controls[0] === "length")!;
    expect(partial.undefinedBecause).toBe("inconclusive: the controls leave nothing that varies");
    expectClear(estimates);
  });

  test("every pair meets, so there is no zero to tell apart", async () => {
    const { estimates } = await measure(
      { ...base, codf: base.codf.map((count) => count + 1) },
      few,
    );
    const separation = estimates.find(({ method }) => method === "auc")!;
    expect(separation.undefinedBecause).toContain("all 60 pairs co-occur in the corpus");
    expectClear(estimates);
  });
});

/** No NaN anywhere, and a reason wherever there is no value, null or test. */
function expectClear(estimates: readonly MemorizationEstimate[]): void {
  for (const row of estimates) {
    expect(JSON.parse(JSON.stringify(row))).toEqual(JSON.parse(JSON.stringify(row, noNaN)));
    expect(row.value === null).toBe(row.undefinedBecause !== null);
    if (row.value === null) continue;
    expect(row.interval).not.toBeNull();
    expect(row.null === null).toBe(row.nullAbsentBecause !== undefined);
    expect(row.pValue === null).toBe(row.pValueAbsentBecause !== undefined);
  }
}

function noNaN(key: string, value: unknown): unknown {
  if (typeof value === "number" && Number.isNaN(value)) throw new Error(`${key} is NaN`);
  return value;
}
