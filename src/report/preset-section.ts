/** What a preset made of a study: the default's result beside it, and option by option what differs and how much. */
import { isRecord } from "../base/json.ts";
import type { ComparedEstimate, ComparedResult } from "../study/preset/compare.ts";
import type { OptionStatus, PresetOption, PresetRecord } from "../study/preset/preset-record.ts";
import { maybeProbability } from "./estimate-text.ts";
import { decimal, integer } from "./format.ts";
import { html, type Html, table } from "./html.ts";
import type { RunRecord } from "./run-record.ts";

/** The section's content; undefined of a run without a preset. */
export function presetContent({ preset: value }: RunRecord): Html | undefined {
  const preset = presetOf(value);
  if (preset === undefined) return undefined;
  const { options, comparison } = preset;
  return html`<p>
      This study asks for the choices of Wang et al. 2025 (<code>preset: ${preset.name}</code>) in
      every key that it does not write itself. ${summary(options)}
    </p>
    ${
      comparison === null
        ? html`<p>No comparison with the default was made under these options.</p>`
        : html`${comparisonTable(comparison.results)}
          ${comparison.failed.map(
            ({ variant, because }) => html`<p>${variant} alone has no result: ${because}.</p> `,
          )}`
    }
    ${optionTable(options.filter(({ status }) => status !== "not-asked"))}
    <p class="meaning">
      A change is the difference of two runs’ values, each with its own interval; it has none of its
      own, and options act on each other, so that changes do not add up to that of all of them. A
      value that grows under an option is no gain where its null band grows with it.
    </p>`;
}

/** Of run.json; what another program writes there is not read. */
function presetOf(value: unknown): PresetRecord | undefined {
  const isOurs = isRecord(value) && value.name === "paper" && Array.isArray(value.options);
  return isOurs ? (value as unknown as PresetRecord) : undefined;
}

function summary(options: readonly PresetOption[]): string {
  const named = (wanted: OptionStatus): string =>
    options.flatMap(({ status, title }) => (status === wanted ? [title] : [])).join(", ");
  const deviating = named("deviates");
  const missing = named("missing");
  return [
    deviating === "" ? "It deviates from none of them." : `It deviates in: ${deviating}.`,
    ...(missing === "" ? [] : [`It cannot have: ${missing}.`]),
  ].join(" ");
}

/** A row a variant, task by task. */
function comparisonTable(results: readonly ComparedResult[]): Html {
  const tasks = [...new Set(results.map(({ task }) => task))];
  const rows = tasks.flatMap((task) => results.filter((result) => result.task === task));
  const model = results[0]?.model ?? "the model";
  const level = results.find(({ memorization }) => memorization?.interval)?.memorization?.interval
    ?.level;
  return table<ComparedResult>(
    `Spearman’s ρ under the default, the default with each option of the paper alone, and all of them; ${model}, each task at its first n. ` +
      `${level === undefined ? "" : `Intervals ${integer(100 * level)} %. `}* p < 0.05, not corrected, as the paper marks; the finding is by the variant’s own rule.`,
    [
      { title: "choices", cell: ({ variant }) => html`<code>${variant}</code>` },
      { title: "n", align: "right", cell: ({ n }) => n },
      { title: "ρ", align: "right", cell: ({ memorization }) => markedValue(memorization) },
      { title: "interval", align: "right", cell: ({ memorization: m }) => range(m?.interval) },
      { title: "null band", align: "right", cell: ({ memorization: m }) => range(m?.null) },
      { title: "p", align: "right", cell: ({ memorization: m }) => pText(m) },
      { title: "change", align: "right", cell: changeText },
      { title: "points", align: "right", cell: ({ memorization: m }) => integer(m?.points ?? 0) },
      { title: "never meet", align: "right", cell: ({ pairs }) => zerosText(pairs) },
      {
        title: "(1 − τ) / 2",
        align: "right",
        cell: ({ generalization: own }) =>
          own?.value == null
            ? "–"
            : html`${decimal(own.value)} <small>${range(own.interval)}</small>`,
      },
      { title: "right", align: "right", cell: correctnessText },
      { title: "finding", cell: findingText },
    ],
    rows,
    {
      group: ({ task }) => task,
      attributes: ({ memorization: m }) =>
        html` data-points="${m?.points ?? 0}" data-examples="${m?.examples ?? 0}"`,
    },
  );
}

function markedValue(estimate: ComparedEstimate | null): string {
  if (estimate?.value == null) return "–";
  return decimal(estimate.value) + ((estimate.pValue ?? 1) < 0.05 ? "*" : "");
}

function range(ends: { readonly low: number; readonly high: number } | null | undefined): string {
  return ends == null ? "–" : `${decimal(ends.low)} … ${decimal(ends.high)}`;
}

const pText = (estimate: ComparedEstimate | null): string =>
  maybeProbability(estimate?.pValue ?? undefined);

function changeText({ variant, difference, differenceRemark }: ComparedResult): Html | string {
  if (difference === null || variant === "default") return "–";
  const text = `${difference > 0 ? "+" : ""}${decimal(difference)}`;
  return differenceRemark == null ? text : html`${text} <small>${differenceRemark}</small>`;
}

function zerosText({ scored, zeros }: ComparedResult["pairs"]): string {
  return scored === 0 ? "–" : `${integer((100 * zeros) / scored)} % of ${integer(scored)}`;
}

function correctnessText({ correctness }: ComparedResult): Html | string {
  const known = correctness.filter(({ value }) => value !== null);
  if (known.length === 0) return "–";
  return html`${known.map(
    ({ metric, value, interval }) =>
      html`${decimal(value!)}
        <small>${interval === null ? "" : range(interval)} ${metric}</small> `,
  )}`;
}

function findingText({ finding, memorization }: ComparedResult): Html | string {
  const because = memorization?.undefinedBecause;
  return because == null ? finding : html`${finding} <small>${because}</small>`;
}

/** A row an option: what the paper does, and what this study does. */
function optionTable(options: readonly PresetOption[]): Html {
  return table<PresetOption>(
    "The paper’s choices. An assumption is what neither its text nor the code released with it says.",
    [
      { title: "option", cell: ({ name }) => html`<code>${name}</code>` },
      { title: "of", cell: ({ title }) => title },
      { title: "the paper", cell: ({ choice }) => choice },
      { title: "source", cell: ({ source }) => source },
      { title: "here", cell: hereCell },
    ],
    options,
  );
}

const statusText: Readonly<Record<OptionStatus, string>> = {
  set: "as the paper",
  same: "as the paper, and by default",
  deviates: "deviates",
  reported: "always reported",
  missing: "not in this study",
  "not-asked": "of no task here",
};

function hereCell({ status, keys, assumption, remark }: PresetOption): Html {
  const written = keys.filter(({ used }) => used !== null);
  const shown = written.filter(
    ({ paper, used }) =>
      status === "set" || (status === "deviates" && JSON.stringify(paper) !== JSON.stringify(used)),
  );
  const values = shown.map(({ key, used }) => html` <code>${key}: ${JSON.stringify(used)}</code>`);
  const notes = [assumption === null ? "" : `Assumption: ${assumption}.`, remark ?? ""];
  return html`${statusText[status]}${values}
  ${notes.map((note) => (note === "" ? undefined : html`<small>${note}</small> `))}`;
}
