/**
 * The points of one task and n as columns, shared by all models that scored the same pairs of the same
 * examples: what is ranked, resampled and shuffled once for all of them. Clusters are numbered over the
 * whole task, so that one stream of random numbers draws the same examples for every n and model, and
 * differences between them can be taken resample by resample.
 */
import { groupBy } from "../base/group-by.ts";
import { ascendingOrder, denseRanks } from "../stats/ranks.ts";
import { type RankSample, rankSample } from "../stats/rank-sample.ts";
import {
  type CorpusColumns,
  corpusColumns,
  meansOf,
  meetings,
  type PairCounts,
} from "./corpus-columns.ts";
import {
  infinityGramRules,
  type InfinityGramRule,
  type JoinedRows,
  type PointGroup,
} from "./rows.ts";
import type { Smoothing } from "./task-gram-probability.ts";

/** One model's log-probabilities of a set's points. */
export interface ModelScores {
  readonly model: string;
  readonly checkpoint: string | null;
  readonly logLikelihood: Float64Array;
  /** log P(b) after a context that says nothing of a. */
  readonly neutralLogLikelihood?: Float64Array | undefined;
}

/** What a point is: a pair of an example, or one b of it with the mean over its a. */
export type Unit = "pair" | "mean";

/** Columns of one entry a point; `codf`, `dfA` and `phrases` of one a pair (corpus-columns.ts). */
export interface PointSet extends PairCounts {
  readonly task: string;
  readonly n: number;
  readonly models: readonly ModelScores[];
  /** Characters of b. */
  readonly length: Float64Array;
  /** Each point's example, an index into `exampleIds`. */
  readonly example: Uint32Array;
  readonly exampleIds: readonly string[];
  /** Each point's independent unit, 0 to clusterCount − 1 over the task: its example, or what that belongs to. */
  readonly cluster: Uint32Array;
  readonly clusterCount: number;
  /** ln of b's ∞-gram probability by rule, NaN where it has none. */
  readonly infinityGram?: PointGroup["infinityGram"];
  /** The pairs, where they are known as phrases. */
  readonly phrases?: { readonly a: readonly string[]; readonly b: readonly string[] } | undefined;
}

/** How points are made of joined rows. */
export interface PointOptions {
  /** What is resampled: an example with its points, or all of what it belongs to. Default "example". */
  readonly clusteredBy?: "example" | "group" | undefined;
  /** Default "pair": every pair of an example. */
  readonly unit?: Unit | undefined;
  /** Default: P(b|a) as counted, 0 where codf is. */
  readonly smoothing?: Smoothing | undefined;
  /** Whether a correlation that takes zeros for censored is estimated too; default false. */
  readonly censored?: boolean | undefined;
  /** Numbers of the independent units by task, to which new ones are added: rows of several corpora share them. */
  readonly numbering?: Map<string, Map<string, number>> | undefined;
}

/** The point sets of joined rows, models that scored the same points together, in order of appearance. */
export function pointSetsOf(
  joined: JoinedRows,
  {
    clusteredBy = "example",
    unit = "pair",
    smoothing,
    censored,
    numbering = new Map(),
  }: PointOptions = {},
): readonly PointSet[] {
  const byTask = groupBy(joined.groups, ({ task }) => task);
  return [...byTask].flatMap(([task, groups]) => {
    const clusters = numbering.get(task) ?? new Map<string, number>();
    numbering.set(task, clusters);
    const numbered = groups.map((group) => numberClusters(group, clusters, clusteredBy));
    const alike: number[][] = [];
    for (const [i, group] of groups.entries()) {
      const known = alike.find(([first]) => sharePoints(groups[first!]!, group));
      if (known === undefined) alike.push([i]);
      else known.push(i);
    }
    return alike.map((members) => {
      const cluster = numbered[members[0]!]!;
      const models = members.map((i) => groups[i]!);
      const rules = { smoothing, censored };
      const set = setOf(models, joined, { cluster, clusterCount: clusters.size, ...rules });
      return unit === "pair" ? set : withMeans(set, models[0]!.b);
    });
  });
}

