/**
 * Whether a model does a task by recall, by skill, by both, or whether the run cannot tell: by rules over
 * the signs of several measures under the largest model, never by a weighted mark. A sign stands on an
 * interval and, where there is a test, on its p corrected over the whole run; what was not measured is
 * "unknown" and can decide nothing.
 */
import { findingOf, type Judged } from "./headline.ts";

/** What a measure shows: dependence on the corpus (or performance without it), its reverse, neither, or nothing was measured. */
export type Sign = "+" | "−" | "0" | "unknown";

export type TaskKind = "recall" | "skill" | "both" | "inconclusive";

/** What a task was made to be; a study that knows states it as `tasks[].construction`. */
export type Construction = "memory" | "rule" | "mixed";

/** An estimate as the rules look at it. */
export interface KindEstimate extends Judged {
  readonly measure: string;
  readonly method: string;
  readonly zeros?: string | undefined;
  readonly controls?: readonly string[] | undefined;
}

interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** Performance on examples none of whose pairs ever meets in the corpus. */
export interface ZeroPerformance {
  readonly mean: number;
  readonly interval: Bounds | null;
  readonly examples: number;
  /** Of the performance on all examples. */
  readonly overall: Bounds | null;
  /** What the best constant answer would score; undefined where that is not known. */
  readonly chance: number | undefined;
}

/** The estimates of one task at its first n under one model. */
export interface KindEvidence {
  readonly estimates: readonly KindEstimate[];
  readonly atZero: ZeroPerformance | undefined;
}

export interface KindVerdict {
  readonly kind: TaskKind;
  readonly signs: Readonly<Record<SignName, Sign>>;
  /** Which rule decided, or what kept any from deciding. */
  readonly because: string;
}

export type SignName = "memorization" | "controlled" | "separation" | "slope" | "atZero";

/** The measures behind the signs and when each has one: what a report prints beside its verdicts. */
export const signRules: readonly {
  readonly name: SignName;
  readonly title: string;
  readonly measure: string;
  readonly plus: string;
}[] = [
  {
    name: "memorization",
    title: "Mem",
    measure: "Spearman’s ρ of P(b | a) and log-probability, zeros kept",
    plus: "interval above 0, Holm’s p below one minus its level, value above the null band",
  },
  {
    name: "controlled",
    title: "Mem, controlled",
    measure: "partial ρ given the length of b, df(b) and df(a) together",
    plus: "interval above 0, Holm’s p below one minus its level, value above the null band if it has one",
  },
  {
    name: "separation",
    title: "Met or not",
    measure: "AUC of log-probability for pairs that meet against pairs that never do",
    plus: "interval above ½, Holm’s p below one minus its level",
  },
  {
    name: "slope",
    title: "Frequency",
    measure: "slope of correctness over log₁₀ of the example’s frequency, zeros apart",
    plus: "interval above 0, Holm’s p below one minus its level",
  },
  {
    name: "atZero",
    title: "At zero",
    measure:
      "correctness on examples none of whose pairs ever meets; unknown where correctness on all examples is not above what the best constant answer would score, since a model that answers nothing shows neither",
    plus: "interval above what the best constant answer would score",
  },
];

/** When a task is of a kind; the first rule that holds decides. */
export const kindRules: readonly { readonly kind: TaskKind; readonly when: string }[] = [
  {
    kind: "recall",
    when: "Mem +, and Mem, controlled + or unknown, and Frequency not −, and At zero measured but not +",
  },
  {
    kind: "both",
    when: "Mem +, and Mem, controlled + or unknown, and Frequency not −, and At zero +",
  },
  {
    kind: "skill",
    when: "Mem measured, none of Mem, Mem controlled, Met or not and Frequency +, and At zero +",
  },
  { kind: "inconclusive", when: "everything else" },
];

/** Judge one task. */
export function taskKind({ estimates, atZero }: KindEvidence): KindVerdict {
  const signs = {
    memorization: memorizationSign(find(estimates, "distributional-memorization", "spearman")),
    controlled: signAbout(0, fullyControlled(estimates)),
    separation: signAbout(0.5, find(estimates, "zero-separation", "auc")),
    slope: signAbout(0, find(estimates, "frequency-slope", "clustered-slope")),
    atZero: zeroSign(atZero),
  };
  return { ...decide(signs, atZero), signs };
}

