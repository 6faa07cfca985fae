/**
 * Whether a model does a task by recall, by skill, by both, or whether the run cannot tell: by rules over
 * the signs of several measures under the largest model, never by a weighted mark. A sign stands on an
 * interval and, where there is a test, on its p corrected over the whole run; what was not measured is
 * "unknown" and can decide nothing.
 */
import { findingOf, isSignificant, type Judged } from "./headline.ts";

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
  /** Answered examples without a mined pair: they have no frequency and are left out. */
  readonly withoutPairs: number;
  /** Of the performance on all examples that have a frequency. */
  readonly overall: Bounds | null;
  /** What guessing would score; undefined where that is not known. */
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
      "correctness on examples that have pairs none of which ever meets; unknown where correctness on all examples is not above guessing, since a model that answers nothing shows neither",
    plus: "interval above guessing: 1 / choices where answers are chosen, else the share of the commonest answer; of all examples or of these, whichever is higher",
  },
];

/** When a task is of a kind; the first rule that holds decides. */
export const kindRules: readonly { readonly kind: TaskKind | "depends"; readonly when: string }[] =
  [
    {
      kind: "depends",
      when: "Frequency +, or Mem + with Mem, controlled + or unknown; and neither Mem nor Frequency −",
    },
    { kind: "recall", when: "it depends on the corpus, and At zero is measured and not +" },
    { kind: "both", when: "it depends on the corpus, and At zero is +" },
    {
      kind: "skill",
      when: "At zero +, Mem measured, and none of Mem, Mem, controlled, Met or not and Frequency is +",
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
  const { memorization, slope } = signs;
  if (signs.atZero === "unknown") return { kind: "inconclusive", because: whyUnknown(atZero) };
  if (memorization === "−" || slope === "−")
    return { kind: "inconclusive", because: "runs against the corpus" };
  const performs = signs.atZero === "+";
  if (depends(signs)) {
    const zero = performs ? "performs also" : "does not perform";
    return {
      kind: performs ? "both" : "recall",
      because: `depends on the corpus and ${zero} where it states nothing`,
    };
  }
  const hints = (["memorization", "controlled", "separation"] as const).filter(
    (name) => signs[name] === "+",
  );
  if (hints.length > 0)
    return {
      kind: "inconclusive",
      because: `${hints.map(titleOf).join(" and ")} +, which alone shows no dependence`,
    };
  if (memorization === "unknown")
    return { kind: "inconclusive", because: "too little was left to measure Mem" };
  return performs
    ? {
        kind: "skill",
        because: "performs where the corpus states nothing, and no measure depends on it",
      }
    : { kind: "inconclusive", because: "neither depends on the corpus nor performs without it" };
}

/** Answers are better where the corpus states them more often, or more probable and not for want of controls. */
function depends({ memorization, controlled, slope }: KindVerdict["signs"]): boolean {
  const survives = controlled === "+" || controlled === "unknown";
  return slope === "+" || (memorization === "+" && survives);
}

function whyUnknown(atZero: ZeroPerformance | undefined): string {
  if (atZero === undefined) return "no answered example has frequency 0, so skill cannot show";
  if (atZero.chance === undefined)
    return "answers are graded, so what guessing would score is not known";
  if (!performsAtAll(atZero)) return "answers no better than by guessing";
  return `${atZero.examples} examples of frequency 0, or what they belong to, are too few for an interval`;
}

function titleOf(name: SignName): string {
  return signRules.find((rule) => rule.name === name)?.title ?? name;
}

/** With zeros kept; where the study drops them, what there is. */
function find(
  estimates: readonly KindEstimate[],
  measure: string,
  method: string,
): KindEstimate | undefined {
  const own = estimates.filter((each) => each.measure === measure && each.method === method);
  return own.find(({ zeros }) => zeros !== "dropped") ?? own[0];
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
  if (estimate === undefined) return "unknown";
  const { value, interval, null: band, adjusted } = estimate;
  if (value === null || interval === null) return "unknown";
  if (!isSignificant(adjusted, interval.level)) return "0";
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

/** What each construction lets a model do: a rule can be learned by heart besides, a mixed task can be done either way. */
const constructed: Readonly<
  Record<Construction, Readonly<Record<Exclude<TaskKind, "inconclusive">, Agreement>>>
> = {
  memory: { recall: "agrees", skill: "contradicts", both: "contradicts" },
  rule: { recall: "contradicts", skill: "agrees", both: "agrees" },
  mixed: { recall: "possible", skill: "possible", both: "agrees" },
};

/** How a verdict stands to what the task was made to be. */
export type Agreement = "agrees" | "contradicts" | "possible" | "not told";

/** Whether a verdict is what the task was made to be; an inconclusive one tells nothing. */
export function agreement(kind: TaskKind, construction: Construction): Agreement {
  return kind === "inconclusive" ? "not told" : constructed[construction][kind];
}
