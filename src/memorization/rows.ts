/**
 * The rows every measure starts from, and how they are joined: one point for each score row whose
 * pair is counted. Nothing is deduplicated and nothing leaves without an entry in the drop table.
 */
import { GrowingUint32Array } from "../base/growing-array.ts";
import { CountTable, type CountTableOptions } from "./count-table.ts";
import { createDropTable, type DropRow } from "./drop-table.ts";

/** Exact counts of one distinct pair: documents that hold both, a, and b. */
export interface CountRow {
  readonly a: string;
  readonly b: string;
  readonly codf: number;
  readonly dfA: number;
  readonly dfB: number;
}

/** What a model gave one pair of one example. */
export interface ScoreRow {
  readonly example: string;
  readonly task: string;
  readonly model: string;
  readonly checkpoint?: string | null;
  /** Words in each n-gram. */
  readonly n: number;
  readonly a: string;
  readonly b: string;
  /** Natural-log probability of b inside the answer; null where its span was not found. */
  readonly logLikelihood: number | null;
  /** log P(b) after a context that says nothing of a. */
  readonly neutralLogLikelihood?: number | null;
  /** ln of b's ∞-gram probability by each rule for tokens that never follow; null where it has none. */
  readonly infinityGram?: number | null;
  readonly infinityGramPaper?: number | null;
  readonly infinityGramBackoff?: number | null;
  /** Length of b in its answer; by default that of b. */
  readonly characters?: number;
  /** What the example belongs to together with others. */
  readonly group?: string | null;
}

/** The points of one task, n and model, perhaps none: columns of equal length, in the order of the score rows. */
export interface PointGroup {
  readonly task: string;
  readonly n: number;
  readonly model: string;
  readonly checkpoint: string | null;
  /** Distinct examples in order of appearance; `example` indexes them. */
  readonly exampleIds: readonly string[];
  /** What each example belongs to, null where nothing is said. */
  readonly exampleGroups: readonly (string | null)[];
  readonly example: Uint32Array;
  /** Indexes into the joined phrases. */
  readonly a: Uint32Array;
  readonly b: Uint32Array;
  readonly codf: Float64Array;
  /** Characters of b. */
  readonly length: Float64Array;
  readonly logLikelihood: Float64Array;
  /** NaN where a row has none; absent where none has. */
  readonly neutralLogLikelihood?: Float64Array | undefined;
  /** The same for ln of the ∞-gram probability, by rule. */
  readonly infinityGram?: Readonly<Record<InfinityGramRule, Float64Array>> | undefined;
}

/** What a token of ∞-gram probability 0 does to its span: makes it 0, is left out, or backs off. */
export type InfinityGramRule = "strict" | "paper" | "back-off";

/** Every rule, the one that drops and invents nothing first. */
export const infinityGramRules: readonly InfinityGramRule[] = ["strict", "paper", "back-off"];

/** Counts and scores brought together: columns for the statistics, and what was left out. */
export interface JoinedRows {
  readonly phrases: readonly string[];
  /** Documents that hold each phrase. */
  readonly df: Float64Array;
  /** What counts of pairs with each phrase as a are divided by, where that is not `df`. */
  readonly denominators?: Float64Array | undefined;
  readonly groups: readonly PointGroup[];
  readonly drops: readonly DropRow[];
}

interface GroupBuilder {
  readonly row: ScoreRow;
  /** How many rows came to which end. */
  readonly fates: Map<string, number>;
  readonly exampleIds: Map<string, number>;
  readonly exampleGroups: (string | null)[];
  readonly example: GrowingUint32Array;
  readonly a: GrowingUint32Array;
  readonly b: GrowingUint32Array;
  readonly codf: number[];
  readonly length: number[];
  readonly logLikelihood: number[];
  readonly neutral: OptionalColumn;
  readonly infinityGram: Readonly<Record<InfinityGramRule, OptionalColumn>>;
}

/** Numbers of some of the points; takes no memory until there is one. */
class OptionalColumn {
  readonly #values: number[] = [];

