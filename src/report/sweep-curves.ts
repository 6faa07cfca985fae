/** Specification curves: one figure a task, models in their colors. */
import { groupBy } from "../base/group-by.ts";
import { quantile } from "../stats/quantile.ts";
import { type AxisName, axisNames } from "../study/sweep/axes.ts";
import type { Specification } from "../study/sweep/specifications.ts";
import type { SpecificationColumn } from "./figure.ts";
import { figureBlock, type FigureData } from "./figure-block.ts";
import { count, decimal } from "./format.ts";
import { html, type Html } from "./html.ts";
import { sizeLabel } from "./memorization-section.ts";
import type { RunRecord } from "./run-record.ts";
import { modelsBySize, nameOf } from "./selection.ts";

type Figures = typeof import("./figure.ts");

/** Choices as the page names them. */
export const choiceNames: Readonly<Record<AxisName, string>> = {
  threshold: "threshold γ",
  n: "n",
  embedder: "embedder",
  stopWords: "stop words",
  unit: "a point is a",
  zeros: "zeros",
  corpus: "corpus",
};

/** One curve a task. */
export function curveFigures(
  run: RunRecord,
  specifications: readonly Specification[],
  figures: Figures,
): Html {
  const byTask = groupBy(specifications, ({ task }) => task);
  return html`<div class="figures wide">
    ${Array.from(byTask, ([task, own]) => curveFigure(run, { task, own, figures }))}
  </div>`;
}

interface TaskCurve {
  readonly task: string;
  readonly own: readonly Specification[];
  readonly figures: Figures;
}

function curveFigure(run: RunRecord, { task, own, figures }: TaskCurve): Html {
  const models = modelsBySize(run).filter((key) => own.some((each) => keyOf(each) === key));
  const model = models.at(-1) ?? "";
  const leading = own.filter((each) => keyOf(each) === model);
  const drawn = leading
    .filter(
      ({ value, interval, null: band }) => value !== null && interval !== null && band !== null,
    )
    .sort((a, b) => a.value! - b.value!);
  const choices = choicesOf(own);
  const caption = captionOf(leading, drawn, model);
  const title = `${task}: Spearman correlation under ${count(leading.length, "specification")}`;
  const options = { models: models.map((key) => sizeLabel(run, key)), choices };
  const svg =
    drawn.length === 0
      ? undefined
      : figures.specificationFigure(
          columnsOf(drawn, { own, models, choices }),
          { title, description: caption.join(" ") },
          options,
        );
  const study = leading.find(({ isStudy }) => isStudy);
  return figureBlock({
    ...{ file: `specifications ${task}`, title: task, svg },
    note:
      svg === undefined
        ? html`<p class="reason"><em>Inconclusive</em>: no specification could be estimated.</p>`
        : undefined,
    caption: html`${caption.map((sentence) => html`<span>${sentence}</span> `)}`,
    data: optionData(leading),
    saved: specificationData(own),
    sizes: { points: study?.points ?? 0, examples: study?.examples ?? 0 },
  });
}

function keyOf({ model, checkpoint }: Specification): string {
  return checkpoint === null ? model : `${model} @ ${checkpoint}`;
}

/** Choices with more than one option, which alone can make a difference. */
function choicesOf(own: readonly Specification[]): readonly {
  readonly axis: AxisName;
  readonly name: string;
  readonly options: readonly string[];
}[] {
  return axisNames
    .map((axis) => ({
      ...{ axis, name: choiceNames[axis] },
      options: optionsOf(own, axis),
    }))
    .filter(({ options }) => options.length > 1);
}

/** In the order of the sweep, lengths by length. */
function optionsOf(own: readonly Specification[], axis: AxisName): readonly string[] {
  const options = [...new Set(own.map(({ options }) => options[axis]))];
  return axis === "n" ? options.sort((a, b) => Number(a) - Number(b)) : options;
}

function columnsOf(
  drawn: readonly Specification[],
  {
    own,
    models,
    choices,
  }: {
    readonly own: readonly Specification[];
    readonly models: readonly string[];
    readonly choices: ReturnType<typeof choicesOf>;
  },
): readonly SpecificationColumn[] {
  const placeOf = (each: Specification): string =>
    JSON.stringify(axisNames.map((axis) => each.options[axis]));
  const valueOf = new Map(
    own.map((each) => [`${keyOf(each)} ${placeOf(each)}`, each.value ?? undefined]),
  );
  return drawn.map((each) => ({
    values: models.map((key) => valueOf.get(`${key} ${placeOf(each)}`)),
    ...{ low: each.interval!.low, high: each.interval!.high },
    ...{ nullLow: each.null!.low, nullHigh: each.null!.high },
    options: choices.map(({ axis, options }) => options.indexOf(each.options[axis])),
    isStudy: each.isStudy,
  }));
}

function captionOf(
  leading: readonly Specification[],
  drawn: readonly Specification[],
  model: string,
): readonly string[] {
  if (drawn.length === 0)
    return [
      `None of ${count(leading.length, "specification")} of ${nameOf(model)} could be estimated.`,
    ];
  const of = (wanted: Specification["finding"]): number =>
    drawn.filter(({ finding }) => finding === wanted).length;
  const values = Float64Array.from(drawn, ({ value }) => value!);
  const study = leading.find(({ isStudy }) => isStudy);
  const place = drawn.findIndex(({ isStudy }) => isStudy);
  const sizes = drawn.map(({ points }) => points);
  return [
    `${drawn.length} of ${count(leading.length, "specification")} of ${nameOf(model)} could be estimated, each over ${Math.min(...sizes)} to ${Math.max(...sizes)} points: ` +
      `median ${decimal(quantile(values, 0.5))}, ${of("above")} above, ${of("below")} below, ${of("no sign")} no sign.`,
    study?.value == null
      ? "The study’s own choices give no estimate."
      : `The dashed line is the study’s own specification, ρ ${decimal(study.value)}, number ${place + 1} from below.`,
    "Bars are intervals, grey the null bands of the same model; the marks beneath say which options each was made with.",
  ];
}

/** What each option goes with, over all others. */
function optionData(leading: readonly Specification[]): FigureData {
  return {
    columns: ["choice", "option", "specifications", "estimated", "median", "above", "below"],
    rows: choicesOf(leading).flatMap(({ axis, name, options }) =>
      options.map((option) => {
        const own = leading.filter((each) => each.options[axis] === option);
        const values = Float64Array.from(own.flatMap(({ value }) => value ?? [])).sort();
        const of = (wanted: Specification["finding"]): number =>
          own.filter(({ finding }) => finding === wanted).length;
        return [
          ...[name, option, own.length, values.length],
          values.length === 0 ? undefined : quantile(values, 0.5),
          ...[of("above"), of("below")],
        ];
      }),
    ),
  };
}

/** Every specification of every model with all its numbers. */
function specificationData(own: readonly Specification[]): FigureData {
  return {
    columns: [
      ...["model", ...axisNames, "isStudy", "rho", "low", "high", "nullLow", "nullHigh"],
      ...["points", "examples", "finding"],
    ],
    rows: own.map((each) => [
      ...[keyOf(each), ...axisNames.map((axis) => each.options[axis]), String(each.isStudy)],
      ...[each.value ?? undefined, each.interval?.low, each.interval?.high],
      ...[each.null?.low, each.null?.high, each.points, each.examples, each.finding ?? undefined],
    ]),
  };
}
