import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  kendallTauB,
  kendallTauBUnderWeights,
  pearson,
  spearman,
  spearmanUnderWeights,
} from "#rote/stats/correlation.js";
import { denseRanks, midRanks } from "#rote/stats/ranks.js";

// A tiny alphabet with both infinities: ties and constant sides are common.
const value = fc.constantFrom(-Infinity, -2, -1, 0, 0.5, 3, Infinity);
const point = fc.record({ x: value, y: value, weight: fc.nat(3) });
const points = fc.array(point, { maxLength: 25 });
type Points = readonly { x: number; y: number; weight: number }[];

const columns = (sample: Points): [Float64Array, Float64Array, Float64Array] => [
  Float64Array.from(sample, ({ x }) => x),
  Float64Array.from(sample, ({ y }) => y),
  Float64Array.from(sample, ({ weight }) => weight),
];
const expand = (sample: Points): Points =>
  sample.flatMap((entry) => Array.from({ length: entry.weight }, () => entry));

/** All pairs of points, counted one by one. */
function naiveTauB(sample: Points): number {
  let [score, untiedX, untiedY] = [0, 0, 0];
  const sign = (a: number, b: number): number => Number(a > b) - Number(a < b);
  sample.forEach((first, i) => {
    for (const second of sample.slice(i + 1)) {
      const [dx, dy] = [sign(first.x, second.x), sign(first.y, second.y)];
      score += dx * dy;
      untiedX += dx * dx;
      untiedY += dy * dy;
    }
  });
  return score / Math.sqrt(untiedX * untiedY);
}

const naiveMidRanks = (values: readonly number[]): Float64Array =>
  Float64Array.from(
    values,
    (a) => values.filter((b) => b < a).length + (values.filter((b) => b === a).length + 1) / 2,
  );

function naiveSpearman(sample: Points): number {
  const x = naiveMidRanks(sample.map((entry) => entry.x));
  const y = naiveMidRanks(sample.map((entry) => entry.y));
  return pearson(x, y).value ?? NaN;
}

/** Equal to rounding, or both undefined. */
function expectSame(actual: number, expected: number): void {
  if (Number.isNaN(expected)) expect(actual).toBeNaN();
  else expect(actual).toBeCloseTo(expected, 12);
}

describe("ranks", () => {
  test("mid-ranks equal those found by comparing all values", () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 30 }), (values) => {
        expect(midRanks(Float64Array.from(values))).toEqual(naiveMidRanks(values));
      }),
    );
  });

  test("-Infinity ties with itself at the lowest rank", () => {
    expect([...midRanks(Float64Array.of(-1, -Infinity, 2, -Infinity))]).toEqual([3, 1.5, 4, 1.5]);
  });

  test("NaN has no rank", () => {
    expect(() => midRanks(Float64Array.of(1, NaN))).toThrow("not NaN");
  });
});

describe("correlations under weights", () => {
  test("Spearman equals Pearson of the ranks of the points written out", () => {
    fc.assert(
      fc.property(points, (sample) => {
        const [x, y, weights] = columns(sample);
        expectSame(
          spearmanUnderWeights(denseRanks(x), denseRanks(y))(weights),
          naiveSpearman(expand(sample)),
        );
      }),
      { numRuns: 500 },
    );
  });

  test("Kendall's tau-b equals the count over all pairs of points written out", () => {
    fc.assert(
      fc.property(points, (sample) => {
        const [x, y, weights] = columns(sample);
        expectSame(
          kendallTauBUnderWeights(denseRanks(x), denseRanks(y))(weights),
          naiveTauB(expand(sample)),
        );
      }),
      { numRuns: 500 },
    );
  });

  test("a statistic may be asked again with other weights", () => {
    const x = denseRanks(Float64Array.of(1, 2, 3, 4));
    const y = denseRanks(Float64Array.of(1, 2, 4, 3));
    const ones = new Float64Array(4).fill(1);
    for (const statistic of [spearmanUnderWeights(x, y), kendallTauBUnderWeights(x, y)]) {
      const first = statistic(ones);
      expect(statistic(Float64Array.of(0, 0, 1, 1))).toBe(-1);
      expect(statistic(Float64Array.of(0, 2, 0, 0))).toBeNaN();
      expect(statistic(ones)).toBe(first);
    }
  });
});

describe("a correlation that is undefined says why", () => {
  test.each([
    [[], [], "0 of at least 2 points"],
    [[1], [1], "1 of at least 2 points"],
    [[-Infinity, -Infinity], [1, 2], "all 2 values of x are equal"],
    [[1, 2, 3], [7, 7, 7], "all 3 values of y are equal"],
    [[1, 2, 3], [1, NaN, 3], "value 2 of y is not a number"],
  ])("x %j, y %j: %s", (x, y, reason) => {
    for (const correlation of [spearman, kendallTauB]) {
      const result = correlation(Float64Array.from(x), Float64Array.from(y));
      expect(result).toEqual({ value: undefined, undefinedBecause: reason });
    }
  });
});

test("plain arrays give what typed ones give: values are ordered as numbers, not as text", () => {
  const [x, y] = [
    [2, 10, 100, 9],
    [-3, -20, -1, -100],
  ];
  for (const statistic of [spearman, kendallTauB, pearson])
    expect(statistic(x, y)).toEqual(statistic(Float64Array.from(x), Float64Array.from(y)));
  expect([...midRanks([10, 9, 100])]).toEqual([2, 1, 3]);
});
