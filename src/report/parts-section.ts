/** Tasks whose examples carry groups, such as MMLU's subjects: memorization and answers of each part under the largest model. */
import { metricInterval, metricValue } from "./answers-section.ts";
import {
  intervalCell,
  maybeProbability,
  nullCell,
  sampleSizes,
  valueCell,
} from "./estimate-text.ts";
import { count, integer } from "./format.ts";
import { html, type Html, table } from "./html.ts";
import type { MetricRecord, PartEstimateRecord } from "./part-records.ts";
import type { RunRecord } from "./run-record.ts";
import { modelKey, modelsBySize } from "./selection.ts";
import { judge } from "./verdict.ts";

/** Groups beyond which their table is folded away. */
const MANY_GROUPS = 12;

interface PartRow {
  readonly estimate: PartEstimateRecord;
  readonly answers: MetricRecord | undefined;
}

/** One block a task; undefined where no task has parts. */
export function partTables(run: RunRecord): Html | undefined {
  const largest = modelsBySize(run).at(-1);
  const own = run.parts.filter((estimate) => modelKey(estimate) === largest);
  const tasks = [...new Set(own.map(({ task }) => task))];
  if (largest === undefined || tasks.length === 0) return undefined;
  return html`${tasks.map((task) => taskParts(run, task, own))}
    <p class="meaning">
      A part above its band, with a small p after Benjamini and Hochberg, is where answers hang on
      the corpus most clearly; with many parts a few small p are expected where nothing is, and a
      part without one may be too small to tell.
    </p>`;
}

function taskParts(run: RunRecord, task: string, own: readonly PartEstimateRecord[]): Html {
  const rows = own
    .filter((estimate) => estimate.task === task)
    .map((estimate) => ({ estimate, answers: answersOf(run, estimate) }));
  const lists = rows.filter(({ estimate }) => estimate.part.kind !== "group");
  const groups = rows.filter(({ estimate }) => estimate.part.kind === "group");
  const all = partTable(
    `${task}: ${count(groups.length, "group")}. ${partCaption(run, rows)}`,
    groups,
  );
  const tested = groups.filter(({ estimate }) => estimate.pValue !== undefined);
  const found = tested.filter(({ estimate }) => judge(bhAsHolm(estimate)).finding === FOLLOWS);
  return html`<h3>${task}</h3>
    ${
      lists.length === 0
        ? undefined
        : partTable(`${task}: lists of groups. ${partCaption(run, rows)}`, lists)
    }
    <p>
      Of ${count(groups.length, "group")}, ${integer(tested.length)} had pairs enough to be
      measured, and ${integer(found.length)} ${found.length === 1 ? "follows" : "follow"} the
      corpus${found.length === 0 ? "" : html` (${names(found)})`}.
    </p>
    ${
      groups.length > MANY_GROUPS
        ? html`<details>
            <summary>All ${count(groups.length, "group")}</summary>
            ${all}
          </details>`
        : all
    }`;
}

const FOLLOWS = "follows the corpus";

/** Parts are looked through rather than tested once each: what is told of them controls the share of false findings. */
function bhAsHolm(estimate: PartEstimateRecord): PartEstimateRecord {
  return { ...estimate, holm: estimate.bh };
}

function names(rows: readonly PartRow[]): string {
  return rows.map(({ estimate }) => estimate.part.name).join(", ");
}

function partCaption(run: RunRecord, rows: readonly PartRow[]): string {
  const [first] = rows;
  if (first === undefined) return "";
  const { estimate, answers } = first;
  const metric = answers === undefined ? "" : ` ${answers.metric} is how well it answers.`;
  return (
    `Model ${modelKey(estimate)}, n = ${String(estimate.n)}: Spearman’s ρ, zeros ${estimate.zeros ?? "kept"}.${metric} ` +
    `BH corrects p for the ${count(run.parts.filter(({ pValue }) => pValue !== undefined).length, "test")} of all parts.`
  );
}

function partTable(caption: string, rows: readonly PartRow[]): Html {
  const metric = rows.find(({ answers }) => answers !== undefined)?.answers?.metric ?? "metric";
  return table<PartRow>(
    caption,
    [
      { title: "part", cell: ({ estimate }) => estimate.part.name },
      { title: "ρ", align: "right", cell: ({ estimate }) => valueCell(estimate) },
      { title: "interval", cell: ({ estimate }) => intervalOrReason(estimate) },
      { title: "null band", align: "right", cell: ({ estimate }) => nullCell(estimate) },
      { title: "BH", align: "right", cell: ({ estimate }) => maybeProbability(estimate.bh) },
      { title: "pairs", align: "right", cell: ({ estimate }) => integer(estimate.points) },
      { title: "examples", align: "right", cell: ({ estimate }) => integer(estimate.examples) },
      { title: metric, align: "right", cell: ({ answers }) => answers && metricValue(answers) },
      { title: `of ${metric}`, cell: ({ answers }) => answers && metricInterval(answers) },
      {
        title: "answers",
        align: "right",
        cell: ({ answers }) => answers && integer(answers.examples),
      },
    ],
    rows,
    { attributes: ({ estimate }) => sampleSizes(estimate) },
  );
}

function intervalOrReason(estimate: PartEstimateRecord): Html | string {
  if (estimate.value !== undefined) return intervalCell(estimate);
  return html`<small>${judge(estimate).remark}</small>`;
}

/** The task's own metric of a part: the first that the run lists of it. */
function answersOf({ metrics }: RunRecord, estimate: PartEstimateRecord): MetricRecord | undefined {
  const { task, model, part } = estimate;
  return metrics.find(
    (own) =>
      own.task === task &&
      own.model === model &&
      own.part.kind === part.kind &&
      own.part.name === part.name,
  );
}
