/**
 * Values of several samples at one size: where tasks differ in clusters, their intervals and tests differ
 * by that alone. Each sample is cut to the smallest, again and again, without replacement.
 */
import { RoteError } from "../base/errors.ts";
import type { Rng } from "../base/random.ts";
import { quantile } from "./quantile.ts";
import { bootstrapRankStatistics } from "./rank-bootstrap.ts";
import type { RankSample } from "./rank-sample.ts";
import type { RankStatistic } from "./rank-statistic.ts";
import { mean } from "./summary.ts";

/** A statistic at a smaller size. */
export interface EqualSizeValue {
  /** Mean over the subsamples that define it; null where none does. */
  readonly value: number | null;
  /** The middle of the subsamples: how much a draw of this size decides. */
  readonly low: number | null;
  readonly high: number | null;
  readonly clusters: number;
  readonly subsamples: number;
}

/** Each sample's statistic over `clusters` clusters, by default as many as the smallest sample has. In the order of the samples. */
export async function equalSizeValues(
  samples: readonly { readonly sample: RankSample; readonly statistic: RankStatistic }[],
  {
    rng,
    subsamples = 200,
    level = 0.95,
    clusters = Math.min(...samples.map(({ sample }) => sample.clusterCount)),
  }: {
    readonly rng: Rng;
    readonly subsamples?: number;
    readonly level?: number;
    readonly clusters?: number;
  },
): Promise<readonly EqualSizeValue[]> {
  const smallest = Math.min(...samples.map(({ sample }) => sample.clusterCount));
  if (samples.length > 0 && !(clusters >= 1 && clusters <= smallest))
    throw new RoteError(
      "usage",
      `samples cannot be cut to ${clusters} clusters: the smallest has ${smallest}`,
    );
  return Promise.all(
    samples.map(async ({ sample, statistic }, i) => {
      const drawing = { rng: rng.fork(`sample ${i}`), resamples: subsamples, draws: clusters };
      const options = { ...drawing, replacement: false };
      const [values] = await bootstrapRankStatistics(sample, [statistic], options);
      const defined = values!.filter((value) => !Number.isNaN(value)).sort();
      const at = (p: number): number => quantile(defined, p);
      const none = { value: null, low: null, high: null };
      const found =
        defined.length === 0
          ? none
          : { value: mean(defined), low: at((1 - level) / 2), high: at((1 + level) / 2) };
      return { ...found, clusters, subsamples: defined.length };
    }),
  );
}
