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
import { logProbability, smoothed, type Smoothing } from "./task-gram-probability.ts";

/** Counts of pairs, and where those of each point begin. */
export interface PairCounts {
  /** Documents that hold both phrases of a pair, and its a. */
  readonly codf: Float64Array;
  readonly dfA: Float64Array;
  /** What codf is divided by where that is not df(a): a's occurrences, or its documents under another policy. */
  readonly denominator?: Float64Array | undefined;
  /** Documents that hold each point's b; 0 only where codf is. */
  readonly dfB: Float64Array;
  /** The pairs of point i stand from starts[i] to starts[i + 1]; absent where every pair is a point. */
  readonly starts?: Uint32Array | undefined;
  /** Absent: P(b|a) as counted. */
  readonly smoothing?: Smoothing | undefined;
  /** Whether the columns `bound` and `known` are wanted. */
  readonly censored?: boolean | undefined;
  /** Whether `dfAAlone` and `dfBAlone` are. */
  readonly alone?: boolean | undefined;
}

/** What a shuffle of inputs changes, one entry a point. */
export interface CorpusColumns {
  /** Ordered as log P(b|a): −∞ where no pair of the point meets, unless smoothed. */
  readonly corpus: Float64Array;
  /** 1 where a pair of the point meets, else 0. */
  readonly meets: Float64Array;
  /** log df(a). */
  readonly dfA: Float64Array;
  /** Ordered as pointwise mutual information: log P(b|a) / df(b). */
  readonly information: Float64Array;
  /** log P(b|a) as counted, of a pair that never meets the limit below which it lies, log 1/df(a). */
  readonly bound?: Float64Array;
  /** 1 where all pairs of the point meet, so that `bound` is its value; else 0. */
  readonly known?: Float64Array;
  /** Documents that hold a without b, and b without a; of several pairs the mean. */
  readonly dfAAlone?: Float64Array;
  readonly dfBAlone?: Float64Array;
}

/** The columns under a view of zeros; points of which no pair meets have values in both. */
export function corpusColumns(counts: PairCounts, zeros: "kept" | "dropped"): CorpusColumns {
  const { codf, dfA, starts, denominator = dfA, censored = false } = counts;
  const { corpus, information } = logProbabilities(counts);
  const met = codf.map((count) => (count > 0 ? 1 : 0));
  const logs = dfA.map(Math.log);
  const bound = (): Float64Array =>
    codf.map((count, i) => logProbability(Math.max(1, count), denominator[i]!));
  if (starts === undefined)
    return {
      ...{ corpus, meets: met, dfA: logs, information },
      ...(censored ? { bound: bound(), known: met } : {}),
      ...aloneColumns(counts),
    };
  const order = (values: Float64Array): Float64Array =>
    zeros === "kept" ? orderOfMeans(values, starts) : orMinusInfinity(meansOf(values, starts, met));
  const [frequency, ofMet] = [meansOf(logs, starts), meansOf(logs, starts, met)];
  return {
    ...{ corpus: order(corpus), information: order(information) },
    meets: extremeOf(met, starts, Math.max),
    dfA:
      zeros === "kept"
        ? frequency
        : ofMet.map((own, i) => (Number.isNaN(own) ? frequency[i]! : own)),
    ...(censored
      ? { bound: meansOf(bound(), starts), known: extremeOf(met, starts, Math.min) }
      : {}),
    ...aloneColumns(counts),
  };
}

/** Documents of one side of each pair that do not hold the other, where they are wanted. */
function aloneColumns(counts: PairCounts): Pick<CorpusColumns, "dfAAlone" | "dfBAlone"> {
  const { codf, dfA, starts, alone = false } = counts;
  if (!alone) return {};
  const dfB = dfBOfPairs(counts);
  const without = (df: Float64Array): Float64Array => df.map((count, i) => count - codf[i]!);
  const ofPoints = (values: Float64Array): Float64Array =>
    starts === undefined ? values : meansOf(values, starts);
  return { dfAAlone: ofPoints(without(dfA)), dfBAlone: ofPoints(without(dfB)) };
}

function dfBOfPairs({ codf, dfB, starts }: PairCounts): Float64Array {
  if (starts === undefined) return dfB;
  const ofPairs = new Float64Array(codf.length);
  eachPoint(starts, (point, from, to) => ofPairs.fill(dfB[point]!, from, to));
  return ofPairs;
}

/** log P(b|a) and the same over df(b), of every pair. */
function logProbabilities(counts: PairCounts): Pick<CorpusColumns, "corpus" | "information"> {
  const { codf, dfA, smoothing, denominator = dfA } = counts;
  const ofPairs = dfBOfPairs(counts);
  if (smoothing === undefined)
    return {
      corpus: codf.map((count, i) => Math.log(count / denominator[i]!)),
      // Divided once, by a whole number: equal shares of other counts tie.
      information: codf.map((count, i) =>
        count === 0 ? -Infinity : Math.log(count / (dfA[i]! * ofPairs[i]!)),
      ),
    };
  const probability = (i: number, by: Float64Array): number =>
    smoothed(codf[i]!, by[i]!, ofPairs[i]!, smoothing);
  return {
    corpus: codf.map((_, i) => Math.log(probability(i, denominator))),
    information: codf.map((_, i) =>
      ofPairs[i] === 0 ? -Infinity : Math.log(probability(i, dfA) / ofPairs[i]!),
    ),
  };
}

/** Whether a pair of each point meets. */
export function meetings({ codf, starts }: Pick<PairCounts, "codf" | "starts">): Uint8Array {
  const met = Uint8Array.from(codf, (count) => Number(count > 0));
  return starts === undefined ? met : extremeOf(met, starts, Math.max);
}

/** The mean of the values of each point's pairs, rounded; NaN where one is, or where none is included. */
export function meansOf(
  values: Float64Array,
  starts: Uint32Array,
  included?: Float64Array,
): Float64Array {
  const means = new Float64Array(starts.length - 1);
  eachPoint(starts, (point, from, to) => {
    let [sum, count] = [0, 0];
    for (let i = from; i < to; i++) {
      if (included?.[i] === 0) continue;
      sum += values[i]!;
      count++;
    }
    means[point] = round(sum / count);
  });
  return means;
}

/** Numbers in the order of the means as −∞ is approached; −∞ where all values of a point are. */
function orderOfMeans(values: Float64Array, starts: Uint32Array): Float64Array {
  const finite = values.map((own) => (own > -Infinity ? 1 : 0));
  const means = orMinusInfinity(meansOf(values, starts, finite));
  if (!finite.includes(0)) return means;
  const shares = meansOf(finite, starts);
  // Of points with one share, the means over all pairs are in the order of those over the finite ones.
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

function extremeOf<T extends Float64Array | Uint8Array>(
  values: T,
  starts: Uint32Array,
  extreme: (a: number, b: number) => number,
): T {
  const found = values.slice(0, starts.length - 1) as T;
  eachPoint(starts, (point, from, to) => {
    found[point] = values[from]!;
    for (let i = from + 1; i < to; i++) found[point] = extreme(found[point], values[i]!);
  });
  return found;
}

function eachPoint(
  starts: Uint32Array,
  visit: (point: number, from: number, to: number) => void,
): void {
  for (let point = 0; point + 1 < starts.length; point++)
    visit(point, starts[point]!, starts[point + 1]!);
}

const orMinusInfinity = (values: Float64Array): Float64Array =>
  values.map((own) => (Number.isNaN(own) ? -Infinity : own));

const round = (value: number): number =>
  Number.isFinite(value) ? Math.round(value * 1e10) / 1e10 : value;
