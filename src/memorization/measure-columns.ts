/** The measures on arrays that a program already has: counts and log-probabilities from anywhere. */
import { RoteError } from "../base/errors.ts";
import { createRng } from "../base/random.ts";
import { estimatePointSets, type MemorizationOptions } from "./distributional-memorization.ts";
import { createDropTable, type DropTable } from "./drop-table.ts";
import type { MeasuredRows } from "./measure-rows.ts";
import { adjustEstimates, testFamily } from "./memorization-estimate.ts";
import { pointSetsOf } from "./point-set.ts";
import { allControls } from "./quantities.ts";
import type { PointGroup } from "./rows.ts";

/** One task's points as columns of one length: a point is a pair (a, b) of one example. */
export interface MeasureColumns {
  /** The example that each point comes from: what is resampled. */
  readonly example: ArrayLike<string | number>;
  /** Documents that hold a and b, a, and b. */
  readonly codf: ArrayLike<number>;
  readonly dfA: ArrayLike<number>;
  readonly dfB: ArrayLike<number>;
  /** By model, the natural-log probability of b in its place; null or NaN where there is none. */
  readonly logLikelihood: Readonly<Record<string, ArrayLike<number | null>>>;
  /** By model, that of b after a context that says nothing of a; gives mutual information on both sides. */
  readonly neutralLogLikelihood?: Readonly<Record<string, ArrayLike<number>>>;
  /** Length of b, a control; without it there is no such control. */
  readonly length?: ArrayLike<number>;
  /** What each point's example belongs to, for `clusteredBy: "group"`. */
  readonly group?: ArrayLike<string | number>;
  /** What stands for b: equal ones of an example are one b. For `unit: "mean"`. */
  readonly output?: ArrayLike<string | number>;
  /** Default "task". */
  readonly task?: string;
  /** Words in each n-gram; default 1. */
  readonly n?: number;
}

/** Seed and choices of a measurement. */
export interface MeasureOptions extends Omit<MemorizationOptions, "rng" | "shuffles"> {
  /** Default 1. */
  readonly seed?: number;
}

/**
 * Distributional memorization of each model and what belongs beside it (docs/measures.md), adjusted over all
 * tasks given. Without a corpus the null exchanges the corpus's side of whole examples. Points are dropped as
 * rows are, and counted: df(a) = 0, no log-probability, one that is not a number.
 */
export async function measure(
  columns: MeasureColumns | readonly MeasureColumns[],
  { seed = 1, ...options }: MeasureOptions = {},
): Promise<MeasuredRows> {
  const tasks = [columns].flat() as readonly MeasureColumns[];
  const drops = createDropTable();
  const sets = tasks.flatMap((task) =>
    pointSetsOf(
      { phrases: [], df: dfOf(task), groups: groupsOf(task, drops, options), drops: [] },
      options,
    ),
  );
  const { controls = allControls } = options;
  const hasLength = tasks.every(({ length }) => length !== undefined);
  const { estimates: found, replicates } = await estimatePointSets(sets, {
    ...{ ...options, rng: createRng(seed).fork("measure") },
    controls: controls.filter((name) => name !== "length" || hasLength),
  });
  const estimates = adjustEstimates(found);
  return { estimates, drops: drops.rows(), family: testFamily(estimates), replicates };
}

/** Frequencies by point: those of a, then those of b, so that a point's own index stands for its a. */
function dfOf({ dfA, dfB }: MeasureColumns): Float64Array {
  const df = new Float64Array(dfA.length + dfB.length);
  df.set(dfA);
  df.set(dfB, dfA.length);
  return df;
}

