/** The rank correlations an estimate is given in. */
import {
  kendallTauBUnderWeights,
  spearmanUnderWeights,
  type WeightedStatistic,
} from "../stats/correlation.ts";
import { type DenseRanks, denseRanks } from "../stats/ranks.ts";

export interface RankVariant {
  readonly method: "spearman" | "kendall-tau-b";
  /** Whether points of x = -Infinity take part. */
  readonly zeros: "kept" | "dropped";
}

export const rankVariants: readonly RankVariant[] = [
  { method: "spearman", zeros: "kept" },
  { method: "spearman", zeros: "dropped" },
  { method: "kendall-tau-b", zeros: "kept" },
];

/** A correlation over fewer points is not worth its name. */
export const fewestPoints = 10;

const statistics = { spearman: spearmanUnderWeights, "kendall-tau-b": kendallTauBUnderWeights };

/** The correlation of two ranked sides as a function of the points' weights. */
export function rankStatistic(
  { method }: RankVariant,
  x: DenseRanks,
  y: DenseRanks,
): WeightedStatistic {
  return statistics[method](x, y);
}

/** Every variant's value for each of many x against one y; NaN where it is undefined. One array a variant. */
export function valuesOverShuffles(
  shuffles: Iterable<Float64Array>,
  y: Float64Array,
  variants: readonly RankVariant[],
): readonly Float64Array[] {
  const values: number[][] = variants.map(() => []);
  const yRanks = denseRanks(y);
  const ones = new Float64Array(y.length).fill(1);
  for (const x of shuffles) {
    const xRanks = denseRanks(x);
    const nonzero = (_: number, i: number): boolean => x[i]! > -Infinity;
    variants.forEach((variant, i) => {
      if (variant.zeros === "kept") {
        values[i]!.push(rankStatistic(variant, xRanks, yRanks)(ones));
        return;
      }
      const [left, right] = [x.filter(nonzero), y.filter(nonzero)];
      const statistic = rankStatistic(variant, denseRanks(left), denseRanks(right));
      values[i]!.push(left.length < fewestPoints ? NaN : statistic(ones.subarray(0, left.length)));
    });
  }
  return values.map((own) => Float64Array.from(own));
}
