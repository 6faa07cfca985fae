/** The first half of the report: what was found, in words, figures and one table. */
import type { MemorizationPoint } from "./figure.ts";
import { count, decimal, integer, parameterCount, probability } from "./format.ts";
import { html, type Html, raw, table } from "./html.ts";
import type { EstimateRecord, RunRecord } from "./run-record.ts";
import { keepsZeros, leadingEstimates, modelKey, modelsBySize, nameOf } from "./selection.ts";
import { judge } from "./verdict.ts";

type Figures = typeof import("./figure.ts");

/** One row a task: the verdict for the largest model, with the numbers behind it. */
export function verdictTable(run: RunRecord): Html {
  const models = modelsBySize(run);
  const rows = [...leadingEstimates(run)].flatMap(([task, estimates]) => {
    const largest = [...estimates].sort(
      (x, y) => models.indexOf(modelKey(y)) - models.indexOf(modelKey(x)),
    )[0];
    return largest === undefined ? [] : [{ task, estimate: largest }];
  });
  const shown = rows.map(({ estimate }) => estimate);
  return table(
    `Each task under its largest model (${[...new Set(shown.map(modelKey))].join(", ")}): ` +
      "Spearman’s ρ between the corpus’s P(b | a) and the model’s log-probability of b, pairs that " +
      `no document holds together ${keepsZeros(run) ? "kept" : "dropped"}${nText(shown)}. ${intervalText(shown)}`,
    [
      { title: "task", cell: ({ task }) => task },
      { title: "the model", cell: ({ estimate }) => verdictCell(estimate) },
      { title: "ρ", align: "right", cell: ({ estimate }) => valueCell(estimate) },
      { title: "interval", align: "right", cell: ({ estimate }) => intervalCell(estimate) },
      { title: "null band", align: "right", cell: ({ estimate }) => nullCell(estimate) },
      { title: "pairs", align: "right", cell: ({ estimate }) => integer(estimate.points) },
      { title: "examples", align: "right", cell: ({ estimate }) => integer(estimate.examples) },
    ],
    rows,
    { attributes: ({ estimate }) => sampleSizes(estimate) },
  );
}

/** Small multiples, one a task: ρ by model size, intervals as bars, null bands behind. */
export function memorizationFigures(run: RunRecord, figures: Figures): Html {
  const tasks = [...leadingEstimates(run)];
  const domain = commonDomain(tasks.flatMap(([, estimates]) => estimates));
  const models = modelsBySize(run);
  return html`<div class="figures">
    ${tasks.map(([task, estimates]) => memorizationFigure(run, task, estimates, { models, domain, figures }))}
  </div>`;
}

interface FigureContext {
  readonly models: readonly string[];
  readonly domain: readonly [number, number];
  readonly figures: Figures;
}

function memorizationFigure(
  run: RunRecord,
  task: string,
  estimates: readonly EstimateRecord[],
  { models, domain, figures }: FigureContext,
): Html {
  const bySize = [...estimates].sort(
    (x, y) => models.indexOf(modelKey(x)) - models.indexOf(modelKey(y)),
  );
  const drawn = bySize.filter(({ value }) => value !== undefined);
  const missing = bySize.filter(({ value }) => value === undefined);
  const svg = figures.memorizationFigure(
    bySize.map((estimate) => pointOf(run, estimate)),
    {
      title: `${task}: Spearman correlation by model size`,
      description: bySize.map(inWords).join(" "),
    },
    domain,
  );
  const because = reasonsOf(missing).map(
    ({ reason, models: names }) =>
      html`<p class="reason">
        <em>Inconclusive</em>${names.length === bySize.length ? "" : ` for ${names.join(", ")}`}:
        ${reason}.
      </p>`,
  );
  return html`<figure${sampleSizes(bySize[0])}>
<h3>${task}</h3>
${drawn.length === 0 ? undefined : raw(svg)}${because}
<figcaption>${bySize.map((estimate) => html`<span>${inWords(estimate)}</span> `)}</figcaption>
</figure>
`;
}