function decide(
  signs: KindVerdict["signs"],
  atZero: ZeroPerformance | undefined,
): Pick<KindVerdict, "kind" | "because"> {
  const { memorization, controlled, slope } = signs;
  if (memorization === "unknown")
    return { kind: "inconclusive", because: "too little was left to measure Mem" };
  if (signs.atZero === "unknown") return { kind: "inconclusive", because: whyUnknown(atZero) };
  const performs = signs.atZero === "+";
  if (memorization === "+") {
    if (controlled === "0" || controlled === "−")
      return { kind: "inconclusive", because: "Mem does not survive its controls" };
    if (slope === "−")
      return { kind: "inconclusive", because: "Mem is +, but performance falls with frequency" };
    const zero = performs ? "performs also" : "does not perform";
    return {
      kind: performs ? "both" : "recall",
      because: `depends on the corpus and ${zero} where it states nothing`,
    };
  }
  const dependent = (["controlled", "separation", "slope"] as const).filter(
    (name) => signs[name] === "+",
  );
  if (dependent.length > 0)
    return {
      kind: "inconclusive",
      because: `Mem is ${memorization}, but ${dependent.map(titleOf).join(" and ")} +`,
    };
  return performs
    ? {
        kind: "skill",
        because: "performs where the corpus states nothing, and no measure depends on it",
      }
    : { kind: "inconclusive", because: "neither depends on the corpus nor performs without it" };
}

function whyUnknown(atZero: ZeroPerformance | undefined): string {
  if (atZero === undefined) return "no answered example has frequency 0, so skill cannot show";
  if (atZero.chance === undefined)
    return "answers are graded, so what the best constant answer would score is not known";
  if (!performsAtAll(atZero)) return "answers nothing better than a constant answer would";
  return `${atZero.examples} examples of frequency 0 are too few for an interval`;
}

function titleOf(name: SignName): string {
  return signRules.find((rule) => rule.name === name)?.title ?? name;
}

function find(
  estimates: readonly KindEstimate[],
  measure: string,
  method: string,
): KindEstimate | undefined {
  return estimates.find(
    (own) => own.measure === measure && own.method === method && own.zeros !== "dropped",
  );
}

/** The partial correlation with the most controls. */
function fullyControlled(estimates: readonly KindEstimate[]): KindEstimate | undefined {
  return estimates
    .filter(({ method }) => method === "partial-spearman")
    .reduce<KindEstimate | undefined>(
      (best, own) => ((own.controls?.length ?? 0) > (best?.controls?.length ?? -1) ? own : best),
      undefined,
    );
}

function memorizationSign(estimate: KindEstimate | undefined): Sign {
  if (estimate === undefined) return "unknown";
  const signs = {
    "follows the corpus": "+",
    "runs against the corpus": "−",
    "no sign": "0",
    inconclusive: "unknown",
  } as const;
  return signs[findingOf(estimate)];
}

/** The side of `center` on which the interval lies; 0 where it holds it, where p does not survive correction, or where the null gives as much. */
function signAbout(center: number, estimate: KindEstimate | undefined): Sign {
  const { value, interval, null: band, adjusted } = estimate ?? {};
  if (value === null || value === undefined || interval === null || interval === undefined)
    return "unknown";
  if (!((adjusted?.holm ?? 1) < 1 - interval.level)) return "0";
  if (interval.low > center && value > (band?.high ?? -Infinity)) return "+";
  return interval.high < center && value < (band?.low ?? Infinity) ? "−" : "0";
}

function zeroSign(atZero: ZeroPerformance | undefined): Sign {
  if (atZero?.chance === undefined || atZero.interval === null || !performsAtAll(atZero))
    return "unknown";
  if (atZero.interval.low > atZero.chance) return "+";
  return atZero.interval.high < atZero.chance ? "−" : "0";
}

function performsAtAll({ overall, chance = Infinity }: ZeroPerformance): boolean {
  return overall !== null && overall.low > chance;
}

/** Whether a verdict is what the task was made to be; undefined where it is inconclusive. */
export function agrees(kind: TaskKind, construction: Construction): boolean | undefined {
  if (kind === "inconclusive") return undefined;
  return kind === ({ memory: "recall", rule: "skill", mixed: "both" } as const)[construction];
}
