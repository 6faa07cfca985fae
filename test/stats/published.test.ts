/** Values that others have published or computed, on data small enough to stand here. */
import { describe, expect, test } from "vitest";
import { kendallTauB, spearman } from "#rote/stats/correlation.js";
import { benjaminiHochberg, holm } from "#rote/stats/multiple-testing.js";
import { nullBand } from "#rote/stats/null-band.js";
import { permuteRankStatistics } from "#rote/stats/permutation.js";
import { wilsonInterval } from "#rote/stats/proportion.js";
import { quantile } from "#rote/stats/quantile.js";
import { rankSample } from "#rote/stats/rank-sample.js";
import { aucScoreInterval } from "#rote/stats/roc.js";
import { studentCritical, studentTwoSided } from "#rote/stats/student.js";
import { trend } from "#rote/stats/trend.js";

const digits = 12;

test("rank correlations of SciPy's documentation", () => {
  const rho = spearman(Float64Array.of(1, 2, 3, 4, 5), Float64Array.of(5, 6, 7, 8, 7));
  expect(rho.value).toBeCloseTo(0.82078268166812329, digits);
  const tau = kendallTauB(Float64Array.of(12, 2, 1, 12, 2), Float64Array.of(1, 4, 7, 1, 0));
  expect(tau.value).toBeCloseTo(-0.47140452079103173, digits);
});

describe("the 15 p-values of Benjamini & Hochberg 1995, section 3.2", () => {
  const p = [
    ...[0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344],
    ...[0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1],
  ];

  test("four are found by their procedure, three by Bonferroni's and Holm's", () => {
    expect(benjaminiHochberg(p).filter((own) => own! <= 0.05)).toHaveLength(4);
    expect(holm(p).filter((own) => own! <= 0.05)).toHaveLength(3);
  });

  test("adjusted as by statsmodels 0.15, multipletests", () => {
    const adjusted = {
      holm: [0.0015, 0.0056, 0.0247, 0.114, 0.2211, 0.278, 0.278, 0.278, 0.3213, 1, 1, 1, 1, 1, 1],
      bh: [
        ...[0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.06385714285714286, 0.06385714285714286],
        ...[0.0645, 0.0765, 0.486, 0.5811818181818182, 0.714875, 0.7532307692307693],
        ...[0.8132142857142857, 1],
      ],
    };
    holm(p).forEach((own, i) => {
      expect(own).toBeCloseTo(adjusted.holm[i]!, digits);
    });
    benjaminiHochberg(p).forEach((own, i) => {
      expect(own).toBeCloseTo(adjusted.bh[i]!, digits);
    });
  });
});

test.each([
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
])("Wilson's interval of %i in %i (Newcombe 1998, table I, method 3)", (k, n, low, high) => {
  const found = wilsonInterval(k, n);
  expect(found.low).toBeCloseTo(low, 4);
  expect(found.high).toBeCloseTo(high, 4);
});

test.each([
  [0.893, 51, 58, 0.8114766032282004, 0.939883234295849],
  [0.75, 20, 30, 0.5881593637435224, 0.8583025883761365],
  [1, 20, 20, 0.898668135763534, 1],
])("the interval of AUC %d: roots of its equation by SciPy's brentq", (auc, m, n, low, high) => {
  const found = aucScoreInterval(auc, { positives: m, negatives: n });
  expect(found.low).toBeCloseTo(low, 10);
  expect(found.high).toBeCloseTo(high, 10);
});

test("all 720 orders of six points: the exact p of SciPy's permutation_test, 42 in 720", () => {
  const x = Float64Array.of(1, 2, 3, 4, 5, 6);
  const y = Float64Array.of(2, 1, 4, 3, 6, 5.5);
  const sample = rankSample({ x, y }, Uint32Array.of(0, 1, 2, 3, 4, 5));
  const [values] = permuteRankStatistics(
    sample,
    [{ kind: "spearman", x: "x", y: "y" }],
    "x",
    orders([0, 1, 2, 3, 4, 5]),
  );
  const band = nullBand(spearman(x, y).value!, values!)!;
  expect(band.permutations).toBe(720);
  expect(band.pValue).toBeCloseTo((1 + 0.058333333333333334 * 720) / 721, digits);
});

function* orders(items: readonly number[], first: readonly number[] = []): Generator<Uint32Array> {
  if (items.length === 0) yield Uint32Array.from(first);
  for (const item of items)
    yield* orders(
      items.filter((other) => other !== item),
      [...first, item],
    );
}

test("quantiles of numpy.quantile, Student's t of tables and SciPy, a slope of numpy.polyfit", () => {
  const ascending = Float64Array.of(3, 1, 4, 1, 5, 9, 2, 6).sort();
  [0.025, 0.1, 0.5, 0.975].forEach((p, i) => {
    expect(quantile(ascending, p)).toBeCloseTo([1, 1, 3.5, 8.475][i]!, digits);
  });
  expect(studentCritical(0.05, 10)).toBeCloseTo(2.228138851986274, 10);
  expect(studentTwoSided(2.5, 7)).toBeCloseTo(0.04099221858575289, digits);
  const models = [7e7, 1.6e8, 4.1e8, 1e9].map((size, i) => {
    const value = [0.1, 0.18, 0.2, 0.31][i]!;
    return { size, value, replicates: Float64Array.of(value, value + 0.01 * i) };
  });
  expect(trend(models).slope).toBeCloseTo(0.1672830012586704, digits);
});
