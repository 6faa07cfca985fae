/** The last part of the report: what was counted and with what, enough to run it again. */
import { decimal, integer, seconds } from "./format.ts";
import { html, type Html, table } from "./html.ts";
import { isRecord } from "../base/json.ts";
import type { DropRecord, RunRecord, StageSummary } from "./run-record.ts";
import type { ExampleRecord } from "./run-tables.ts";

/** What becomes of pairs under each reason; a reason not listed here stands without a gloss. */
const glosses: Readonly<Record<string, string>> = {
  mined: "n-gram of an input with n-gram of its output",
  identical: "the same n-gram twice; dropped",
  "other-language": "a side of the example is in another language (mine.filters); dropped",
  "not-alphabetic": "a word holds other characters than letters (mine.filters); dropped",
  "named-entity": "a word is written like a name (mine.filters); dropped",
  "n-characters": "as many characters as n says words; dropped, as by the released code",
  "below-threshold": "not similar enough; dropped",
  "not-in-table": "not in the table mined on other examples; dropped",
  uncounted: "not counted; dropped",
  "count-outlier":
    "one of its counts is outside mine.outliers, listed in outliers.parquet; dropped",
  "df(a)=0": "a is not in the corpus, so P(b | a) is undefined; dropped",
  "denominator=0": "a is not in the corpus as the denominator’s policy reads it; dropped",
  "ratio>1": "more documents hold both than a is counted: P(b | a) > 1; part of scored",
  "df(b)=0": "b is not in the corpus: P(b | a) = 0; part of scored",
  "codf=0": "never together: P(b | a) = 0; part of scored",
  unmatched: "b was not found in the tokens of the output; dropped",
  scored: "measured",
  "unjudged-output":
    "examples, not pairs, whose output no metric could judge; not in performance by frequency",
};

/** What became of every mined pair, a column for each task and n. */
export function dropTable({ drops }: RunRecord): Html {
  const columns = unique(drops.map(columnOf));
  const reasons = unique(drops.map(reasonOf));
  const counts = new Map(drops.map((drop) => [`${reasonOf(drop)}\0${columnOf(drop)}`, drop.count]));
  return table(
    "Where pairs went. Each number is a count of pair × example, not an estimate.",
    [
      { title: "pairs", cell: (reason: string) => reason },
      { title: "meaning", cell: (reason: string) => glosses[reason.replace(/ \(.*\)$/, "")] },
      ...columns.map((column) => ({
        title: column,
        align: "right" as const,
        cell: (reason: string) => {
          const value = counts.get(`${reason}\0${column}`);
          return value === undefined ? "–" : integer(value);
        },
      })),
    ],
    reasons,
  );
}

function columnOf({ task, n }: DropRecord): string {
  return n === undefined ? task : `${task}, n = ${n}`;
}

function reasonOf({ reason, model }: DropRecord): string {
  return model === undefined ? reason : `${reason} (${model})`;
}

/** Each task's prompt word for word, and its first example. */
export function promptList({ study }: RunRecord, examples: readonly ExampleRecord[]): Html {
  const tasks = Array.isArray(study.tasks) ? study.tasks.filter(isRecord) : [];
  const items = tasks.map(({ name, prompt }) => {
    const task = typeof name === "string" ? name : "";
    const example = examples.find((candidate) => candidate.task === task);
    return html`<dt>${task}</dt>
      <dd>
        <pre>${promptText(prompt)}</pre>
        ${example === undefined ? undefined : exampleText(example)}
      </dd> `;
  });
  return html`<dl class="prompts">${items}</dl>`;
}

function promptText(prompt: unknown): string {
  if (isRecord(prompt) && typeof prompt.template === "string") return prompt.template;
  return typeof prompt === "string" ? prompt : JSON.stringify(prompt ?? null);
}

function exampleText({ input, reference, output }: ExampleRecord): Html {
  const answer =
    output === undefined ? undefined : html` The largest model answers <q>${output.trim()}</q>.`;
  return html`<p>First example: <q>${input}</q>, whose answer is <q>${reference}</q>.${answer}</p>`;
}

/** One table for each kind of thing: corpora, indexes, models, tokenizers, embedders. */
export function identityTables({ identities }: RunRecord): Html[] {
  return Object.entries(identities).flatMap(([kind, entries]) => {
    if (entries.length === 0) return [];
    const keys = unique(entries.flatMap((entry) => Object.keys(entry)));
    const columns = keys.map((key) => ({
      title: inWords(key),
      ...(entries.every((entry) => typeof (entry[key] ?? 0) === "number")
        ? { align: "right" as const }
        : {}),
      cell: (entry: Readonly<Record<string, unknown>>) => identityCell(key, entry[key]),
    }));
    return table(kind, columns, entries);
  });
}

/** "vocabularySize" as people read it: "vocabulary size". */
function inWords(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function identityCell(key: string, value: unknown): Html | string {
  if (value === undefined || value === null) return "–";
  if (typeof value === "number") return integer(value);
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return key === "sha256" || /^[0-9a-f]{64}$/.test(text)
    ? html`<code class="hash">${text}</code>`
    : text;
}

/** Stages with their time, work and rate. */
export function stageTable({ stages }: RunRecord): Html {
  return table(
    "Stages, the time each took on the machine of the run, and its rate.",
    [
      { title: "stage", cell: ({ name }) => name },
      { title: "time", align: "right", cell: (stage) => maybeSeconds(stage) },
      { title: "work", cell: ({ work }) => workText(work, 1) },
      {
        title: "rate",
        cell: ({ work, seconds }) => (seconds ? `${workText(work, seconds)} a second` : "–"),
      },
    ],
    stages,
  );
}

function maybeSeconds({ seconds: time }: StageSummary): string {
  return time === undefined ? "–" : seconds(time);
}

function workText(work: StageSummary["work"], divisor: number): string {
  const parts = Object.entries(work).map(([unit, amount]) =>
    unit === "bytes"
      ? `${decimal(amount / divisor / 1e6, 1)} MB`
      : `${integer(amount / divisor)} ${unit}`,
  );
  return parts.join(", ") || "–";
}

/** Every option of the study and the provenance, as path and value. */
export function optionTable({ study, provenance }: RunRecord): Html {
  const rows = [...flatten("", study), ...flatten("provenance", provenance)];
  return table(
    "Every option with its value, and what ran it.",
    [
      { title: "option", cell: ([path]) => html`<code>${path}</code>` },
      { title: "value", cell: ([, value]) => html`<code>${value}</code>` },
    ],
    rows,
  );
}

function flatten(path: string, value: unknown): (readonly [string, string])[] {
  const isList = Array.isArray(value) && value.some((item) => isRecord(item));
  if (!isRecord(value) && !isList)
    return [[path, typeof value === "string" ? value : JSON.stringify(value ?? null)]];
  return Object.entries(value as object).flatMap(([key, inner]) =>
    flatten(path === "" ? key : `${path}.${key}`, inner),
  );
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
