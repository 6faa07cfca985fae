/**
 * The corpus's side of points, as columns that are ranked. A point is a pair, or all pairs of one b of an
 * example (`starts`); then its log P(b|a) is the mean over its pairs:
 *
 *   zeros dropped  over the pairs that meet, as in the code released with Wang et al. 2025
 *   zeros kept     over all, in the order that the means take as log 0 goes to −∞: first by the share of
 *                  pairs that meet, then by the mean. Nothing is dropped, and a point of which no pair meets
 *                  is lowest. For a point of one pair this is the pair's own rank.
 *
 * Means are rounded to 10^-10, so that equal ones tie however they were added up.
 */
import { logProbability } from "./task-gram-probability.ts";

/** Counts of pairs, and where those of each point begin. */
export interface PairCounts {
  /** Documents that hold both phrases of a pair, and its a. */
  readonly codf: Float64Array;
  readonly dfA: Float64Array;
  /** Documents that hold each point's b; 0 only where codf is. */
  readonly dfB: Float64Array;
  /** The pairs of point i stand from starts[i] to starts[i + 1]; absent where every pair is a point. */
  readonly starts?: Uint32Array | undefined;
}

/** What a shuffle of inputs changes, one entry a point. */
export interface CorpusColumns {
  /** Ordered as log P(b|a): −∞ where no pair of the point meets. */
  readonly corpus: Float64Array;
  /** 1 where a pair of the point meets, else 0. */
  readonly meets: Float64Array;
  /** log df(a). */
  readonly dfA: Float64Array;
  /** Ordered as pointwise mutual information: log codf / (df(a) · df(b)). */
  readonly information: Float64Array;
}

/** The columns under a view of zeros; points of which no pair meets have values in both. */
export function corpusColumns(counts: PairCounts, zeros: "kept" | "dropped"): CorpusColumns {
  const { codf, dfA, dfB, starts } = counts;
  const corpus = codf.map((count, i) => logProbability(count, dfA[i]!));
  const columns = {
    corpus,
    meets: codf.map((count) => (count > 0 ? 1 : 0)),
    dfA: dfA.map(Math.log),
  };
  if (starts === undefined) {
    const information = codf.map((count, i) =>
      count === 0 ? -Infinity : Math.log(count / dfA[i]! / dfB[i]!),
    );
    return { ...columns, information };
  }
  const logDfB = dfB.map(Math.log);
  const information = corpus.slice();
  eachPoint(starts, (point, from, to) => {
    for (let i = from; i < to; i++) if (codf[i]! > 0) information[i]! -= logDfB[point]!;
  });
  const all = meansOf(columns.dfA, starts);
  const met = meansOf(columns.dfA, starts, (i) => codf[i]! > 0);
  return {
    corpus: orderOfMeans(corpus, starts, zeros),
    meets: maximumOf(columns.meets, starts),
    dfA: zeros === "kept" ? all : met.map((own, i) => (Number.isNaN(own) ? all[i]! : own)),
    information: orderOfMeans(information, starts, zeros),
  };
}

/** Whether a pair of each point meets. */
export function meetings({ codf, starts }: Pick<PairCounts, "codf" | "starts">): Uint8Array {
  const met = Uint8Array.from(codf, (count) => Number(count > 0));
  return starts === undefined ? met : maximumOf(met, starts);
}

/** The mean of the values of each point's pairs, rounded; NaN where one is, or where none is included. */
export function meansOf(
  values: Float64Array,
  starts: Uint32Array,
  included: (pair: number) => boolean = () => true,
): Float64Array {
  const means = new Float64Array(starts.length - 1);
  eachPoint(starts, (point, from, to) => {
    let [sum, count] = [0, 0];
    for (let i = from; i < to; i++) {
      if (!included(i)) continue;
      sum += values[i]!;
      count++;
    }
    means[point] = round(sum / count);
  });
  return means;
}

/** Numbers in the order of the means; −∞ where all values of a point are. */
function orderOfMeans(
  values: Float64Array,
  starts: Uint32Array,
  zeros: "kept" | "dropped",
): Float64Array {
  const finite = (i: number): boolean => values[i]! > -Infinity;
  const means = meansOf(values, starts, finite).map((own) => (Number.isNaN(own) ? -Infinity : own));
  if (zeros === "dropped" || values.every((own) => own > -Infinity)) return means;
  const shares = meansOf(
    Float64Array.from(values, (_, i) => Number(finite(i))),
    starts,
  );
  // Of points with one share, the means over all pairs are in the order of those over the pairs that meet.
  const compare = (i: number, j: number): number =>
    shares[i]! - shares[j]! || (shares[i] === 0 ? 0 : means[i]! - means[j]!);
  const order = Uint32Array.from(means.keys()).sort(compare);
  const numbers = new Float64Array(means.length);
  let number = 0;
  order.forEach((point, k) => {
    if (k > 0 && compare(order[k - 1]!, point) !== 0) number++;
    numbers[point] = shares[point] === 0 ? -Infinity : number;
  });
  return numbers;
}

function maximumOf<T extends Float64Array | Uint8Array>(values: T, starts: Uint32Array): T {
  const most = values.slice(0, starts.length - 1) as T;
  eachPoint(starts, (point, from, to) => {
    most[point] = values[from]!;
    for (let i = from + 1; i < to; i++) most[point] = Math.max(most[point], values[i]!);
  });
  return most;
}

function eachPoint(
  starts: Uint32Array,
  visit: (point: number, from: number, to: number) => void,
): void {
  for (let point = 0; point + 1 < starts.length; point++)
    visit(point, starts[point]!, starts[point + 1]!);
}

const round = (value: number): number =>
  Number.isFinite(value) ? Math.round(value * 1e10) / 1e10 : value;