function numberClusters(
  { example, exampleIds, exampleGroups }: PointGroup,
  clusters: Map<string, number>,
  clusteredBy: "example" | "group",
): Uint32Array {
  const numbers = exampleIds.map((id, i) => {
    const group = clusteredBy === "group" ? exampleGroups[i] : null;
    const key = group == null ? `example ${id}` : `group ${group}`;
    const number = clusters.get(key) ?? clusters.size;
    clusters.set(key, number);
    return number;
  });
  return Uint32Array.from(example, (index) => numbers[index]!);
}

function sharePoints(first: PointGroup, second: PointGroup): boolean {
  const columns = ["example", "a", "b", "length"] as const;
  if (first.n === second.n && columns.every((name) => first[name] === second[name])) return true;
  return (
    first.n === second.n &&
    first.example.length === second.example.length &&
    first.exampleIds.every((id, i) => id === second.exampleIds[i]) &&
    columns.every((name) => first[name].every((value, i) => value === second[name][i]))
  );
}

function setOf(
  groups: readonly PointGroup[],
  { df, denominators, phrases }: JoinedRows,
  rest: Pick<PointSet, "cluster" | "clusterCount" | "smoothing" | "censored">,
): PointSet {
  const { task, n, example, exampleIds, a, b, codf, length } = groups[0]!;
  return {
    ...{ task, n, codf, length, example, exampleIds, ...rest },
    dfA: Float64Array.from(a, (phrase) => df[phrase]!),
    denominator: denominators && Float64Array.from(a, (phrase) => denominators[phrase]!),
    dfB: Float64Array.from(b, (phrase) => df[phrase]!),
    ...{ models: groups, infinityGram: groups[0]!.infinityGram },
    ...(phrases.length > 0 && {
      phrases: {
        a: Array.from(a, (phrase) => phrases[phrase]!),
        b: Array.from(b, (phrase) => phrases[phrase]!),
      },
    }),
  };
}

