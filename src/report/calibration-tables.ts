/** Tables of a calibration card. */
import { groupBy } from "../base/group-by.ts";
import type { CalibrationFile } from "../lab/calibration/calibrate-world.ts";
import type { MeasureGrade } from "../lab/calibration/grade-measure.ts";
import type { GroupFinding } from "../lab/calibration/group-findings.ts";
import type { InjectionCurve, InjectionPoint } from "../lab/calibration/injection-curve.ts";
import { barOf, shapeClaims, verdictOf } from "../lab/shapes/shape-check.ts";
import type { DoseBin } from "../lab/truth/dose-bins.ts";
import type { GroupedEstimate } from "../lab/truth/grouped-estimate.ts";
import type { NullBand } from "../stats/estimate.ts";
import { decimal, integer } from "./format.ts";
import { html, type Html, type HtmlValue, table, type TableColumn } from "./html.ts";

/** A number with its interval below it; where there is none, the reason. */
export function estimateCell(estimate: GroupedEstimate | undefined): HtmlValue {
  if (estimate === undefined) return "";
  const { value, interval, groups, undefinedBecause } = estimate;
  if (value === null) return html`<small>${undefinedBecause}</small>`;
  const none = groups < 2 ? "one group" : "every resample agrees";
  const range = interval === null ? none : `${decimal(interval.low)} … ${decimal(interval.high)}`;
  return html`${decimal(value)}<small>${range}</small>`;
}

/** "64", or "4–14" where doses are gathered. */
export function doseLabel({ dose, to }: DoseBin): string {
  return dose === to ? String(dose) : `${dose}–${to}`;
}

type GradeColumn = TableColumn<MeasureGrade>;

const number = (
  title: string,
  estimateOf: (grade: MeasureGrade) => GroupedEstimate | undefined,
): GradeColumn => ({ title, align: "right", cell: (grade) => estimateCell(estimateOf(grade)) });

/** Every measure on one kind: AUC by dose, correlations, false positives. */
export function gradeTable(kind: string, grades: readonly MeasureGrade[]): Html {
  const bins = new Map(grades.flatMap(({ auc }) => auc).map((bin) => [doseLabel(bin), bin.dose]));
  const labels = [...bins].sort(([, a], [, b]) => a - b).map(([label]) => label);
  const columns: GradeColumn[] = [
    { title: "measure", cell: ({ measure }) => measure },
    { title: "model", cell: ({ model }) => model ?? "corpus alone" },
    ...labels.map((label) =>
      number(`AUC ${label}`, ({ auc }) => auc.find((bin) => doseLabel(bin) === label)?.auc),
    ),
    number("ρ dose", ({ spearman }) => spearman.dose),
    number("ρ P(b|a)", ({ spearman }) => spearman.probability),
    number("ρ counterfactual", ({ spearman }) => spearman.counterfactual),
    number("false positives", ({ threshold }) => threshold?.falsePositives),
    { title: "items", align: "right", cell: ({ items }) => integer(items) },
    { title: "no score", align: "right", cell: ({ unscored }) => integer(unscored) },
  ];
  return table(
    html`<strong>${kind}</strong>. AUC: how often an item of this dose scores above one of dose 0; ½
      is chance. ρ: Spearman’s. False positives: share of the items of dose 0 above a threshold that
      lets 5 % of known non-members pass.`,
    columns,
    grades,
  );
}

/** Which axis each measure follows where the other is held. */
export function axisTable(grades: readonly MeasureGrade[]): Html {
  return table(
    "Pairs of planted items about alike on one axis: how often the measure ranks the item higher that " +
      "has at least one and a half times as much of the other. ½ is blind.",
    [
      { title: "measure", cell: ({ measure }) => measure },
      { title: "model", cell: ({ model }) => model ?? "corpus alone" },
      number("dose, alike in P(b|a)", ({ axes }) => axes?.dose),
      number("P(b|a), alike in dose", ({ axes }) => axes?.probability),
      { title: "sees", cell: ({ axes }) => axes?.sees },
    ],
    [...groupBy(grades, ({ kind }) => kind).values()]
      .flat()
      .filter(({ axes }) => axes !== undefined),
    { group: ({ kind }) => kind },
  );
}

/** Distributional memorization or frequency slopes, with their nulls. */
export function findingTable(caption: string, findings: readonly GroupFinding[]): Html {
  return table(
    caption,
    [
      { title: "items", cell: ({ kind, total }) => (total === null ? kind : `${kind}, ${total}`) },
      { title: "n", cell: ({ order }) => order },
      { title: "trained on", cell: ({ arm }) => arm },
      { title: "model", cell: ({ model }) => model },
      { title: "value", align: "right", cell: ({ finding }) => estimateCell(finding) },
      {
        title: "null",
        align: "right",
        cell: ({ null: band }) => bandCell(band),
      },
      { title: "count", align: "right", cell: ({ finding }) => integer(finding.items) },
      { title: "groups", align: "right", cell: ({ finding }) => integer(finding.groups) },
    ],
    findings,
  );
}

