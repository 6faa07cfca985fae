/** How well a model does where the corpus states nothing, and what anyone would score there without knowing anything. */
import { groupBy } from "../base/group-by.ts";
import { clusteredShareInterval } from "../stats/clustered-share.ts";
import type { Interval } from "../stats/estimate.ts";
import { mean } from "../stats/summary.ts";
import type { ZeroPerformance } from "./task-kinds.ts";

/** One example under the model that is judged. */
export interface JudgedExample {
  readonly reference: string;
  /** Eq. 4; 0 where no pair of the example ever meets. */
  readonly frequency: number;
  /** In [0, 1]. */
  readonly correctness: number;
  /** How many answers the model chose from, where it chose. */
  readonly choices?: number | undefined;
}

/** An interval over fewer examples is not worth its name. */
const FEWEST_EXAMPLES = 10;

/** The performance on a task's examples of frequency 0; undefined where there are none. */
export function zeroPerformance(
  examples: readonly JudgedExample[],
  { level = 0.95 }: { readonly level?: number } = {},
): ZeroPerformance | undefined {
  const unseen = examples.filter(({ frequency }) => frequency === 0);
  const zero = correctnessOf(unseen);
  if (zero.length === 0) return undefined;
  return {
    ...{ mean: mean(zero), interval: intervalOf(zero, level), examples: zero.length },
    overall: intervalOf(correctnessOf(examples), level),
    chance: higher(chanceOf(examples), chanceOf(unseen)),
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
  const commonest = Math.max(...[...answers.values()].map(({ length }) => length));
  return commonest / examples.length;
}

function correctnessOf(examples: readonly JudgedExample[]): Float64Array {
  return Float64Array.from(examples, ({ correctness }) => correctness);
}

function intervalOf(outcome: Float64Array, level: number): Interval | null {
  if (outcome.length < FEWEST_EXAMPLES) return null;
  const own = Uint32Array.from(outcome, (_, i) => i);
  return clusteredShareInterval(outcome, own, outcome.length, { level });
}
