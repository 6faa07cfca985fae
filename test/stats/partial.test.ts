import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pearson, spearman } from "#rote/stats/correlation.js";
import { partialSpearman } from "#rote/stats/partial.js";
import { midRanks } from "#rote/stats/ranks.js";

/** Residuals of a regression on columns by Gram–Schmidt, the textbook way. */
function residuals(y: Float64Array, controls: readonly Float64Array[]): Float64Array {
  const dot = (a: Float64Array, b: Float64Array): number =>
    a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  const basis: Float64Array[] = [];
  const reduce = (column: Float64Array): Float64Array =>
    basis.reduce((left, axis) => {
      const slope = dot(left, axis) / dot(axis, axis);
      return left.map((value, i) => value - slope * axis[i]!);
    }, column);
  for (const column of [y.map(() => 1), ...controls]) {
    const left = reduce(column);
    if (dot(left, left) > 1e-9) basis.push(left);
  }
  return reduce(y);
}

function naivePartial(x: Float64Array, y: Float64Array, controls: readonly Float64Array[]): number {
  const ranks = controls.map(midRanks);
  const [left, right] = [residuals(midRanks(x), ranks), residuals(midRanks(y), ranks)];
  return pearson(left, right).value ?? NaN;
}

const row = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 5, maxLength: 5 });

test("equals the correlation of residuals of the ranks, with one to three controls", () => {
  fc.assert(
    fc.property(
      fc.array(row, { minLength: 8, maxLength: 40 }),
      fc.integer({ min: 1, max: 3 }),
      (rows, count) => {
        const column = (index: number): Float64Array =>
          Float64Array.from(rows, (values) => values[index]!);
        const controls = Array.from({ length: count }, (_, i) => column(i + 2));
        const named = controls.map((values, i) => ({ name: `control ${i}`, values }));
        const found = partialSpearman(column(0), column(1), named);
        if (found.value === undefined) return;
        expect(found.value).toBeCloseTo(naivePartial(column(0), column(1), controls), 9);
      },
    ),
    { numRuns: 1000 },
  );
});

describe("a control that controls nothing is named", () => {
  const x = Float64Array.of(1, 2, 3, 4, 5, 6);
  const y = Float64Array.of(2, 1, 4, 3, 6, 5);
  const alike = { name: "df(a)", values: Float64Array.of(7, 7, 7, 7, 7, 7) };
  const length = { name: "length", values: Float64Array.of(3, 1, 2, 6, 4, 5) };

  test("constant: the value is that without it", () => {
    const found = partialSpearman(x, y, [alike]);
    expect(found.value).toBeCloseTo(spearman(x, y).value!, 14);
    expect(found).toMatchObject({ constant: ["df(a)"], redundant: [], degreesOfFreedom: 4 });
  });

  test("redundant: the second of two that say the same", () => {
    const twin = { name: "twice", values: length.values.map((value) => 2 * value) };
    const found = partialSpearman(x, y, [alike, length, twin]);
    expect(found.value).toBeCloseTo(partialSpearman(x, y, [length]).value!, 12);
    expect(found).toMatchObject({ constant: ["df(a)"], redundant: ["twice"], degreesOfFreedom: 3 });
  });

  test("a control that is x itself leaves nothing", () => {
    expect(partialSpearman(x, y, [{ name: "x again", values: x }])).toMatchObject({
      value: undefined,
      undefinedBecause: "the controls leave nothing of x or y that varies",
    });
  });
});

test.each([
  [[1, 2], [1, 2], [1, 2], "2 of at least 3 points"],
  [[1, 1, 1], [1, 2, 3], [1, 2, 3], "all 3 values of x are equal"],
  [[1, 2, 3], [1, 2, NaN], [1, 2, 3], "value 3 of y is not a number"],
  [[1, 2, 3], [1, 3, 2], [1, 2], "z has 2 values and x 3"],
  [[1, 2, 3], [1, 3, 2], [2, 1, 3], "3 points are too few for 1 controls"],
])("x %j, y %j, z %j: %s", (x, y, z, reason) => {
  const found = partialSpearman(Float64Array.from(x), Float64Array.from(y), [
    { name: "z", values: Float64Array.from(z) },
  ]);
  expect(found).toMatchObject({ value: undefined, undefinedBecause: reason, pValue: undefined });
});
