/**
 * What tells corpora apart that were counted for the same tasks and models: the difference of Spearman's
 * correlation between each and the first, over the pairs that both can rank (where zeros are dropped, those
 * that meet in both) and the same resamples of examples, so that neither which pairs a corpus lacks nor what the two share counts as a difference.
 */
import { differenceOf } from "./comparisons.ts";
import type { MemorizationOptions } from "./distributional-memorization.ts";
import { type Finding, leadingFindings } from "./findings.ts";
import type { MemorizationEstimate } from "./memorization-estimate.ts";
import { denseRanks } from "../stats/ranks.ts";
import { pointSetsOf } from "./point-set.ts";
import type { JoinedRows, PointGroup } from "./rows.ts";

/** The joined rows of one corpus. */
export interface CorpusRows {
  readonly corpus: string;
  readonly joined: JoinedRows;
  /** Of this corpus, whose number of documents decides it. */
  readonly smoothing?: MemorizationOptions["smoothing"];
}

/**
 * Each other corpus less the first, by task, n and model, in their order; not adjusted. A pair whose input
 * one of the two lacks is left out on both sides, with zeros dropped also a pair that one of them never has
 * together, so a difference need not be that of the values reported.
 */
export async function corpusDifferences(
  [first, ...others]: readonly CorpusRows[],
  options: MemorizationOptions,
): Promise<readonly MemorizationEstimate[]> {
  const rows: MemorizationEstimate[] = [];
  for (const other of first === undefined ? [] : others) {
    const pair = [
      shared(first!, other, options.zeros),
      shared(other, first!, options.zeros),
    ] as const;
    const numbering = new Map<string, Map<string, number>>();
    const [base, own] = [
      await findingsByKey(pair[0], { ...options, numbering }),
      await findingsByKey(pair[1], { ...options, numbering }),
    ];
    for (const [key, finding] of own) {
      const against = base.get(key);
      if (against !== undefined) rows.push(differenceRow(finding, against, options.level));
    }
  }
  return rows;
}

/** The rows of one corpus whose pairs, by example, another has too. */
function shared(
  { joined, ...rest }: CorpusRows,
  other: CorpusRows,
  zeros: MemorizationOptions["zeros"],
): CorpusRows {
  const isRanked = ({ codf }: PointGroup, point: number): boolean =>
    zeros !== "dropped" || codf[point]! > 0;
  const known = new Map(
    other.joined.groups.map((group) => {
      const keys = pointKeys(group, other.joined).filter((_, i) => isRanked(group, i));
      return [groupKey(group), new Set(keys)];
    }),
  );
  const groups = joined.groups.map((group) => {
    const keys = known.get(groupKey(group));
    const positions = pointKeys(group, joined).flatMap((key, i) =>
      keys?.has(key) && isRanked(group, i) ? [i] : [],
    );
    return pointsOf(group, positions);
  });
  return { ...rest, joined: { ...joined, groups } };
}

function groupKey({ task, n, model, checkpoint }: PointGroup): string {
  return JSON.stringify([task, n, model, checkpoint]);
}

function pointKeys(
  { example, exampleIds, a, b }: PointGroup,
  { phrases }: JoinedRows,
): readonly string[] {
  return Array.from(
    example,
    (index, i) => `${exampleIds[index]!}\n${phrases[a[i]!]!}\n${phrases[b[i]!]!}`,
  );
}

/** The points at some positions and their examples, without what only other measures need. */
function pointsOf(group: PointGroup, positions: readonly number[]): PointGroup {
  const numbers = (values: Float64Array): Float64Array =>
    Float64Array.from(positions, (i) => values[i]!);
  const indexes = (values: Uint32Array): Uint32Array =>
    Uint32Array.from(positions, (i) => values[i]!);
  const { neutralLogLikelihood: _neutral, infinityGram: _infinityGram, ...rest } = group;
  const { groups: example } = denseRanks(Float64Array.from(positions, (i) => group.example[i]!));
  // Units without points would be drawn, too, and those of the two corpora would not be the same.
  const kept = [...new Set(indexes(group.example))].sort((x, y) => x - y);
  return {
    ...{ ...rest, example, a: indexes(group.a), b: indexes(group.b) },
    exampleIds: kept.map((index) => group.exampleIds[index]!),
    exampleGroups: kept.map((index) => group.exampleGroups[index]!),
    ...{ codf: numbers(group.codf), length: numbers(group.length) },
    logLikelihood: numbers(group.logLikelihood),
  };
}

async function findingsByKey(
  { corpus, joined, smoothing }: CorpusRows,
  options: MemorizationOptions,
): Promise<ReadonlyMap<string, Finding>> {
  const found = new Map<string, Finding>();
  for (const set of pointSetsOf(joined, { ...options, smoothing }))
    for (const finding of await leadingFindings(set, options)) {
      const { task, n, model, checkpoint } = finding.estimate;
      const estimate = { ...finding.estimate, corpus };
      found.set(JSON.stringify([task, n, model, checkpoint]), { ...finding, estimate });
    }
  return found;
}

function differenceRow(own: Finding, base: Finding, level = 0.95): MemorizationEstimate {
  const row = differenceOf(own, base, "corpus-difference", level);
  const { model, n } = row;
  return {
    ...{ ...row, against: { model, n, corpus: base.estimate.corpus! } },
    ...(row.value === null
      ? {}
      : { nullAbsentBecause: "each corpus has shuffles of its own, which have no common order" }),
  };
}
