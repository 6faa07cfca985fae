/**
 * What a run found, in words. A task's finding is read from one estimate fixed before any number is
 * known: Spearman with zeros kept (unless the study drops them), at the task's first n, for the model
 * with the most parameters.
 */
import { amount } from "../base/amounts.ts";
import type { MemorizationEstimate } from "../memorization/memorization-estimate.ts";
import type { ModelIdentity } from "../models/language-model.ts";
import type { TaskEntry } from "./study-file.ts";

/** What a run says of one task. */
export interface Verdict {
  readonly task: string;
  readonly finding: "follows the corpus" | "runs against the corpus" | "no sign" | "inconclusive";
  readonly value: number | null;
  /** One sentence with the number, its interval, sample sizes and null. */
  readonly sentence: string;
}

/** What the rule looks at. */
export interface Judged {
  readonly value: number | null;
  readonly interval: { readonly low: number; readonly high: number; readonly level: number } | null;
  readonly null: { readonly low: number; readonly high: number } | null;
  /** `judged` is what signs are read from where that is not Holm's. */
  readonly adjusted: { readonly holm: number | null; readonly judged?: number | null | undefined };
}

/** The model whose estimates stand in the headline: the largest; of its checkpoints the last. */
export function largestModel(models: readonly ModelIdentity[]): string {
  const size = ({ parameters }: ModelIdentity): number => parameters ?? 0;
  return models.reduce((best, next) =>
    size(next) > size(best) || (size(next) === size(best) && isLater(next, best)) ? next : best,
  ).name;
}

/** A checkpoint is earlier than a model that is none, and than one of more steps. */
function isLater(next: ModelIdentity, best: ModelIdentity): boolean {
  if (best.checkpoint === undefined) return false;
  if (next.checkpoint === undefined) return true;
  return (next.step ?? 0) > (best.step ?? 0);
}

/** One verdict a task, in the study's order. */
export function verdicts(
  tasks: readonly Pick<TaskEntry, "name" | "n">[],
  model: string,
  estimates: readonly MemorizationEstimate[],
  zeros: MemorizationEstimate["zeros"] = "kept",
): readonly Verdict[] {
  return tasks.map(({ name, n }) => {
    const estimate = estimates.find(
      (entry) =>
        entry.measure === "distributional-memorization" &&
        entry.task === name &&
        entry.n === n[0] &&
        entry.model === model &&
        entry.method === "spearman" &&
        entry.zeros === zeros,
    );
    if (estimate === undefined) {
      return {
        task: name,
        finding: "inconclusive",
        value: null,
        sentence: `${name}: inconclusive, no pair was scored`,
      };
    }
    const { value } = estimate;
    const finding = findingOf(estimate);
    const fixed = finding === "follows the corpus" ? explainedBy(estimate, estimates) : "";
    return { task: name, finding, value, sentence: describe(estimate) + fixed };
  });
}

/** The run's finding in one sentence: how many tasks follow the corpus, and the strongest number. */
export function headline(found: readonly Verdict[]): string {
  const named = (finding: Verdict["finding"]): readonly Verdict[] =>
    found.filter((verdict) => verdict.finding === finding);
  const following = named("follows the corpus").length;
  const count = following === 0 ? "none" : String(following);
  const strongest = found.reduce((best, next) => (strength(next) > strength(best) ? next : best));
  const others = (["runs against the corpus", "no sign", "inconclusive"] as const).flatMap(
    (finding) => {
      const tasks = named(finding).filter((verdict) => verdict !== strongest);
      return tasks.length === 0
        ? []
        : [`; ${finding}: ${tasks.map(({ task }) => task).join(", ")}`];
    },
  );
  const tasks = found.length === 1 ? "1 task" : `${found.length} tasks`;
  const verb = following > 1 ? "follow" : "follows";
  return `Of ${tasks}, ${count} ${verb} the corpus's pair counts (${strongest.sentence})${others.join("")}.`;
}

/** Findings before non-findings, larger values first. */
function strength({ finding, value }: Verdict): number {
  return (finding === "follows the corpus" ? 2 : 0) + Math.abs(value ?? -1e-9);
}

/**
 * The rule: a sign that survives the study's correction over the whole run, keeps its interval clear of
 * zero and lies beyond the shuffled pairs on its own side, or none; inconclusive where there is nothing to
 * judge. A positive value below those of shuffled pairs is no sign: frequency alone gives more.
 */
export function findingOf({ value, interval, null: band, adjusted }: Judged): Verdict["finding"] {
  if (value === null || interval === null || band === null) return "inconclusive";
  if (!isSignificant(adjusted, interval.level)) return "no sign";
  if (interval.low > 0 && value > band.high) return "follows the corpus";
  return interval.high < 0 && value < band.low ? "runs against the corpus" : "no sign";
}

/** Whether the p that signs are read from is below one minus the level; a missing one is not. */
export function isSignificant({ holm, judged }: Judged["adjusted"], level: number): boolean {
  return (judged ?? holm ?? 1) < 1 - level;
}

/** What is left of a sign with all controls held fixed, where that is no sign: a reader must not take the one without the other. */
function explainedBy(
  { task, n, model, checkpoint, zeros }: MemorizationEstimate,
  estimates: readonly MemorizationEstimate[],
): string {
  const controlled = estimates.filter(
    (entry) =>
      entry.method === "partial-spearman" &&
      entry.task === task &&
      entry.n === n &&
      entry.model === model &&
      entry.checkpoint === checkpoint &&
      entry.zeros === zeros,
  );
  const last = controlled.at(-1);
  if (last?.value == null || last.interval === null || last.interval.low > 0) return "";
  const { value, interval, controls } = last;
  return `; with ${controls.join(", ")} held fixed ${signed(value)}, ${signed(interval.low)} to ${signed(interval.high)}`;
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
    nullAbsentBecause,
  } = estimate;
  if (value === null || interval === null) {
    const reason = undefinedBecause?.replace(/^inconclusive: /, "") ?? "no estimate";
    return `${task}: inconclusive, ${reason}`;
  }
  if (band === null) {
    const sizes = `${amount(points, "pair")} of ${amount(examples, "example")}, n = ${n}, model ${model}`;
    return `${task}: inconclusive, Spearman ${signed(value)} of ${sizes} has no null to be held against: ${nullAbsentBecause ?? "none was made"}`;
  }
  return (
    `${task}: Spearman ${signed(value)}, ${percent(interval.level)} interval ${signed(interval.low)} to ${signed(interval.high)}, ` +
    `${amount(points, "pair")} of ${amount(examples, "example")}, n = ${n}, model ${model}, shuffled pairs ${signed(band.low)} to ${signed(band.high)}`
  );
}

function signed(value: number): string {
  return value.toFixed(2).replace("-", "−");
}

function percent(level: number): string {
  return `${Number((100 * level).toFixed(1))} %`;
}