/** The points of each model; those without a drop of their own share their columns. */
function groupsOf(
  columns: MeasureColumns,
  drops: DropTable,
  { unit }: Pick<MeasureOptions, "unit">,
): readonly PointGroup[] {
  check(columns);
  const b = unit === "mean" ? firstOfEach(columns) : undefined;
  const {
    logLikelihood,
    neutralLogLikelihood = {},
    task = "task",
    n = 1,
    dfA,
    dfB,
    codf,
  } = columns;
  const shared = new Map<string, ReturnType<typeof pointsAt>>();
  return Object.entries(logLikelihood).map(([model, values]) => {
    const fates = Array.from({ length: dfA.length }, (_, i) => fateOf(dfA[i]!, values[i]!));
    for (const fate of fates) drops.add(task, n, fate, { model });
    const positions = fates.flatMap((fate, i) => (fate === "scored" ? [i] : []));
    for (const i of positions)
      if (codf[i] === 0) drops.add(task, n, dfB[i] === 0 ? "df(b)=0" : "codf=0", { model });
    const key = positions.length === dfA.length ? "all" : positions.join(" ");
    const points = shared.get(key) ?? pointsAt(columns, positions, b);
    shared.set(key, points);
    const neutral = neutralLogLikelihood[model];
    return {
      ...{ ...points, task, n, model, checkpoint: null },
      logLikelihood: Float64Array.from(positions, (i) => values[i]!),
      ...(neutral && { neutralLogLikelihood: Float64Array.from(positions, (i) => neutral[i]!) }),
    };
  });
}

function fateOf(dfA: number, logLikelihood: number | null): string {
  if (dfA === 0) return "df(a)=0";
  if (logLikelihood === null) return "unmatched";
  return Number.isNaN(logLikelihood) ? "not-a-number" : "scored";
}

/** For each point the first that has the same b. */
function firstOfEach({ output, dfB }: MeasureColumns): Uint32Array {
  if (output === undefined)
    throw new RoteError(
      "usage",
      'unit "mean" joins the pairs of one b: say in `output` which is whose',
    );
  const firsts = new Map<string, number>();
  return Uint32Array.from(output, (name, i) => {
    const first = firsts.get(String(name)) ?? i;
    firsts.set(String(name), first);
    if (dfB[first] === dfB[i]) return first;
    throw new RoteError(
      "measure/contradiction",
      `output "${name}" has dfB ${dfB[first]!} at point ${first + 1} and ${dfB[i]!} at point ${i + 1}; an n-gram has one count of documents`,
      { index: i },
    );
  });
}

function pointsAt(
  { example, group, codf, dfA, length }: MeasureColumns,
  positions: readonly number[],
  b: Uint32Array | undefined,
): Omit<PointGroup, "task" | "n" | "model" | "checkpoint" | "logLikelihood"> {
  const numbers = new Map<string, number>();
  const exampleGroups: (string | null)[] = [];
  const indexes = Uint32Array.from(positions, (i) => {
    const id = String(example[i]);
    const known = numbers.get(id);
    if (known !== undefined) return known;
    numbers.set(id, numbers.size);
    exampleGroups.push(group === undefined ? null : String(group[i]));
    return numbers.size - 1;
  });
  return {
    ...{ example: indexes, exampleIds: [...numbers.keys()], exampleGroups },
    a: Uint32Array.from(positions),
    b: Uint32Array.from(positions, (i) => dfA.length + (b?.[i] ?? i)),
    codf: Float64Array.from(positions, (i) => codf[i]!),
    length: Float64Array.from(positions, (i) => length?.[i] ?? 0),
  };
}

function check({ logLikelihood, neutralLogLikelihood = {}, ...columns }: MeasureColumns): void {
  const { task: _task, n: _n, ...lists } = columns;
  const named: [string, ArrayLike<unknown> | undefined][] = [
    ...Object.entries(lists),
    ...Object.entries(logLikelihood).map(([model, values]): [string, typeof values] => [
      `logLikelihood of ${model}`,
      values,
    ]),
    ...Object.entries(neutralLogLikelihood).map(([model, values]): [string, typeof values] => [
      `neutralLogLikelihood of ${model}`,
      values,
    ]),
  ];
  const points = columns.example.length;
  for (const [name, values] of named)
    if (values !== undefined && values.length !== points)
      throw new RoteError(
        "usage",
        `${name} has ${values.length} values for ${points} points; give every point one`,
        { name },
      );
  const { codf, dfA, dfB } = columns;
  for (let i = 0; i < points; i++) {
    const [both, ofA, ofB] = [codf[i]!, dfA[i]!, dfB[i]!];
    const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
    if ([both, ofA, ofB].every(isCount) && both <= Math.min(ofA, ofB)) continue;
    throw new RoteError(
      "measure/contradiction",
      `point ${i + 1} has codf ${both} with dfA ${ofA} and dfB ${ofB}; counts are whole numbers of documents, and no more can hold both phrases than hold one of them`,
      { index: i, codf: both, dfA: ofA, dfB: ofB },
    );
  }
}
