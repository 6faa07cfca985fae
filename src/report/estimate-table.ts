/** Every estimate of the run, one a row. */
import {
  intervalCell,
  intervalText,
  maybeProbability,
  nullCell,
  permutationText,
  sampleSizes,
  valueCell,
} from "./estimate-text.ts";
import { count, integer } from "./format.ts";
import { html, type Html, table, type TableColumn } from "./html.ts";
import type { EstimateRecord, RunRecord } from "./run-record.ts";
import { modelKey } from "./selection.ts";
import { judge } from "./verdict.ts";

/** The whole list as the run has it: what is corrected together stands together. */
export function estimateTable(run: RunRecord): Html {
  return table(
    html`All ${integer(run.allEstimates.length)} estimates. ${intervalText(run.allEstimates)} p
    tests zero correlation, two-sided; Holm and BH correct it for all rows of the run together. The
    null band is what shuffled pairs span${permutationText(run.allEstimates)}; null p is
    theirs.${exchangedText(run.allEstimates)}`,
    [
      { title: "task", cell: ({ task }) => task },
      ...besideColumns(run),
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
    run.allEstimates,
    { attributes: sampleSizes },
  );
}

/** What else tells rows apart, in a run of several corpora or of other tasks' tables. */
function besideColumns({ allEstimates }: RunRecord): readonly TableColumn<EstimateRecord>[] {
  const isOne = new Set(allEstimates.map(({ corpus }) => corpus)).size < 2;
  const isLent = allEstimates.some(({ minedOn }) => minedOn !== undefined);
  return [
    ...(isOne ? [] : [{ title: "corpus", cell: ({ corpus }: EstimateRecord) => corpus }]),
    ...(isLent
      ? [{ title: "table of", cell: ({ minedOn, task }: EstimateRecord) => minedOn ?? task }]
      : []),
  ];
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

/** The interval, or why there is none. */
function intervalOrReason(estimate: EstimateRecord): Html | string {
  const { value, interval } = estimate;
  if (value !== undefined && interval !== undefined) return intervalCell(estimate);
  return html`<small>${judge(estimate).remark}</small>`;
}

const methods: Readonly<Record<string, string>> = {
  spearman: "Spearman ρ",
  "kendall-tau-b": "Kendall τ-b",
  "censored-tau-b": "Kendall τ-b, zeros as limits",
  "partial-spearman": "partial ρ",
  "kendall-distance": "Kendall distance",
  auc: "AUC",
  "clustered-slope": "slope",
};

/** Measures of distributional memorization by their method alone, others with their name; then what is held fixed or compared with. */
export function measureName({ measure, method, controls, rule, against }: EstimateRecord): string {
  const name = measure === "distributional-memorization" ? "" : `${measure.replaceAll("-", " ")}, `;
  const given = controls.length === 0 ? "" : ` given ${controls.join(", ")}`;
  const than = against === undefined ? "" : ` against ${against}`;
  const under = rule === undefined ? "" : ` (${rule})`;
  return `${name}${methods[method] ?? method}${under}${given}${than}`;
}