/** Models without an estimate, together where the reason is the same. */
function reasonsOf(
  missing: readonly EstimateRecord[],
): readonly { readonly reason: string; readonly models: readonly string[] }[] {
  const byReason = new Map<string, string[]>();
  for (const estimate of missing) {
    const { remark } = judge(estimate);
    byReason.set(remark, [...(byReason.get(remark) ?? []), modelKey(estimate)]);
  }
  return [...byReason].map(([reason, models]) => ({ reason, models }));
}

/** Every estimate of the run, one a row. */
export function estimateTable(run: RunRecord): Html {
  return table(
    html`All ${integer(run.estimates.length)} estimates. ${intervalText(run.estimates)} p tests zero
    correlation, two-sided; Holm and BH correct it for all rows of the run together. The null band
    is what shuffled pairs span${permutationText(run.estimates)}; null p is
    theirs.${exchangedText(run.estimates)}`,
    [
      { title: "task", cell: ({ task }) => task },
      { title: "n", align: "right", cell: ({ n }) => n },
      { title: "model", cell: modelKey },
      { title: "measure", cell: measureName },
      { title: "zeros", cell: ({ zeros }) => zeros ?? "–" },
      { title: "value", align: "right", cell: valueCell },
      { title: "interval", cell: intervalOrReason },
      { title: "pairs", align: "right", cell: ({ points }) => integer(points) },
      { title: "examples", align: "right", cell: ({ examples }) => integer(examples) },
      { title: "p", align: "right", cell: ({ pValue }) => maybeProbability(pValue) },
      { title: "Holm", align: "right", cell: ({ holm }) => maybeProbability(holm) },
      { title: "BH", align: "right", cell: ({ bh }) => maybeProbability(bh) },
      { title: "null band", align: "right", cell: nullCell },
      { title: "null p", align: "right", cell: (e) => maybeProbability(e.null?.pValue) },
    ],
    run.estimates,
    { attributes: sampleSizes },
  );
}

/** What the intervals of a table are, once for all its rows. */
function intervalText(estimates: readonly EstimateRecord[]): string {
  const kinds = estimates.flatMap(({ interval }) =>
    interval === undefined ? [] : [`${levelText(interval.level)}, ${interval.method}`],
  );
  return kinds.length === 0 ? "" : `Intervals: ${[...new Set(kinds)].join("; ")}.`;
}

function permutationText(estimates: readonly EstimateRecord[]): string {
  const counts = [...new Set(estimates.flatMap((e) => e.null?.permutations ?? []))];
  return counts.length === 0 ? "" : ` (${counts.map(integer).join(" or ")} permutations)`;
}

/** Which nulls count no shuffled pairs, contrary to what the page says of all. */
function exchangedText(estimates: readonly EstimateRecord[]): string {
  const exchanged = estimates.filter((estimate) => estimate.null?.exchanged === true);
  if (exchanged.length === 0) return "";
  const those = [
    ...new Set(exchanged.map(({ task, n }) => (n === undefined ? task : `${task}, n = ${n}`))),
  ];
  return ` No shuffled pairs were counted for ${count(exchanged.length, "estimate")} (${those.join("; ")}): there the null exchanges the corpus’s values of whole examples.`;
}

/** "; n-grams of 1 or 2 words", nothing where a run names no n. */
function nText(estimates: readonly EstimateRecord[]): string {
  const lengths = [...new Set(estimates.flatMap(({ n }) => n ?? []))].sort((x, y) => x - y);
  if (lengths.length === 0) return "";
  return `; n-grams of ${lengths.join(" or ")} ${lengths.at(-1) === 1 ? "word" : "words"}`;
}

