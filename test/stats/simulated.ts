/** Samples whose truth is known, and how often something held over many of them. */
import { expect } from "vitest";
import type { Rng } from "#rote/base/random.js";
import type { Interval } from "#rote/stats/estimate.js";

/** Columns of points in clusters; points of a cluster share most of their values. */
export interface Sample {
  readonly clusters: Uint32Array;
  readonly columns: readonly Float64Array[];
}

/**
 * Clusters of 1 to 3 points, of normal variates whose correlations are those of `mix`: column i is the sum
 * of the first i + 1 independent variates, weighted by row i of `mix`. Four fifths of the variance is the
 * cluster's own, so that points count for little more than clusters.
 */
export function drawClusters(rng: Rng, count: number, mix: readonly (readonly number[])[]): Sample {
  const sizes = Array.from({ length: count }, (_, cluster) => 1 + (cluster % 3));
  const clusters = Uint32Array.from(sizes.flatMap((size, i) => Array<number>(size).fill(i)));
  const columns = mix.map(() => new Float64Array(clusters.length));
  let shared: readonly number[] = [];
  clusters.forEach((cluster, point) => {
    if (cluster !== clusters[point - 1]) shared = mix.map(() => rng.normal());
    const own = mix.map(() => rng.normal());
    for (const [i, weights] of mix.entries())
      columns[i]![point] = weights.reduce(
        (sum, weight, k) => sum + weight * (Math.sqrt(0.8) * shared[k]! + Math.sqrt(0.2) * own[k]!),
        0,
      );
  });
  return { clusters, columns };
}

/** Two columns of correlation r. */
export const pairMix = (r: number): number[][] => [[1], [r, Math.sqrt(1 - r * r)]];

/** Spearman's correlation of normal variates of correlation r (Kruskal 1958). */
export const normalSpearman = (r: number): number => (6 / Math.PI) * Math.asin(r / 2);

/** Kendall's of the same. */
export const normalKendall = (r: number): number => (2 / Math.PI) * Math.asin(r);

/** Counts intervals that cover a truth. */
export class Coverage {
  readonly #truth: number;
  #runs = 0;
  #covered = 0;

  constructor(truth: number) {
    this.#truth = truth;
  }

  add({ low, high }: Interval): void {
    this.#runs++;
    if (low <= this.#truth && this.#truth <= high) this.#covered++;
  }

  get share(): number {
    return this.#covered / this.#runs;
  }
}

/** The bar for a 95 % interval. */
export function expectCovers95({ share }: Coverage): void {
  expect(share).toBeGreaterThanOrEqual(0.93);
  expect(share).toBeLessThanOrEqual(0.97);
}

/**
 * The largest gap between the shares of p-values up to p and p (Kolmogorov & Smirnov), below what chance
 * exceeds in one case of a hundred, 1.628 / √n. `steps`: p-values lie on 1/steps … 1, as those of a
 * permutation test do, and only there.
 */
export function expectUniform(pValues: readonly number[], steps?: number): void {
  const ascending = Float64Array.from(pValues).sort();
  const count = ascending.length;
  const upTo = (p: number): number => ascending.filter((own) => own <= p + 1e-9).length / count;
  const gaps =
    steps === undefined
      ? Array.from(ascending, (p, i) => Math.max(p - i / count, (i + 1) / count - p))
      : Array.from({ length: steps }, (_, k) => Math.abs(upTo((k + 1) / steps) - (k + 1) / steps));
  expect(Math.max(...gaps)).toBeLessThan(1.628 / Math.sqrt(count));
}

/** A share of `runs` that differs from `expected` by no more than three standard errors. */
export function expectShare(share: number, expected: number, runs: number): void {
  const error = Math.sqrt((expected * (1 - expected)) / runs);
  expect(Math.abs(share - expected)).toBeLessThan(3 * error);
}
