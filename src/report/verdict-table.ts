/** One row a task: what its leading estimate says under the largest model. */
import { integer } from "./format.ts";
import { html, type Html, table } from "./html.ts";
import {
  intervalCell,
  intervalText,
  nText,
  nullCell,
  sampleSizes,
  valueCell,
} from "./estimate-text.ts";
import type { EstimateRecord, RunRecord } from "./run-record.ts";
import { keepsZeros, leadingEstimates, modelKey, modelsBySize } from "./selection.ts";
import { judge } from "./verdict.ts";

/** The verdict for the largest model, with the numbers behind it. */
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
      { title: "the model", cell: ({ estimate }) => verdictCell(run, estimate) },
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

/** What an estimate lets one say, with what else to know. */
export function verdictCell(run: Pick<RunRecord, "estimates">, estimate: EstimateRecord): Html {
  const { finding, ...judged } = judge(estimate);
  const remark = finding === "follows the corpus" ? explainedBy(run, estimate) : judged.remark;
  const small = remark === "" ? undefined : html`<small>${remark}</small>`;
  const kind = finding.split(" ")[0];
  return html`<strong class="${kind}">${finding}</strong>${small}`;
}

/** What is left of a sign with all controls held fixed, where that is no sign. */
function explainedBy(
  { estimates }: Pick<RunRecord, "estimates">,
  estimate: EstimateRecord,
): string {
  const controlled = estimates.filter(
    (own) =>
      own.method === "partial-spearman" &&
      own.task === estimate.task &&
      own.n === estimate.n &&
      own.zeros === estimate.zeros &&
      modelKey(own) === modelKey(estimate),
  );
  const last = controlled.at(-1);
  if (last?.value === undefined || last.interval === undefined || last.interval.low > 0) return "";
  return `with ${last.controls.join(", ")} held fixed: ${valueCell(last)} (${intervalCell(last)})`;
}
