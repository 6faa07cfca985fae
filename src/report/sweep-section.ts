/** What becomes of a run's correlations under other choices: specification curves, and one choice at a time. */
import { groupBy } from "../base/group-by.ts";
import { axisNames } from "../study/sweep/axes.ts";
import {
  FEWEST_OTHERS,
  HOLDS_FROM,
  LEAST_ESTIMATED,
  OVERTURNED_TO,
  type SpecificationCurve,
  specificationCurves,
} from "../study/sweep/curve.ts";
import { oneFactorAtATime } from "../study/sweep/one-factor.ts";
import type { Specification } from "../study/sweep/specifications.ts";
import { levelText, maybeProbability } from "./estimate-text.ts";
import { count, decimal, integer } from "./format.ts";
import { html, type Html, table } from "./html.ts";
import type { PageContent } from "./page-content.ts";
import type { SweepSummary } from "./run-record.ts";
import { modelsBySize, nameOf } from "./selection.ts";
import { choiceNames, curveFigures } from "./sweep-curves.ts";
import { sensitivityFigures } from "./sweep-sensitivity.ts";

type Figures = typeof import("./figure.ts");

/** The section's content; undefined of a run that was not swept. */
export function sweepContent(
  { run, specifications }: PageContent,
  { figures }: { readonly figures: Figures },
): Html | undefined {
  if (run.sweep === undefined || specifications.length === 0) return undefined;
  const curves = specificationCurves(specifications, run.sweep.level);
  const model = modelsBySize(run).at(-1) ?? "";
  const leading = curves.filter((curve) => keyOf(curve) === model);
  return html`<p>${statement(leading, specifications, model)}</p>
    ${curveTable(curves)}${emptyList(run.sweep)} ${curveFigures(run, specifications, figures)}
    <h3>One choice changed at a time</h3>
    ${factorTable(specifications, model)}
    <h3>By model size, under other thresholds and lengths</h3>
    <p>
      After Fig. 6 of the paper, which shows that its trends stand at three thresholds: all other
      choices are the study’s.
    </p>
    ${sensitivityFigures(run, specifications, figures)} ${rules(run.sweep.level)}`;
}

function keyOf({ model, checkpoint }: Pick<SpecificationCurve, "model" | "checkpoint">): string {
  return checkpoint === null ? model : `${model} @ ${checkpoint}`;
}

/** Whether the conclusions survive, in plain words. */
function statement(
  leading: readonly SpecificationCurve[],
  specifications: readonly Specification[],
  model: string,
): string {
  const named = (wanted: SpecificationCurve["robustness"]): string => {
    const tasks = leading.filter(({ robustness }) => robustness === wanted);
    return tasks.map(({ task }) => task).join(", ");
  };
  const parts = robustnesses.flatMap((wanted) =>
    named(wanted) === "" ? [] : [`${sentences[wanted]} ${named(wanted)}`],
  );
  const each = leading[0]?.specifications ?? 0;
  return (
    `${count(specifications.length, "specification")}, ${integer(each)} of each task and model: every combination of the options below. ` +
    `For ${model}, what the study found ${parts.join("; ")}.`
  );
}

const robustnesses = [
  ...(["holds", "no sign either", "depends on choices"] as const),
  ...(["overturned", "inconclusive"] as const),
];

const sentences: Readonly<Record<SpecificationCurve["robustness"], string>> = {
  holds: "holds in",
  "no sign either": "is no sign, as under other choices, in",
  "depends on choices": "depends on choices in",
  overturned: "is overturned in",
  inconclusive: "cannot be judged in",
};

