/** Figures after Fig. 4 of the paper: small multiples, one a task, ρ by model size and length of n-grams. */
import { inWords } from "./estimate-text.ts";
import type { MemorizationPoint } from "./figure.ts";
import { figureBlock, type FigureData } from "./figure-block.ts";
import { parameterCount } from "./format.ts";
import { html, type Html } from "./html.ts";
import type { EstimateRecord, RunRecord } from "./run-record.ts";
import {
  type LengthSeries,
  memorizationByLength,
  modelKey,
  modelsBySize,
  nameOf,
  type Zeros,
} from "./selection.ts";
import { judge } from "./verdict.ts";

type Figures = typeof import("./figure.ts");

/** One figure a task, all on one scale. */
export function memorizationFigures(run: RunRecord, zeros: Zeros, figures: Figures): Html {
  const tasks = [...memorizationByLength(run, zeros)];
  const domain = commonDomain(
    tasks.flatMap(([, series]) => series.flatMap((own) => own.estimates)),
  );
  return html`<div class="figures">
    ${tasks.map(([task, series]) => taskFigure(run, { task, series, zeros, domain, figures }))}
  </div>`;
}

interface TaskFigure {
  readonly task: string;
  readonly series: readonly LengthSeries[];
  readonly zeros: Zeros;
  readonly domain: readonly [number, number];
  readonly figures: Figures;
}

function taskFigure(run: RunRecord, { task, series, zeros, domain, figures }: TaskFigure): Html {
  const models = modelsBySize(run);
  const bySize = series.map(({ label, estimates }) => ({
    label,
    estimates: [...estimates].sort(
      (x, y) => models.indexOf(modelKey(x)) - models.indexOf(modelKey(y)),
    ),
  }));
  const all = bySize.flatMap(({ estimates }) => estimates);
  const [leading] = bySize;
  const title = `${task}: Spearman correlation by model size, zeros ${zeros}`;
  const isDrawn = all.some(({ value }) => value !== undefined);
  const svg = figures.memorizationFigure(
    bySize.map(({ label, estimates }) => ({
      label,
      points: estimates.map((own) => pointOf(run, own)),
    })),
    { title, description: all.map((own) => `${lengthText(own)}${inWords(own)}`).join(" ") },
    domain,
  );
  return figureBlock({
    file: `memorization ${task} zeros ${zeros}`,
    title: task,
    svg: isDrawn ? svg : undefined,
    note: bySize.flatMap(({ label, estimates }) =>
      reasons(estimates, bySize.length > 1 ? `${label}, ` : ""),
    ),
    caption: html`${leading?.estimates.map((own) => html`<span>${lengthText(own)}${inWords(own)}</span> `)}`,
    data: estimateData(all),
    sizes: { points: all[0]?.points ?? 0, examples: all[0]?.examples ?? 0 },
  });
}

function lengthText({ n }: EstimateRecord): string {
  return n === undefined ? "" : `n = ${n}, `;
}

/** Why models have no estimate, together where the reason is the same. */
function reasons(estimates: readonly EstimateRecord[], of: string): Html[] {
  const byReason = new Map<string, string[]>();
  for (const estimate of estimates.filter(({ value }) => value === undefined)) {
    const { remark } = judge(estimate);
    byReason.set(remark, [...(byReason.get(remark) ?? []), modelKey(estimate)]);
  }
  return [...byReason].map(
    ([reason, models]) =>
      html`<p class="reason">
        <em>Inconclusive</em
        >${models.length === estimates.length && of === "" ? "" : ` for ${of}${models.join(", ")}`}:
        ${reason}.
      </p>`,
  );
}

/** Every number of the drawing, a row an estimate. */
export function estimateData(estimates: readonly EstimateRecord[]): FigureData {
  return {
    columns: ["n", "model", "rho", "low", "high", "nullLow", "nullHigh", "pairs", "examples"],
    rows: estimates.map((own) => [
      ...[own.n, modelKey(own), own.value, own.interval?.low, own.interval?.high],
      ...[own.null?.low, own.null?.high, own.points, own.examples],
    ]),
  };
}

export function pointOf(run: RunRecord, estimate: EstimateRecord): MemorizationPoint {
  return {
    label: sizeLabel(run, modelKey(estimate)),
    value: estimate.value,
    low: estimate.interval?.low,
    high: estimate.interval?.high,
    nullLow: estimate.value === undefined ? undefined : estimate.null?.low,
    nullHigh: estimate.value === undefined ? undefined : estimate.null?.high,
  };
}

/** A model's size where it tells the models apart, else its key. */
export function sizeLabel(run: RunRecord, key: string): string {
  const sizes = run.identities.models.map(({ parameters }) => parameters);
  const model = run.identities.models.find(({ name }) => name === nameOf(key));
  const tellsApart = new Set(sizes).size === sizes.length && nameOf(key) === key;
  return tellsApart && typeof model?.parameters === "number"
    ? parameterCount(model.parameters)
    : key;
}

/** One scale for all tasks, so that heights can be compared; at least from −0.25 to 0.75. */
export function commonDomain(estimates: readonly EstimateRecord[]): readonly [number, number] {
  const values = estimates.flatMap(({ value, interval, null: band }) =>
    [value, interval?.low, interval?.high, band?.low, band?.high].filter((v) => v !== undefined),
  );
  return [Math.max(-1, Math.min(-0.25, ...values)), Math.min(1, Math.max(0.75, ...values))];
}
