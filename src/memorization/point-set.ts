/**
 * The points of one task and n as columns, shared by all models that scored the same pairs of the same
 * examples: what is ranked, resampled and shuffled once for all of them. Clusters are numbered over the
 * whole task, so that one stream of random numbers draws the same examples for every n and model, and
 * differences between them can be taken resample by resample.
 */
import { groupBy } from "../base/group-by.ts";
import { denseRanks } from "../stats/ranks.ts";
import { type RankSample, rankSample } from "../stats/rank-sample.ts";
import {
  infinityGramRules,
  type InfinityGramRule,
  type JoinedRows,
  type PointGroup,
} from "./rows.ts";
import { logProbability } from "./task-gram-probability.ts";

/** One model's log-probabilities of a set's points. */
export interface ModelScores {
  readonly model: string;
  readonly checkpoint: string | null;
  readonly logLikelihood: Float64Array;
  /** log P(b) after a context that says nothing of a. */
  readonly neutralLogLikelihood?: Float64Array | undefined;
}

/** Columns of one length: one entry a point. */
export interface PointSet {
  readonly task: string;
  readonly n: number;
  readonly models: readonly ModelScores[];
  readonly codf: Float64Array;
  readonly dfA: Float64Array;
  readonly dfB: Float64Array;
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

/** The point sets of joined rows, models that scored the same points together, in order of appearance. */
export function pointSetsOf(
  joined: JoinedRows,
  clusteredBy: "example" | "group" = "example",
): readonly PointSet[] {
  const byTask = groupBy(joined.groups, ({ task }) => task);
  return [...byTask.values()].flatMap((groups) => {
    const clusters = new Map<string, number>();
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
      return setOf(models, joined, { cluster, clusterCount: clusters.size });
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
  { df, phrases }: JoinedRows,
  clusters: Pick<PointSet, "cluster" | "clusterCount">,
): PointSet {
  const { task, n, example, exampleIds, a, b, codf, length } = groups[0]!;
  return {
    ...{ task, n, codf, length, example, exampleIds, ...clusters },
    dfA: Float64Array.from(a, (phrase) => df[phrase]!),
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

/** The points at some positions, in that order. */
export function pointsAt(set: PointSet, positions: Uint32Array): PointSet {
  const numbers = (values: Float64Array): Float64Array =>
    Float64Array.from(positions, (i) => values[i]!);
  const { phrases, infinityGram } = set;
  return {
    ...set,
    infinityGram: infinityGram && {
      strict: numbers(infinityGram.strict),
      paper: numbers(infinityGram.paper),
      "back-off": numbers(infinityGram["back-off"]),
    },
    ...{ codf: numbers(set.codf), dfA: numbers(set.dfA), dfB: numbers(set.dfB) },
    length: numbers(set.length),
    example: Uint32Array.from(positions, (i) => set.example[i]!),
    cluster: Uint32Array.from(positions, (i) => set.cluster[i]!),
    models: set.models.map(({ neutralLogLikelihood: neutral, ...scores }) => ({
      ...scores,
      logLikelihood: numbers(scores.logLikelihood),
      neutralLogLikelihood: neutral && numbers(neutral),
    })),
    phrases: phrases && {
      a: Array.from(positions, (i) => phrases.a[i]!),
      b: Array.from(positions, (i) => phrases.b[i]!),
    },
  };
}

/** The points whose pair co-occurs. */
export function withoutZeros(set: PointSet): PointSet {
  return pointsAt(
    set,
    Uint32Array.from(set.codf.keys()).filter((i) => set.codf[i]! > 0),
  );
}

/** The points whose b has an ∞-gram probability. */
export function withInfinityGram(set: PointSet): PointSet {
  const columns = Object.values(set.infinityGram ?? {});
  const present = Uint32Array.from(set.codf.keys()).filter((i) =>
    columns.every((values) => !Number.isNaN(values[i]!)),
  );
  return present.length === set.codf.length ? set : pointsAt(set, present);
}

/** The corpus's side of every point; what a shuffle of inputs changes. */
export interface CorpusColumns {
  /** log P(b|a), −∞ where the pair never meets. */
  readonly corpus: Float64Array;
  /** 1 where the pair meets, else 0. */
  readonly meets: Float64Array;
  readonly dfA: Float64Array;
  /** Pointwise mutual information but for a constant: log codf / (df(a) · df(b)). */
  readonly information: Float64Array;
}

/** The corpus's side for counts of the pairs and of a; df(b) may be 0 only where codf is. */
export function corpusColumns(
  codf: Float64Array,
  dfA: Float64Array,
  dfB: Float64Array,
): CorpusColumns {
  return {
    corpus: codf.map((count, i) => logProbability(count, dfA[i]!)),
    meets: codf.map((count) => (count > 0 ? 1 : 0)),
    dfA,
    information: codf.map((count, i) =>
      count === 0 ? -Infinity : Math.log(count / dfA[i]! / dfB[i]!),
    ),
  };
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
export function sampleOf(set: PointSet): RankSample {
  const columns = {
    ...{ ...corpusColumns(set.codf, set.dfA, set.dfB), ...modelColumns(set) },
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
