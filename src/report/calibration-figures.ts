/** Figures of a calibration card. */
import { groupBy } from "../base/group-by.ts";
import type { CalibrationFile } from "../lab/calibration/calibrate-world.ts";
import type { GroupFinding } from "../lab/calibration/group-findings.ts";
import type { InjectionCurve } from "../lab/calibration/injection-curve.ts";
import type { GroupedEstimate } from "../lab/truth/grouped-estimate.ts";
import { doseLabel } from "./calibration-tables.ts";
import type { FigureLine } from "./figure.ts";
import { html, type Html, raw } from "./html.ts";
import type { LinePanel } from "./panels-figure.ts";

type Figures = typeof import("./figure.ts");
type Point = FigureLine["points"][number];

/** Findings at single totals, by which the curve of associations is drawn; levels of injection have curves of their own. */
export function curveFindings({ findings }: CalibrationFile): GroupFinding[] {
  return findings.filter(({ total, arm }) => total !== null && !arm.startsWith("injection-"));
}

/** Distributional memorization by level of injection: a figure for all items of a kind, and for each total. */
export function injectionFigures(curves: readonly InjectionCurve[], figures: Figures): Html {
  return figureGrid(
    curves.map((curve) => {
      const panel = injectionPanel(curve);
      return {
        title: panel.title,
        lines: panel.lines,
        svg: figures.linesFigure(panel.lines, panel, panel),
      };
    }),
    figures,
  );
}

/** One curve as lines: the mean over seeds with its interval, each seed, and the null behind. */
export function injectionPanel({ kind, total, size, points }: InjectionCurve): LinePanel {
  const title = `${kind}${total === null ? "" : `, ${total} statements`}, ${size}`;
  const places = points.map(({ level }) => `${level} %`);
  const mean = {
    label: "mean of seeds",
    points: points.flatMap(({ level, memorization }) => pointOf(`${level} %`, memorization)),
  };
  const seeds = points.flatMap(({ level, runs }) =>
    runs.length < 2
      ? []
      : runs.map(({ model, value }) => ({ x: `${level} %`, value, seed: seedOf(model) })),
  );
  const singles = [...groupBy(seeds, ({ seed }) => seed)].map(([seed, own]) => ({
    label: `seed ${seed}`,
    points: own.flatMap(({ x, value }) => (value === null ? [] : [{ x, value }])),
  }));
  return {
    title,
    description: `Spearman’s ρ of P(b|a) and log-likelihood of ${title} at ${places.join(", ")} of the documents; the band is the null.`,
    lines: [mean, ...singles],
    x: { label: "documents injected →", places },
    y: { label: "↑ Spearman ρ", domain: [-0.8, 1] },
    bands: points.flatMap(({ level, null: band }) =>
      band === null ? [] : [{ x: `${level} %`, low: band.low, high: band.high }],
    ),
    level: 0,
  };
}

const seedOf = (model: string): string => /-seed(\d+)$/.exec(model)?.[1] ?? "1";

/** Spearman of P(b|a) and log-likelihood by total, a figure a kind and arm, a line a model. */
export function curveFigures(card: CalibrationFile, figures: Figures): Html {
  const curves = curveFindings(card);
  const panels = unique(curves, ({ kind, arm }) => `${kind}\n${arm}`);
  return figureGrid(
    panels.map(({ kind, arm }) => {
      const own = curves.filter((each) => each.kind === kind && each.arm === arm);
      const places = unique(own, ({ total }) => String(total)).map(({ total }) => String(total));
      const models = unique(own, ({ model }) => model).map(({ model }) => model);
      const lines = models.map((model) => ({
        label: model,
        points: own
          .filter((each) => each.model === model)
          .flatMap(({ total, finding }) => pointOf(String(total), finding)),
      }));
      const bands = own
        .filter((each) => each.model === models[0])
        .flatMap(({ total, null: band }) =>
          band === null ? [] : [{ x: String(total), low: band.low, high: band.high }],
        );
      const title = `${kind}, models of the ${arm} corpus`;
      const svg = figures.linesFigure(
        lines,
        {
          title,
          description: `Spearman’s ρ of P(b|a) and log-likelihood at ${places.length} totals for ${models.join(", ")}; the null band is that of ${models[0] ?? "no model"}.`,
        },
        {
          x: { label: "statements of all answers →", places },
          y: { label: "↑ Spearman ρ", domain: [-0.6, 1] },
          ...{ bands, level: 0 },
        },
      );
      return { title, svg, lines };
    }),
    figures,
  );
}

