import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { kendallTauB, pearson, spearman } from "#rote/stats/correlation.js";
import { benjaminiHochberg, holm } from "#rote/stats/multiple-testing.js";
import { normalCdf, normalQuantile, normalUpperTail } from "#rote/stats/normal.js";
import { wilsonInterval } from "#rote/stats/proportion.js";
import { partialSpearman } from "#rote/stats/partial.js";
import { midRanks } from "#rote/stats/ranks.js";
import { rocAuc } from "#rote/stats/roc.js";
import { studentCritical, studentTwoSided } from "#rote/stats/student.js";

// Values of scipy 1.17 and statsmodels 0.15.
const path = "../shared/data/golden/metrics/statistics.json";
const present = existsSync(path);
const title = present ? "reference values" : `reference values (skipped: no ${path})`;

type Value = number | "NaN";
interface Golden {
  readonly correlations: readonly {
    readonly name: string;
    readonly x: readonly number[];
    readonly y: readonly number[];
    readonly "spearman_two-sided": readonly [Value, Value];
    readonly kendall_tau_b_auto: readonly [Value, Value];
    readonly pearson: readonly [Value, Value];
    readonly ranks_x: readonly number[];
  }[];
  readonly partial: readonly {
    readonly name: string;
    readonly x: readonly number[];
    readonly y: readonly number[];
    readonly z: readonly (readonly number[])[];
    readonly partial_spearman: number;
    readonly df: number;
    readonly p: number;
  }[];
  readonly roc: readonly {
    readonly name: string;
    readonly y: readonly number[];
    readonly score: readonly number[];
    readonly auc: Value;
  }[];
  readonly multiple_testing: readonly {
    readonly name: string;
    readonly p: readonly number[];
    readonly holm: { readonly adjusted: readonly number[] };
    readonly fdr_bh: { readonly adjusted: readonly number[] };
  }[];
  readonly proportions: readonly {
    readonly k: number;
    readonly n: number;
    readonly confidence: number;
    readonly wilson: readonly [number, number];
  }[];
  readonly distributions: {
    readonly normal_quantile: Readonly<Record<string, number>>;
    readonly normal_sf: Readonly<Record<string, number>>;
    /** t, degrees of freedom, both tails. */
    readonly t_sf_two_sided: readonly (readonly [number, number, number])[];
  };
}
const golden: Golden = present
  ? (JSON.parse(readFileSync(path, "utf8")) as Golden)
  : {
      correlations: [],
      partial: [],
      roc: [],
      multiple_testing: [],
      proportions: [],
      distributions: { normal_quantile: {}, normal_sf: {}, t_sf_two_sided: [] },
    };

function expectClose(actual: number | undefined, expected: Value, relative = 1e-12): void {
  if (expected === "NaN") expect(actual).toBeUndefined();
  else
    expect(Math.abs(actual! - expected)).toBeLessThanOrEqual(relative * Math.abs(expected) + 1e-16);
}

describe.skipIf(!present)(title, () => {
  test("correlations and ranks", () => {
    expect(golden.correlations.length).toBeGreaterThan(10);
    for (const sample of golden.correlations) {
      const [x, y] = [Float64Array.from(sample.x), Float64Array.from(sample.y)];
      expectClose(spearman(x, y).value, sample["spearman_two-sided"][0]);
      expectClose(kendallTauB(x, y).value, sample.kendall_tau_b_auto[0]);
      expectClose(pearson(x, y).value, sample.pearson[0]);
      expect([...midRanks(x)], sample.name).toEqual(sample.ranks_x);
    }
  });

  test("Holm and Benjamini–Hochberg", () => {
    expect(golden.multiple_testing.length).toBeGreaterThan(2);
    for (const { p, ...adjusted } of golden.multiple_testing) {
      holm(p).forEach((value, i) => {
        expectClose(value!, adjusted.holm.adjusted[i]!);
      });
      benjaminiHochberg(p).forEach((value, i) => {
        expectClose(value!, adjusted.fdr_bh.adjusted[i]!);
      });
    }
  });

  test("Wilson's interval, exact at both ends", () => {
    expect(golden.proportions.length).toBeGreaterThan(5);
    for (const { k, n, confidence, wilson } of golden.proportions) {
      const { low, high } = wilsonInterval(k, n, { level: confidence });
      expectClose(low, wilson[0]);
      expectClose(high, wilson[1]);
    }
  });

  test("quantiles and tails of the normal distribution", () => {
    for (const [p, x] of Object.entries(golden.distributions.normal_quantile)) {
      expectClose(normalQuantile(Number(p)), x, 1e-13);
      expectClose(normalCdf(x), Number(p), 1e-11);
    }
    for (const [x, tail] of Object.entries(golden.distributions.normal_sf))
      expectClose(normalUpperTail(Number(x)), tail, 1e-12);
  });

  test("Spearman's p of independent points is that of Student's t", () => {
    for (const { x, y, "spearman_two-sided": expected } of golden.correlations) {
      const { value } = spearman(Float64Array.from(x), Float64Array.from(y));
      if (expected[1] === "NaN") continue;
      const t = value! * Math.sqrt((x.length - 2) / (1 - value! * value!));
      expectClose(studentTwoSided(t, x.length - 2), expected[1], 1e-10);
    }
  });

  test("tails and critical values of Student's t", () => {
    expect(golden.distributions.t_sf_two_sided.length).toBeGreaterThan(4);
    for (const [t, df, tail] of golden.distributions.t_sf_two_sided) {
      expectClose(studentTwoSided(t, df), tail, 1e-10);
      expectClose(studentCritical(tail, df), t, 1e-9);
    }
  });

  test("partial Spearman correlations, degrees of freedom and p", () => {
    expect(golden.partial.length).toBeGreaterThan(3);
    for (const { x, y, z, partial_spearman, df, p } of golden.partial) {
      const controls = z.map((values, i) => ({ name: `z${i}`, values: Float64Array.from(values) }));
      const found = partialSpearman(Float64Array.from(x), Float64Array.from(y), controls);
      expectClose(found.value, partial_spearman, 1e-10);
      expect(found.degreesOfFreedom).toBe(df);
      expectClose(found.pValue, p, 1e-9);
    }
  });

  test("areas under the ROC curve", () => {
    expect(golden.roc.length).toBeGreaterThan(5);
    for (const { y, score, auc } of golden.roc)
      expectClose(
        rocAuc(
          Float64Array.from(score),
          y.map((label) => label === 1),
        ).value,
        auc,
      );
  });
});
