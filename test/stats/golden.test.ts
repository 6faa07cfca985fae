import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { kendallTauB, pearson, spearman } from "#rote/stats/correlation.js";
import { benjaminiHochberg, holm } from "#rote/stats/multiple-testing.js";
import { normalCdf, normalQuantile, normalUpperTail } from "#rote/stats/normal.js";
import { wilsonInterval } from "#rote/stats/proportion.js";
import { midRanks } from "#rote/stats/ranks.js";

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
  };
}
const golden: Golden = present
  ? (JSON.parse(readFileSync(path, "utf8")) as Golden)
  : {
      correlations: [],
      multiple_testing: [],
      proportions: [],
      distributions: { normal_quantile: {}, normal_sf: {} },
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
});
