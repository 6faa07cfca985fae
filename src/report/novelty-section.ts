/** New pairs in the models' own outputs (R16), against correctness and fluency: text may be new because it is noise. */
import { isRecord } from "../base/json.ts";
import { groupBy } from "../base/group-by.ts";
import { levelText } from "./estimate-text.ts";
import { figureBlock } from "./figure-block.ts";
import type { Measured, NoveltyPoint } from "./figure.ts";
import { count, decimal, integer } from "./format.ts";
import { html, type Html, table } from "./html.ts";
import { sizeLabel } from "./memorization-section.ts";
import type { RunRecord } from "./run-record.ts";
import { modelsBySize, nameOf } from "./selection.ts";

type Figures = typeof import("./figure.ts");

/** An entry of `novelty.estimates`, as the page reads it. */
export interface NoveltyRow extends Measured {
  readonly task: string;
  readonly model: string;
  readonly outputs: string;
  readonly metric: string;
  readonly examples: number;
  readonly level: number | undefined;
}

const PAIRS = "novel-pairs-per-1000-words";
const axes = [
  { metric: "correctness", name: "correctness" },
  { metric: "fluent-share", name: "share of fluent outputs" },
] as const;

/** Figures and table; undefined where the run counted no pairs of outputs. */
export function noveltySection(run: RunRecord, figures: Figures): Html | undefined {
  const rows = noveltyRows(run.novelty);
  if (rows.length === 0) return undefined;
  const reference = isRecord(run.novelty) ? run.novelty.reference : undefined;
  const tasks = [...groupBy(rows, ({ task }) => task)];
  return html`<p>
      A pair of an example’s input and a model’s own output is new where no document holds both.
      Each point is a model, its bars ${levelText(rows[0]!.level ?? 0.95)} intervals over examples.
      An output is fluent where ${typeof reference === "string" ? reference : "the reference model"}
      is as little surprised by it as by the task’s gold outputs and it repeats itself no more than
      they do. There is no null: of shuffled inputs nearly every pair is new.
    </p>
    <div class="figures">
      ${tasks.flatMap(([task, own]) =>
        axes.map((axis) => taskFigure(run, { task, rows: own, axis, figures })),
      )}
    </div>
    <p class="meaning">
      A model whose outputs stay right and fluent while more of their pairs are new says what it did
      not read in these words; novelty that comes with fewer right or fluent outputs is noise, not
      generalization.
    </p>
    ${partTable(rows.filter(({ metric }) => metric === PAIRS))}`;
}

interface TaskFigure {
  readonly task: string;
  readonly rows: readonly NoveltyRow[];
  readonly axis: (typeof axes)[number];
  readonly figures: Figures;
}

function taskFigure(run: RunRecord, { task, rows, axis, figures }: TaskFigure): Html {
  const find = (model: string, metric: string): NoveltyRow | undefined =>
    rows.find((own) => own.model === model && own.metric === metric && own.outputs === "all");
  const points = modelsBySize(run).flatMap((model): (NoveltyPoint & { examples: number })[] => {
    const name = nameOf(model);
    const [novelty, share] = [find(name, PAIRS), find(name, axis.metric)];
    if (novelty === undefined || share === undefined) return [];
    return [{ label: sizeLabel(run, model), novelty, share, examples: novelty.examples }];
  });
  const sentences = points.map(
    ({ label, novelty, share, examples }) =>
      `${label}: ${measuredText(novelty, 1)} new pairs per 1,000 words at ${axis.name} ${measuredText(share, 3)}; ${count(examples, "example")}.`,
  );
  const title = `${task}: new pairs of outputs against ${axis.name}`;
  const description = sentences.join(" ");
  return figureBlock({
    file: `novelty ${task} ${axis.metric}`,
    title: `${task}, ${axis.name}`,
    svg:
      points.length === 0
        ? undefined
        : figures.noveltyFigure(points, { title, description }, { x: axis.name }),
    note: points.length === 0 ? html`<p class="reason">No output has a word.</p>` : undefined,
    caption: html`${sentences.map((sentence) => html`<span>${sentence}</span> `)}`,
    data: {
      columns: [
        ...["model", axis.metric, `${axis.metric} low`, `${axis.metric} high`],
        ...["new pairs per 1000 words", "low", "high", "examples"],
      ],
      rows: points.map(({ label, share, novelty, examples }) => [
        ...[label, share.value, share.low, share.high],
        ...[novelty.value, novelty.low, novelty.high, examples],
      ]),
    },
    sizes: {},
  });
}

function measuredText({ value, low, high }: Measured, digits: number): string {
  if (low === undefined || high === undefined) return decimal(value, digits);
  return `${decimal(value, digits)} (${decimal(low, digits)} to ${decimal(high, digits)})`;
}

/** New pairs of all outputs, and of the fluent and the correct among them. */
function partTable(rows: readonly NoveltyRow[]): Html {
  return table<NoveltyRow>(
    "New pairs per 1,000 words, of all outputs, and of those that are fluent, correct, or both.",
    [
      { title: "model", cell: ({ model }) => model },
      { title: "outputs", cell: ({ outputs }) => outputs.replaceAll("-", " ") },
      { title: "new pairs", align: "right", cell: ({ value }) => decimal(value, 1) },
      {
        title: "interval",
        align: "right",
        cell: ({ low, high }) =>
          low === undefined || high === undefined
            ? "–"
            : `${decimal(low, 1)} … ${decimal(high, 1)}`,
      },
      { title: "examples", align: "right", cell: ({ examples }) => integer(examples) },
    ],
    rows,
    { group: ({ task }) => task, attributes: ({ examples }) => html` data-examples="${examples}"` },
  );
}

/** The well-formed entries that have a value. */
function noveltyRows(novelty: unknown): readonly NoveltyRow[] {
  if (!isRecord(novelty) || !Array.isArray(novelty.estimates)) return [];
  return novelty.estimates.filter(isRecord).flatMap((entry) => {
    const { task, model, outputs, metric, examples, value, interval } = entry;
    const names = [task, model, outputs, metric];
    if (!names.every((name) => typeof name === "string")) return [];
    if (typeof value !== "number" || typeof examples !== "number") return [];
    const bounds = isRecord(interval) ? interval : {};
    const [ofTask = "", ofModel = "", ofOutputs = "", ofMetric = ""] = names;
    return [
      {
        ...{ task: ofTask, model: ofModel, outputs: ofOutputs, metric: ofMetric, examples, value },
        ...{ low: numberOr(bounds.low), high: numberOr(bounds.high) },
        level: numberOr(bounds.level),
      },
    ];
  });
}

function numberOr(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