/** Curves over levels of injection as numbers, a row a curve. */
export function injectionTable({ injection }: CalibrationFile): Html {
  const levels = injection.flatMap(({ points }) => points.map(({ level }) => level));
  return table(
    "Distributional memorization by level, the mean over seeds, and the null of that mean at the lowest.",
    [
      { title: "items", cell: ({ kind, total }) => (total === null ? kind : `${kind}, ${total}`) },
      { title: "model", cell: ({ size }) => size },
      ...[...new Set(levels)]
        .sort((a, b) => a - b)
        .map((level): TableColumn<InjectionCurve> => {
          const at = ({ points }: InjectionCurve): InjectionPoint | undefined =>
            points.find((point) => point.level === level);
          return {
            ...{ title: `${level} %`, align: "right" },
            cell: (curve) => estimateCell(at(curve)?.memorization),
          };
        }),
      {
        title: "null at the lowest",
        align: "right",
        cell: ({ points }) => bandCell(points[0]?.null),
      },
      { title: "gain", align: "right", cell: ({ gain }) => estimateCell(gain) },
      { title: "seeds", align: "right", cell: ({ points }) => seedsCell(points) },
      { title: "count", align: "right", cell: ({ gain }) => integer(gain.items) },
      { title: "groups", align: "right", cell: ({ gain }) => integer(gain.groups) },
    ],
    injection,
  );
}

function bandCell(band: NullBand | null | undefined): string {
  return band === null || band === undefined ? "" : `${decimal(band.low)} … ${decimal(band.high)}`;
}

/** "3", or "1–3" where levels differ. */
function seedsCell(points: readonly InjectionPoint[]): string {
  const counts = points.map(({ runs }) => runs.length);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? String(least) : `${least}–${most}`;
}

/** Every shape with its estimate and bar. */
export function shapeTable({ shapes }: CalibrationFile): Html {
  return table(
    "What models that learn from what is planted, and from nothing else, must show. A shape that does not appear is a finding, not an error of the card.",
    [
      { title: "found on", cell: ({ of }) => of },
      { title: "estimate", align: "right", cell: ({ estimate }) => estimateCell(estimate) },
      { title: "bar", cell: (each) => barOf(each) },
      { title: "verdict", cell: (each) => verdictOf(each) },
      { title: "items", align: "right", cell: ({ estimate }) => integer(estimate.items) },
      { title: "groups", align: "right", cell: ({ estimate }) => integer(estimate.groups) },
    ],
    shapes,
    { group: ({ shape }) => shapeClaims[shape] },
  );
}

/** What changes between arms, in nats or shares. */
export function contrastTable({ truth }: CalibrationFile): Html | undefined {
  if (truth.contrasts.length === 0) return undefined;
  return table(
    "Mean difference of the same items between two corpora: insertion is perturbed − standard (0 at dose " +
      "0, or something leaked), dilution is diluted − perturbed, timing is late − early.",
    [
      { title: "kind", cell: ({ kind }) => kind },
      { title: "dose", align: "right", cell: ({ dose }) => dose },
      { title: "model", cell: ({ model }) => model },
      { title: "metric", cell: ({ metric }) => metric },
      { title: "difference", align: "right", cell: ({ difference }) => estimateCell(difference) },
      { title: "items", align: "right", cell: ({ difference }) => integer(difference.items) },
    ],
    truth.contrasts,
    { group: ({ name, arm, minus }) => `${name}: ${arm} − ${minus}` },
  );
}

/** Means over the models of subsets. */
export function causalTables({ truth }: CalibrationFile): Html | undefined {
  if (truth.counterfactual.length === 0) return undefined;
  const memorization = table(
    "Counterfactual memorization: mean log-likelihood under models whose corpus held the item, minus under those without it.",
    [
      { title: "kind", cell: ({ kind }) => kind },
      { title: "dose", align: "right", cell: ({ dose }) => dose },
      { title: "model", cell: ({ model }) => model },
      { title: "mean", align: "right", cell: ({ memorization: mean }) => estimateCell(mean) },
      { title: "items", align: "right", cell: ({ memorization: mean }) => integer(mean.items) },
    ],
    truth.counterfactual,
  );
  if (truth.influence.length === 0) return memorization;
  const influence = table(
    "Counterfactual influence of facts on questions of two facts: of the question’s own, and of another question’s for comparison.",
    [
      { title: "kind", cell: ({ kind }) => kind },
      { title: "dose", align: "right", cell: ({ dose }) => dose },
      { title: "facts", cell: ({ of }) => of },
      { title: "mean", align: "right", cell: ({ influence: mean }) => estimateCell(mean) },
      { title: "pairs", align: "right", cell: ({ influence: mean }) => integer(mean.items) },
    ],
    truth.influence,
  );
  return html`${memorization}${influence}`;
}

/** The measures and what each says. */
export function measureTable({ measures }: CalibrationFile): Html {
  return table(
    "Higher scores mean more memorized.",
    [
      { title: "measure", cell: ({ name }) => name },
      { title: "score of an item", cell: ({ about }) => about },
      { title: "reads", cell: ({ reads }) => reads.join(", ") },
    ],
    measures,
  );
}
