/** How well a model does where the corpus states nothing, and what anyone would score there without knowing anything. */
import { groupBy } from "../base/group-by.ts";
import { clusteredShareInterval } from "../stats/clustered-share.ts";
import type { Interval } from "../stats/estimate.ts";
import { mean } from "../stats/summary.ts";
import type { ZeroPerformance } from "./task-kinds.ts";

/** One example under the model that is judged. */
export interface JudgedExample {
  readonly id: string;
  /** What it belongs to together with others. */
  readonly group?: string | null | undefined;
  /** Pairs mined of it: without one it has no frequency. Absent where a table does not say. */
  readonly pairs?: number | undefined;
  readonly reference: string;
  /** Eq. 4; 0 where no pair of the example ever meets. */
  readonly frequency: number;
  /** In [0, 1]. */
  readonly correctness: number;
  /** How many answers the model chose from, where it chose. */
  readonly choices?: number | undefined;
}

/** How a task's examples are judged. */
export interface ZeroPerformanceOptions {
  /** Of the intervals; default 0.95. */
  readonly level?: number | undefined;
  /** What is independent of the rest: each example, or what it belongs to. Default "example". */
  readonly clusteredBy?: "example" | "group" | undefined;
}

/** An interval over fewer clusters is not worth its name. */
const FEWEST_CLUSTERS = 10;

/**
 * The performance on a task's examples of frequency 0, among those that have one; undefined where there
 * are none.
 */
export function zeroPerformance(
  examples: readonly JudgedExample[],
  { level = 0.95, clusteredBy = "example" }: ZeroPerformanceOptions = {},
): ZeroPerformance | undefined {
  const counted = examples.filter(({ pairs }) => pairs !== 0);
  const unseen = counted.filter(({ frequency }) => frequency === 0);
  const zero = correctnessOf(unseen);
  if (zero.length === 0) return undefined;
  return {
    ...{ mean: mean(zero), interval: intervalOf(unseen, level, clusteredBy) },
    ...{ examples: zero.length, withoutPairs: examples.length - counted.length },
    overall: intervalOf(counted, level, clusteredBy),
    chance: higher(chanceOf(counted), chanceOf(unseen)),
  };
}

/** A constant answer may suit the examples of frequency 0 better than the task, or the other way round. */
function higher(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined || right === undefined ? undefined : Math.max(left, right);
}

/** Of choices the mean of 1 / their number; of right and wrong answers the commonest reference's share; unknown of graded ones. */
function chanceOf(examples: readonly JudgedExample[]): number | undefined {
  const guesses = examples.flatMap(({ choices }) => (choices === undefined ? [] : [1 / choices]));
  if (guesses.length === examples.length) return mean(Float64Array.from(guesses));
  if (examples.some(({ correctness }) => correctness !== 0 && correctness !== 1)) return undefined;
  const answers = groupBy(examples, ({ reference }) => reference.trim().toLowerCase());
  const commonest = [...answers.values()].reduce((most, { length }) => Math.max(most, length), 0);
  return commonest / examples.length;
}

function correctnessOf(examples: readonly JudgedExample[]): Float64Array {
  return Float64Array.from(examples, ({ correctness }) => correctness);
}

function intervalOf(
  examples: readonly JudgedExample[],
  level: number,
  clusteredBy: "example" | "group",
): Interval | null {
  const numbers = new Map<string, number>();
  const clusters = Uint32Array.from(examples, ({ id, group }) => {
    const key = clusteredBy === "group" && group != null ? `group ${group}` : `example ${id}`;
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
  if (numbers.size < FEWEST_CLUSTERS) return null;
  return clusteredShareInterval(correctnessOf(examples), clusters, numbers.size, { level });
}