/** The same numbers as the drawing, as a sentence. */
function inWords(estimate: EstimateRecord): string {
  const { value, interval, points, examples, null: band } = estimate;
  const sizes = `${count(points, "pair")}, ${count(examples, "example")}`;
  if (value === undefined || interval === undefined)
    return `${modelKey(estimate)}: inconclusive (${sizes}).`;
  const nullText = band === undefined ? "" : `; null ${decimal(band.low)} to ${decimal(band.high)}`;
  return `${modelKey(estimate)}: ρ ${decimal(value)} (${levelText(interval.level)} ${decimal(interval.low)} to ${decimal(interval.high)}${nullText}; ${sizes}).`;
}

function pointOf(run: RunRecord, estimate: EstimateRecord): MemorizationPoint {
  return {
    label: sizeLabel(run, estimate),
    value: estimate.value,
    low: estimate.interval?.low,
    high: estimate.interval?.high,
    nullLow: estimate.value === undefined ? undefined : estimate.null?.low,
    nullHigh: estimate.value === undefined ? undefined : estimate.null?.high,
  };
}

/** The model's size where it tells the models apart, else its name. */
function sizeLabel(run: RunRecord, estimate: EstimateRecord): string {
  const sizes = run.identities.models.map(({ parameters }) => parameters);
  const model = run.identities.models.find(({ name }) => name === nameOf(estimate.model));
  const tellsApart = new Set(sizes).size === sizes.length && estimate.checkpoint === undefined;
  return tellsApart && typeof model?.parameters === "number"
    ? parameterCount(model.parameters)
    : modelKey(estimate);
}

/** One scale for all tasks, so that heights can be compared; at least from −0.25 to 0.75. */
function commonDomain(estimates: readonly EstimateRecord[]): readonly [number, number] {
  const values = estimates.flatMap(({ value, interval, null: band }) =>
    [value, interval?.low, interval?.high, band?.low, band?.high].filter((v) => v !== undefined),
  );
  return [Math.max(-1, Math.min(-0.25, ...values)), Math.min(1, Math.max(0.75, ...values))];
}

function verdictCell(estimate: EstimateRecord): Html {
  const { finding, remark } = judge(estimate);
  const small = remark === "" ? undefined : html`<small>${remark}</small>`;
  const kind = finding.split(" ")[0];
  return html`<strong class="${kind}">${finding}</strong>${small}`;
}

function valueCell({ value, interval, approximate }: EstimateRecord): string {
  if (value === undefined || interval === undefined) return "–";
  return `${approximate ? "≈ " : ""}${decimal(value)}`;
}

function intervalCell({ value, interval }: EstimateRecord): string {
  if (value === undefined || interval === undefined) return "–";
  return `${decimal(interval.low)} … ${decimal(interval.high)}`;
}

/** The interval, or why there is none. */
function intervalOrReason(estimate: EstimateRecord): Html | string {
  const { value, interval } = estimate;
  if (value !== undefined && interval !== undefined) return intervalCell(estimate);
  return html`<small>${judge(estimate).remark}</small>`;
}

function nullCell({ value, null: band }: EstimateRecord): string {
  if (value === undefined || band === undefined) return "–";
  return `${decimal(band.low)} … ${decimal(band.high)}`;
}

function measureName({ measure, method }: EstimateRecord): string {
  const name = measure === "distributional-memorization" ? "" : `${measure.replaceAll("-", " ")}, `;
  const methods: Readonly<Record<string, string>> = {
    spearman: "Spearman ρ",
    "kendall-tau-b": "Kendall τ-b",
  };
  return name + (methods[method] ?? method);
}

function maybeProbability(value: number | undefined): string {
  return value === undefined ? "–" : probability(value);
}

function levelText(level: number): string {
  return `${Number((100 * level).toPrecision(3))} %`;
}

/** Sample sizes as attributes: what a reader of the HTML, human or program, holds numbers against. */
function sampleSizes(estimate: EstimateRecord | undefined): Html {
  if (estimate === undefined) return html``;
  return html` data-points="${estimate.points}" data-examples="${estimate.examples}"`;
}
