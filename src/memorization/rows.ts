/**
 * The rows every measure starts from, and how they are joined: one point for each score row whose
 * pair is counted. Nothing is deduplicated and nothing leaves without an entry in the drop table.
 */
import { RoteError } from "../base/errors.ts";
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
  readonly neutralLogLikelihood?: Float64Array;
}

/** Counts and scores brought together: columns for the statistics, and what was left out. */
export interface JoinedRows {
  readonly phrases: readonly string[];
  /** Documents that hold each phrase. */
  readonly df: Float64Array;
  readonly groups: readonly PointGroup[];
  readonly drops: readonly DropRow[];
}

interface GroupBuilder {
  readonly row: ScoreRow;
  readonly exampleIds: Map<string, number>;
  readonly exampleGroups: (string | null)[];
  readonly example: number[];
  readonly a: number[];
  readonly b: number[];
  readonly codf: number[];
  readonly length: number[];
  readonly logLikelihood: number[];
  readonly neutral: number[];
}

/**
 * Join counts and scores. Throws `measure/contradiction` where a phrase has two document
 * frequencies, a pair two counts, or a pair more documents than one of its phrases.
 */
export function joinRows(counts: Iterable<CountRow>, scores: Iterable<ScoreRow>): JoinedRows {
  const table = readCounts(counts);
  const drops = createDropTable();
  const groups = new Map<string, GroupBuilder>();
  for (const row of scores) {
    const a = table.phraseIndexes.get(row.a);
    const codf = table.pairCounts.get(row.a)?.get(row.b);
    const dfA = a === undefined ? undefined : table.df[a];
    const { task, n, model } = row;
    const fate = fateOf(row, codf, dfA);
    drops.add(task, n, fate, { model });
    const group = groupOf(groups, row);
    if (fate !== "scored" || a === undefined || codf === undefined) continue;
    const b = table.phraseIndexes.get(row.b)!;
    if (codf === 0) drops.add(task, n, table.df[b] === 0 ? "df(b)=0" : "codf=0", { model });
    addPoint(group, row, a, b, codf);
  }
  return {
    phrases: [...table.phraseIndexes.keys()],
    df: Float64Array.from(table.df),
    groups: Array.from(groups.values(), finish),
    drops: drops.rows(),
  };
}

function fateOf(row: ScoreRow, codf: number | undefined, dfA: number | undefined): string {
  if (codf === undefined) return "uncounted";
  if (dfA === 0) return "df(a)=0";
  if (row.logLikelihood === null) return "unmatched";
  return Number.isNaN(row.logLikelihood) ? "not-a-number" : "scored";
}

function groupOf(groups: Map<string, GroupBuilder>, row: ScoreRow): GroupBuilder {
  const key = JSON.stringify([row.task, row.n, row.model, row.checkpoint ?? null]);
  let group = groups.get(key);
  if (group === undefined) {
    group = {
      ...{
        row,
        exampleIds: new Map<string, number>(),
        exampleGroups: [],
        example: [],
        a: [],
        b: [],
      },
      ...{ codf: [], length: [], logLikelihood: [], neutral: [] },
    };
    groups.set(key, group);
  }
  return group;
}

function addPoint(group: GroupBuilder, row: ScoreRow, a: number, b: number, codf: number): void {
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
  group.neutral.push(row.neutralLogLikelihood ?? NaN);
}

function finish({ row, ...group }: GroupBuilder): PointGroup {
  return {
    task: row.task,
    n: row.n,
    model: row.model,
    checkpoint: row.checkpoint ?? null,
    exampleIds: [...group.exampleIds.keys()],
    exampleGroups: group.exampleGroups,
    example: Uint32Array.from(group.example),
    a: Uint32Array.from(group.a),
    b: Uint32Array.from(group.b),
    codf: Float64Array.from(group.codf),
    length: Float64Array.from(group.length),
    logLikelihood: Float64Array.from(group.logLikelihood),
    ...(group.neutral.every(Number.isNaN)
      ? {}
      : { neutralLogLikelihood: Float64Array.from(group.neutral) }),
  };
}

interface CountTable {
  readonly phraseIndexes: ReadonlyMap<string, number>;
  readonly df: readonly number[];
  readonly pairCounts: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

function readCounts(counts: Iterable<CountRow>): CountTable {
  const phraseIndexes = new Map<string, number>();
  const df: number[] = [];
  const pairCounts = new Map<string, Map<string, number>>();
  const addPhrase = (phrase: string, count: number): void => {
    const index = phraseIndexes.get(phrase);
    if (index === undefined) {
      phraseIndexes.set(phrase, df.length);
      df.push(count);
    } else if (df[index] !== count) throw twoFrequencies(phrase, df[index]!, count);
  };
  for (const row of counts) {
    addPhrase(row.a, row.dfA);
    addPhrase(row.b, row.dfB);
    if (row.codf > Math.min(row.dfA, row.dfB) || (row.a === row.b && row.codf !== row.dfA))
      throw impossibleCount(row);
    let partners = pairCounts.get(row.a);
    if (partners === undefined) pairCounts.set(row.a, (partners = new Map<string, number>()));
    const known = partners.get(row.b);
    if (known !== undefined && known !== row.codf) throw twoCounts(row, known);
    partners.set(row.b, row.codf);
  }
  return { phraseIndexes, df, pairCounts };
}

function twoFrequencies(phrase: string, first: number, second: number): RoteError {
  return new RoteError(
    "measure/contradiction",
    `the counts give "${phrase}" a document frequency of ${first} in one row and ${second} in another; a phrase has one in a corpus, so count all pairs over one corpus under one text policy`,
    { phrase, first, second },
  );
}

function twoCounts({ a, b, codf }: CountRow, known: number): RoteError {
  return new RoteError(
    "measure/contradiction",
    `the counts give the pair ("${a}", "${b}") ${known} documents in one row and ${codf} in another; a pair has one count, so remove the wrong row`,
    { a, b, first: known, second: codf },
  );
}

function impossibleCount({ a, b, codf, dfA, dfB }: CountRow): RoteError {
  const rule =
    a === b
      ? "a phrase with itself co-occurs in exactly its own documents"
      : "no more documents can hold both phrases than hold one of them";
  return new RoteError(
    "measure/contradiction",
    `the pair ("${a}", "${b}") has codf ${codf} with dfA ${dfA} and dfB ${dfB}; ${rule}, so count both in documents and in one corpus`,
    { a, b, codf, dfA, dfB },
  );
}