  set(point: number, value: number | null | undefined): void {
    if (value == null) return;
    while (this.#values.length < point) this.#values.push(NaN);
    this.#values.push(value);
  }

  /** NaN where there is none; undefined where there is none at all. */
  toArray(points: number): Float64Array | undefined {
    if (this.#values.length === 0) return undefined;
    const array = new Float64Array(points).fill(NaN);
    array.set(this.#values);
    return array;
  }
}

/** Join counts and scores. Throws `measure/contradiction` where counts cannot be of one corpus. */
export function joinRows(
  counts: Iterable<CountRow>,
  scores: Iterable<ScoreRow>,
  options: CountTableOptions = {},
): JoinedRows {
  const table = new CountTable(options);
  for (const row of counts) table.add(row);
  const join = new RowJoin(table);
  for (const row of scores) join.add(row);
  return join.finish();
}

/** Joins scores with counts one row after another, so that millions need not be in memory as rows. */
export class RowJoin {
  readonly #counts: CountTable;
  readonly #groups = new Map<string, GroupBuilder>();
  /** The group of the row before: files hold the rows of one group together. */
  #last: GroupBuilder | undefined;

  constructor(counts: CountTable) {
    this.#counts = counts;
  }

  /** A row that is left out for a reason of the caller's counts as a drop of that name. */
  add(row: ScoreRow, leftOutFor?: string): void {
    const counts = this.#counts;
    const [a, b] = [counts.indexOf(row.a), counts.indexOf(row.b)];
    const codf = counts.codf(row.a, row.b);
    const group = this.#groupOf(row);
    const denominator = a === undefined ? undefined : counts.denominatorOf(row.a);
    const dfA = a === undefined ? undefined : counts.df[a];
    const fate = leftOutFor ?? fateOf(row, { codf, dfA, denominator });
    countFate(group, fate);
    if (fate !== "scored" || a === undefined || b === undefined || codf === undefined) return;
    if (codf === 0) countFate(group, counts.df[b] === 0 ? "df(b)=0" : "codf=0");
    if (codf > denominator!) countFate(group, "ratio>1");
    addPoint(group, row, { a, b, codf });
  }

  /** The points and drops of all rows; nothing can be added any more. */
  finish(): JoinedRows {
    const drops = createDropTable();
    const groups: PointGroup[] = [];
    for (const [key, group] of this.#groups) {
      const { task, n, model } = group.row;
      for (const [reason, count] of group.fates) drops.add(task, n, reason, { model, count });
      const finished = finish(group);
      groups.push(finished);
      this.#groups.delete(key);
      const count = finished.infinityGram?.strict.filter(Number.isNaN).length ?? 0;
      if (count > 0) drops.add(task, n, "no-infinity-gram", { model, count });
    }
    const { phrases, df, denominators } = this.#counts;
    return { phrases, df: Float64Array.from(df), denominators, groups, drops: drops.rows() };
  }

  #groupOf(row: ScoreRow): GroupBuilder {
    if (this.#last !== undefined && isOf(this.#last.row, row)) return this.#last;
    const key = JSON.stringify([row.task, row.n, row.model, row.checkpoint ?? null]);
    const group = this.#groups.get(key) ?? newGroup(row);
    this.#groups.set(key, group);
    this.#last = group;
    return group;
  }
}

function isOf(first: ScoreRow, { task, n, model, checkpoint = null }: ScoreRow): boolean {
  return (
    first.task === task &&
    first.n === n &&
    first.model === model &&
    (first.checkpoint ?? null) === checkpoint
  );
}

function countFate({ fates }: GroupBuilder, fate: string): void {
  fates.set(fate, (fates.get(fate) ?? 0) + 1);
}

function fateOf(
  row: ScoreRow,
  { codf, dfA, denominator }: Readonly<Record<"codf" | "dfA" | "denominator", number | undefined>>,
): string {
  if (codf === undefined) return "uncounted";
  if (dfA === 0) return "df(a)=0";
  if (denominator === 0) return "denominator=0";
  if (row.logLikelihood === null) return "unmatched";
  return Number.isNaN(row.logLikelihood) ? "not-a-number" : "scored";
}

function newGroup(row: ScoreRow): GroupBuilder {
  return {
    ...{ row, fates: new Map(), exampleIds: new Map(), exampleGroups: [] },
    ...{ example: new GrowingUint32Array(), a: new GrowingUint32Array() },
    ...{ b: new GrowingUint32Array(), codf: [], length: [], logLikelihood: [] },
    neutral: new OptionalColumn(),
    infinityGram: {
      strict: new OptionalColumn(),
      paper: new OptionalColumn(),
      "back-off": new OptionalColumn(),
    },
  };
}

function addPoint(
  group: GroupBuilder,
  row: ScoreRow,
  { a, b, codf }: { readonly a: number; readonly b: number; readonly codf: number },
): void {
  let example = group.exampleIds.get(row.example);
  if (example === undefined) {
    example = group.exampleIds.size;
    group.exampleIds.set(row.example, example);
    group.exampleGroups.push(row.group ?? null);
  }
  group.example.push(example);
  group.a.push(a);
  group.b.push(b);
  group.codf.push(codf);
  group.length.push(row.characters ?? row.b.length);
  group.logLikelihood.push(row.logLikelihood!);
  const point = group.codf.length - 1;
  group.neutral.set(point, row.neutralLogLikelihood);
  group.infinityGram.strict.set(point, row.infinityGram);
  group.infinityGram.paper.set(point, row.infinityGramPaper);
  group.infinityGram["back-off"].set(point, row.infinityGramBackoff);
}

function finish({ row, ...group }: GroupBuilder): PointGroup {
  return {
    task: row.task,
    n: row.n,
    model: row.model,
    checkpoint: row.checkpoint ?? null,
    exampleIds: [...group.exampleIds.keys()],
    exampleGroups: group.exampleGroups,
    ...{ example: group.example.toArray(), a: group.a.toArray(), b: group.b.toArray() },
    codf: Float64Array.from(group.codf),
    length: Float64Array.from(group.length),
    logLikelihood: Float64Array.from(group.logLikelihood),
    neutralLogLikelihood: group.neutral.toArray(group.codf.length),
    infinityGram: infinityGramsOf(group),
  };
}

function infinityGramsOf({
  codf,
  infinityGram,
}: Pick<GroupBuilder, "codf" | "infinityGram">): PointGroup["infinityGram"] {
  const columnOf = (rule: InfinityGramRule): Float64Array | undefined =>
    infinityGram[rule].toArray(codf.length);
  const [strict, paper, backOff] = [columnOf("strict"), columnOf("paper"), columnOf("back-off")];
  if (strict === undefined || paper === undefined || backOff === undefined) return undefined;
  return { strict, paper, "back-off": backOff };
}