/** One point for each b of an example: means over its pairs, which are brought together. In order of appearance. */
function withMeans(set: PointSet, b: Uint32Array): PointSet {
  const numbers = new Map<number, number>();
  const phrases = b.reduce((most, phrase) => Math.max(most, phrase + 1), 0);
  const points = Float64Array.from(b, (phrase, pair) => {
    const key = set.example[pair]! * phrases + phrase;
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
  const together = ascendingOrder(denseRanks(points));
  const pairs = pointsAt(set, together);
  const starts = new Uint32Array(numbers.size + 1);
  for (const point of points) starts[point + 1]!++;
  for (let point = 0; point < numbers.size; point++) starts[point + 1]! += starts[point]!;
  const first = <T extends Float64Array | Uint32Array>(values: T): T =>
    values.slice(0, numbers.size).map((_, point) => values[starts[point]!]!) as T;
  const means = (values: Float64Array): Float64Array => meansOf(values, starts);
  return {
    ...{ ...pairs, starts, dfB: first(pairs.dfB), length: means(pairs.length) },
    ...{ example: first(pairs.example), cluster: first(pairs.cluster) },
    ...scoresOf(pairs, means),
  };
}

/** What a change of every column of scores makes of them. */
function scoresOf(
  { models, infinityGram }: PointSet,
  change: (values: Float64Array) => Float64Array,
): Pick<PointSet, "models" | "infinityGram"> {
  return {
    models: models.map(({ neutralLogLikelihood: neutral, ...scores }) => ({
      ...scores,
      logLikelihood: change(scores.logLikelihood),
      neutralLogLikelihood: neutral && change(neutral),
    })),
    infinityGram: infinityGram && {
      strict: change(infinityGram.strict),
      paper: change(infinityGram.paper),
      "back-off": change(infinityGram["back-off"]),
    },
  };
}

/** The points at some positions, in that order, with all their pairs. */
export function pointsAt(set: PointSet, positions: Uint32Array): PointSet {
  const at = <T extends Float64Array | Uint32Array>(values: T): T =>
    values.slice(0, positions.length).map((_, i) => values[positions[i]!]!) as T;
  const { starts } = set;
  const points = {
    ...{ ...set, dfB: at(set.dfB), length: at(set.length) },
    ...{ example: at(set.example), cluster: at(set.cluster), ...scoresOf(set, at) },
  };
  if (starts === undefined) return pairsAt(points, positions);
  const ends = new Uint32Array(positions.length + 1);
  positions.forEach((i, k) => (ends[k + 1] = ends[k]! + starts[i + 1]! - starts[i]!));
  const pairs = new Uint32Array(ends.at(-1)!);
  positions.forEach((i, k) => {
    for (let j = 0; j < ends[k + 1]! - ends[k]!; j++) pairs[ends[k]! + j] = starts[i]! + j;
  });
  return pairsAt({ ...points, starts: ends }, pairs);
}

/** The same points with the columns of pairs at some positions. */
function pairsAt(set: PointSet, positions: Uint32Array): PointSet {
  const { phrases, denominator } = set;
  const numbers = (values: Float64Array): Float64Array =>
    Float64Array.from(positions, (i) => values[i]!);
  return {
    ...{ ...set, codf: numbers(set.codf), dfA: numbers(set.dfA) },
    denominator: denominator && numbers(denominator),
    phrases: phrases && {
      a: Array.from(positions, (i) => phrases.a[i]!),
      b: Array.from(positions, (i) => phrases.b[i]!),
    },
  };
}

/** The points of which a pair co-occurs, of these the pairs that do. */
export function withoutZeros(set: PointSet): PointSet {
  const met = meetings(set);
  const points = pointsAt(
    set,
    Uint32Array.from(met.keys()).filter((i) => met[i] === 1),
  );
  const { starts, codf } = points;
  if (starts === undefined) return points;
  const pairs = Uint32Array.from(codf.keys()).filter((i) => codf[i]! > 0);
  const before = new Uint32Array(codf.length + 1);
  codf.forEach((count, i) => (before[i + 1] = before[i]! + Number(count > 0)));
  return pairsAt({ ...points, starts: starts.map((start) => before[start]!) }, pairs);
}

/** The points whose b has an ∞-gram probability. */
export function withInfinityGram(set: PointSet): PointSet {
  const columns = Object.values(set.infinityGram ?? {});
  const present = Uint32Array.from(set.example.keys()).filter((i) =>
    columns.every((values) => !Number.isNaN(values[i]!)),
  );
  return present.length === set.example.length ? set : pointsAt(set, present);
}

/** The column of a model's log-probabilities, and of what its prompt adds to them. */
export const modelColumn = (model: number): string => `model ${model}`;
export const gainColumn = (model: number): string => `gain of model ${model}`;
/** The column of ∞-gram probabilities under a rule. */
export const infinityGramColumn = (rule: InfinityGramRule): string => `infinity-gram ${rule}`;

/** What a shuffle leaves as it is. */
export function modelColumns({ models, length, dfB }: PointSet): Record<string, Float64Array> {
  const columns = models.flatMap(({ logLikelihood, neutralLogLikelihood: neutral }, i) => {
    const own: [string, Float64Array][] = [[modelColumn(i), logLikelihood]];
    if (neutral !== undefined)
      own.push([gainColumn(i), logLikelihood.map((value, point) => value - neutral[point]!)]);
    return own;
  });
  return { ...Object.fromEntries(columns), length, dfB };
}

/** All columns, ranked once. A column that holds NaN has no ranks and is left out. */
export function sampleOf(
  set: PointSet,
  corpus: CorpusColumns = corpusColumns(set, "kept"),
): RankSample {
  const columns = {
    ...{ ...corpus, ...modelColumns(set) },
    ...Object.fromEntries(
      infinityGramRules.flatMap((rule) =>
        set.infinityGram === undefined
          ? []
          : [[infinityGramColumn(rule), set.infinityGram[rule]] as const],
      ),
    ),
  };
  const ranked = Object.entries(columns).filter(([, values]) => !values.some(Number.isNaN));
  return rankSample(Object.fromEntries(ranked), set.cluster, set.clusterCount);
}

/** How many different values a column of indexes has. */
export function distinctCount(values: Uint32Array): number {
  return new Set(values).size;
}

/** The same points with clusters numbered from 0 without gaps: those that have points. */
export function compactClusters(set: PointSet): PointSet {
  const { groups, groupCount } = denseRanks(Float64Array.from(set.cluster));
  return { ...set, cluster: groups, clusterCount: groupCount };
}