function curveTable(curves: readonly SpecificationCurve[]): Html {
  return table<SpecificationCurve>(
    "Each task and model over all specifications: the study’s own value, the median and the range of those that could be estimated, how many are above, below and no sign, and what becomes of the study’s finding.",
    [
      { title: "model", cell: keyOf },
      { title: "study", align: "right", cell: ({ study }) => markedValue(study) },
      { title: "median", align: "right", cell: ({ median }) => valueText(median) },
      { title: "range", align: "right", cell: rangeText },
      {
        title: "estimated",
        align: "right",
        cell: (own) => `${own.estimated} of ${own.specifications}`,
      },
      { title: "above", align: "right", cell: ({ findings }) => findings.above },
      { title: "below", align: "right", cell: ({ findings }) => findings.below },
      { title: "no sign", align: "right", cell: ({ findings }) => findings["no sign"] },
      {
        title: "p",
        align: "right",
        cell: ({ combinedP }) => maybeProbability(combinedP ?? undefined),
      },
      { title: "the study’s finding", cell: robustnessCell },
    ],
    curves,
    { group: ({ task }) => task },
  );
}

function rangeText({ range }: SpecificationCurve): string {
  return range === null ? "–" : `${decimal(range.lowest)} … ${decimal(range.highest)}`;
}

function robustnessCell({ robustness, agreeing, others, study }: SpecificationCurve): Html {
  const share = study?.finding == null ? "" : `${agreeing} of ${others} others agree`;
  return html`${robustness}<small>${share}</small>`;
}

function valueText(value: number | null): string {
  return value === null ? "–" : decimal(value);
}

function markedValue(found: Pick<Specification, "value" | "finding"> | null | undefined): string {
  if (found === undefined) return "";
  if (found?.finding == null) return "–";
  const mark = found.finding === "above" ? "*" : found.finding === "below" ? "†" : "";
  return `${valueText(found.value)}${mark}`;
}

function emptyList({ empty }: SweepSummary): Html | undefined {
  if (empty.length === 0) return undefined;
  return html`<p class="reason">
    Not estimated, because a task had no pairs left:
    ${empty.map(
      ({ task, n, because, variants }) =>
        html`${task}, n = ${n}, in ${count(variants, "variant")} (${because}) `,
    )}
  </p>`;
}

/** A row an option, a column a task. */
function factorTable(specifications: readonly Specification[], model: string): Html {
  const factors = oneFactorAtATime(specifications.filter((own) => keyOf(own) === model));
  const tasks = [...new Set(specifications.map(({ task }) => task))];
  const rows = [...groupBy(factors, ({ axis, option }) => JSON.stringify([axis, option])).values()];
  const ordered = axisNames.flatMap((name) => rows.filter(([first]) => first?.axis === name));
  return table(
    `${nameOf(model)}, all other choices as the study has them; * above, † below, – not estimated.`,
    [
      { title: "option", cell: ([first]) => first?.option ?? "" },
      ...tasks.map((task) => ({
        ...{ title: task, align: "right" as const },
        cell: (own: (typeof rows)[number]) =>
          markedValue(own.find(({ specification }) => specification.task === task)?.specification),
      })),
    ],
    ordered,
    { group: ([first]) => (first === undefined ? "" : choiceNames[first.axis]) },
  );
}

function rules(level: number): Html {
  return html`<p class="meaning">
    <em>Above</em>: the ${levelText(level)} interval lies above zero and the value above the null
    band of the specification’s own shuffled pairs; <em>below</em>: both on the other side. Neither
    is corrected for the number of tests, as verdicts and headline are. The study’s finding
    <em>holds</em> where at least ${levelText(HOLDS_FROM)} of the other specifications that could be
    estimated find it too, and is <em>overturned</em> where at most ${levelText(OVERTURNED_TO)} do;
    of fewer than ${FEWEST_OTHERS} others, or where less than ${levelText(LEAST_ESTIMATED)} of all
    could be estimated, nothing is said. <var>p</var> is twice the median of the specifications’
    p-values against their shuffled pairs, 1 of those that could not be estimated, which is valid
    however they hang together. A finding that holds is not thereby true: all specifications share
    their corpus, their examples and their models.
  </p>`;
}
