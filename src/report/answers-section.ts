/** How well models answer: every metric of each task as a whole, and of the lists its groups stand in. */
import { groupBy } from "../base/group-by.ts";
import { count, decimal, integer } from "./format.ts";
import { html, type Html, table } from "./html.ts";
import type { MetricRecord } from "./part-records.ts";
import type { RunRecord } from "./run-record.ts";

/** The table of metrics; undefined where the run has none. */
export function answersTable({ metrics }: RunRecord): Html | undefined {
  const shown = metrics.filter(({ part }) => part.kind !== "group");
  if (shown.length === 0) return undefined;
  const rows = [...groupBy(shown, groupName).values()].flat();
  const isSigned = rows.some(({ signature }) => signature !== undefined);
  return table<MetricRecord>(
    "What each model’s outputs and choices are worth. Metrics of a corpus (corpus-bleu, corpus-chrf) run from 0 to 100, all others from 0 to 1.",
    [
      { title: "metric", cell: ({ metric }) => metric },
      { title: "model", cell: ({ model }) => model },
      { title: "value", align: "right", cell: metricValue },
      { title: "interval", cell: metricInterval },
      { title: "examples", align: "right", cell: ({ examples }) => integer(examples) },
      { title: "resampled", cell: resampled },
      ...(isSigned
        ? [
            {
              title: "signature",
              cell: ({ signature }: MetricRecord) => signature && html`<code>${signature}</code>`,
            },
          ]
        : []),
    ],
    rows,
    {
      group: groupName,
      attributes: ({ examples }) => html` data-examples="${examples}"`,
    },
  );
}

function groupName({ task, part }: MetricRecord): string {
  return part.kind === "task" ? task : `${task}, ${part.name}`;
}

/** Two decimals of a score out of 100, three of one out of 1. */
export function metricValue({ value, metric }: MetricRecord): string {
  return value === undefined ? "–" : decimal(value, digitsOf(metric));
}

/** Both ends, or why there are none. */
export function metricInterval({ value, interval, because, metric }: MetricRecord): Html | string {
  if (value === undefined || interval === undefined)
    return because === undefined ? "–" : html`<small>${because}</small>`;
  const digits = digitsOf(metric);
  return `${decimal(interval.low, digits)} … ${decimal(interval.high, digits)}`;
}

function digitsOf(metric: string): number {
  return metric.startsWith("corpus-") ? 2 : 3;
}

function resampled({ clusters, clusteredBy = "example" }: MetricRecord): string {
  if (clusters === undefined) return "–";
  return clusteredBy === "example" ? "examples" : count(clusters, clusteredBy);
}