/** Mean log-likelihood by dose, a figure a kind; models of the perturbed corpus, and of the standard one. */
export function doseFigures({ truth }: CalibrationFile, figures: Figures): Html {
  const responses = truth.doseResponses.filter(({ metric }) => metric === "logLikelihood");
  const kinds = unique(responses, ({ kind }) => kind).map(({ kind }) => kind);
  return figureGrid(
    kinds.map((kind) => {
      const own = responses.filter((each) => each.kind === kind);
      const places = own[0]!.points.map(doseLabel);
      const lines = own.map(({ arm, model, points }) => ({
        label: `${model} ${arm}`,
        points: points.flatMap((point) => pointOf(doseLabel(point), point.recall)),
      }));
      const description = `Mean log-likelihood of what is to be recalled at doses ${places.join(", ")}.`;
      const svg = figures.linesFigure(
        lines,
        { title: kind, description },
        { x: { label: "dose →", places }, y: { label: "↑ mean log-likelihood" } },
      );
      return { title: kind, svg, lines };
    }),
    figures,
  );
}

/** AUC by dose of every measure on one kind, under one model. */
export function aucFigures(card: CalibrationFile, model: string, figures: Figures): Html {
  const grades = card.grades.filter((grade) => grade.model === model);
  const measures = unique(grades, ({ measure }) => measure).map(({ measure }) => measure);
  return figureGrid(
    measures.map((measure) => {
      const own = grades.filter((grade) => grade.measure === measure);
      const doses = new Set(own.flatMap(({ auc }) => auc.map(({ dose }) => dose)));
      const places = [...doses].sort((a, b) => a - b).map(String);
      const lines = own.map(({ kind, auc }) => ({
        label: kind,
        points: auc.flatMap(({ dose, auc: { value } }) =>
          value === null ? [] : [{ x: String(dose), value }],
        ),
      }));
      const svg = figures.linesFigure(
        lines,
        { title: measure, description: `AUC of ${measure} under ${model} by dose, a line a kind.` },
        {
          x: { label: "dose, or the lowest of several →", places },
          y: { label: "↑ AUC", domain: [0.3, 1] },
          level: 0.5,
        },
      );
      return { title: measure, svg, lines };
    }),
    figures,
  );
}

function pointOf(x: string, { value, interval }: GroupedEstimate): Point[] {
  return value === null ? [] : [{ x, value, low: interval?.low, high: interval?.high }];
}

interface Drawn {
  readonly title: string;
  readonly svg: string;
  readonly lines: readonly FigureLine[];
}

function figureGrid(drawn: readonly Drawn[], figures: Figures): Html {
  return html`<div class="figures">
    ${drawn.map(
      ({ title, svg, lines }) =>
        html`<figure>
          <h3>${title}</h3>
          ${raw(svg)}
          <figcaption class="legend">
            ${lines.map(
              ({ label }, index) =>
                html`<b style="color: ${figures.lineColor(index)}">${label}</b> `,
            )}
          </figcaption>
        </figure> `,
    )}
  </div>`;
}

/** The first of each key, in order of appearance. */
function unique<Value>(values: readonly Value[], keyOf: (value: Value) => string): Value[] {
  const first = new Map<string, Value>();
  for (const value of values) if (!first.has(keyOf(value))) first.set(keyOf(value), value);
  return [...first.values()];
}
