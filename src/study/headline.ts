/**
 * What a run found, in words. A task's finding is read from one estimate fixed before any number is
 * known: Spearman with zeros kept, at the task's first n, for the model with the most parameters.
 */
import type { MemorizationEstimate } from "../memorization/memorization-estimate.ts";
import type { ModelIdentity } from "../models/language-model.ts";
import type { TaskEntry } from "./study-file.ts";

/** What a run says of one task. */
export interface Verdict {
  readonly task: string;
  readonly finding: "follows the corpus" | "runs against the corpus" | "no sign" | "inconclusive";
  /** One sentence with the number, its interval, sample sizes and null. */
  readonly sentence: string;
}

/** What the rule looks at. */
export interface Judged {
  readonly value: number | null;
  readonly interval: { readonly low: number; readonly high: number; readonly level: number } | null;
  readonly null: { readonly pValue: number } | null;
  readonly adjusted: { readonly holm: number | null };
}

/** The model whose estimates stand in the headline. */
export function largestModel(models: readonly ModelIdentity[]): string {
  return models.reduce((best, next) => (next.parameters > best.parameters ? next : best)).name;
}

/** One verdict a task, in the study's order. */
export function verdicts(
  tasks: readonly TaskEntry[],
  model: string,
  estimates: readonly MemorizationEstimate[],
): readonly Verdict[] {
  return tasks.map(({ name, n }) => {
    const estimate = estimates.find(
      (entry) =>
        entry.task === name &&
        entry.n === n[0] &&
        entry.model === model &&
        entry.method === "spearman" &&
        entry.zeros === "kept",
    );
    if (estimate === undefined) {
      return {
        task: name,
        finding: "inconclusive",
        sentence: `${name}: inconclusive, no pair was scored`,
      };
    }
    return { task: name, finding: findingOf(estimate), sentence: describe(estimate) };
  });
}

/** The run's finding: how many tasks follow the corpus, and the number of each. */
export function headline(found: readonly Verdict[]): string {
  const parts = findings.flatMap(({ finding, plural, singular }) => {
    const members = found.filter((verdict) => verdict.finding === finding);
    if (members.length === 0) return [];
    const words =
      found.length === 1
        ? `The task ${singular}`
        : `${members.length} of ${found.length} tasks ${plural}`;
    return [`${words} (${members.map(({ sentence }) => sentence).join("; ")})`];
  });
  return `${parts.join("; ")}.`;
}

const findings: readonly {
  readonly finding: Verdict["finding"];
  readonly plural: string;
  readonly singular: string;
}[] = [
  {
    finding: "follows the corpus",
    plural: "follow the corpus's pair counts",
    singular: "follows the corpus's pair counts",
  },
  {
    finding: "runs against the corpus",
    plural: "run against the corpus's pair counts",
    singular: "runs against the corpus's pair counts",
  },
  {
    finding: "no sign",
    plural: "show no sign of following the corpus's pair counts",
    singular: "shows no sign of following the corpus's pair counts",
  },
  { finding: "inconclusive", plural: "are inconclusive", singular: "is inconclusive" },
];

/**
 * The rule: a sign that survives the correction over the whole run, the null and the interval, or
 * none; inconclusive where there is nothing to judge.
 */
export function findingOf({ value, interval, null: band, adjusted }: Judged): Verdict["finding"] {
  if (value === null || interval === null || band === null) return "inconclusive";
  const significant = (adjusted.holm ?? 1) < 1 - interval.level && band.pValue < 1 - interval.level;
  if (!significant || (interval.low <= 0 && interval.high >= 0)) return "no sign";
  return value > 0 ? "follows the corpus" : "runs against the corpus";
}

function describe(estimate: MemorizationEstimate): string {
  const {
    task,
    n,
    model,
    value,
    interval,
    null: band,
    points,
    examples,
    undefinedBecause,
  } = estimate;
  if (value === null || interval === null || band === null) {
    return `${task}: inconclusive, ${undefinedBecause ?? "no estimate"}`;
  }
  return (
    `${task}: Spearman ${signed(value)}, ${percent(interval.level)} interval ${signed(interval.low)} to ${signed(interval.high)}, ` +
    `${points} pairs of ${examples} examples, n = ${n}, model ${model}, shuffled pairs ${signed(band.low)} to ${signed(band.high)}`
  );
}

function signed(value: number): string {
  return value.toFixed(2).replace("-", "−");
}

function percent(level: number): string {
  return `${Number((100 * level).toFixed(1))} %`;
}
