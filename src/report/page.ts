/** The report as one HTML page: needs nothing but itself to be read, now or in ten years. */
import { isRecord } from "../base/json.ts";
import { html, type Html } from "./html.ts";
import { pageHtml, type Section } from "./page-shell.ts";
import { evidenceList, largestModel, pairTables, scatterFigures } from "./pairs-section.ts";
import {
  dropTable,
  identityTables,
  optionTable,
  promptList,
  stageTable,
} from "./record-section.ts";
import { estimateTable, memorizationFigures, verdictTable } from "./results-section.ts";
import type { RunRecord } from "./run-record.ts";
import type { Evidence, ExampleRecord, ScoredPair } from "./run-tables.ts";
import { styleSheet } from "./style.ts";

type Figures = typeof import("./figure.ts");

export interface PageContent {
  readonly run: RunRecord;
  /** Scored pairs of the largest model. */
  readonly pairs: readonly ScoredPair[];
  readonly examples: readonly ExampleRecord[];
  readonly evidence: readonly Evidence[];
}

/** Characters beyond which a headline is set smaller. */
const LONG_HEADLINE = 200;

/** The page's HTML. */
export function renderPage(content: PageContent, figures: Figures): string {
  const { run } = content;
  const sections = [...findings(content, figures), ...records(content)];
  const { version, seed, command } = run.provenance;
  return pageHtml({
    title: `${run.name}: how much follows the corpus`,
    kicker: run.name,
    headline: run.headline,
    longHeadline: run.headline.length > LONG_HEADLINE,
    sections,
    footer: html`Made by Rote ${String(version)} with seed ${String(seed)} from
      <code>run.json</code> and the Parquet files beside it: <code>${String(command)}</code>`,
    style: styleSheet,
    version: String(version),
  });
}

function findings({ run, pairs, evidence }: PageContent, figures: Figures): Section[] {
  const model = largestModel(run)?.label ?? "the model";
  return [
    {
      id: "verdict",
      title: "Which tasks follow the corpus",
      content: html`${verdictTable(run)}${warningList(run)}${meaning}`,
    },
    {
      id: "size",
      title: "By task and model size",
      content: html`<p>
          Dots are Spearman’s ρ, lines their intervals, clustered by example. The grey band behind
          each dot is what the same measure gives on pairs whose inputs were shuffled among examples
          and counted again: a dot within or below its band is no evidence.
        </p>
        ${memorizationFigures(run, figures)}`,
    },
    {
      id: "scatter",
      title: "Corpus against model",
      content: html`<p>
          Each point is a pair in an example: to the right the share of documents with
          <var>a</var> that also hold <var>b</var>, upwards how probable ${model} finds
          <var>b</var> in the answer. Pairs that no document holds together stand in the lane at the
          left. Red marks are medians.
        </p>
        ${scatterFigures(run, pairs, figures)}`,
    },
    {
      id: "pairs",
      title: "Pairs behind the numbers",
      content: html`<p>
          Pairs on which corpus and ${model} agree and disagree. <em>Told</em>: documents that hold
          <var>a</var> often hold <var>b</var>; <em>expected</em>: the model finds
          <var>b</var> probable, both as compared with the task’s other pairs. The columns both,
          df(a) and df(b) are exact numbers of documents; log P is the natural log-probability of
          <var>b</var>, summed over its tokens, mean over the examples with the pair.
        </p>
        ${pairTables(run, pairs)}`,
    },
    ...(evidence.length === 0
      ? []
      : [
          {
            id: "documents",
            title: "The documents",
            content: html`${wordsNote(run)}${evidenceList(evidence)}`,
          },
        ]),
  ];
}

/** Of an index alone only the words of the documents are known. */
function wordsNote({ study }: RunRecord): Html | undefined {
  const files = isRecord(study.corpus) ? study.corpus.files : undefined;
  if (study.engine !== "index" || !Array.isArray(files) || files.length > 0) return undefined;
  return html`<p>
    The study counted from an index and named no files: what stands here are the words that were
    indexed.
  </p>`;
}

function warningList({ warnings }: RunRecord): Html | undefined {
  if (warnings.length === 0) return undefined;
  return html`<ul class="warnings">
    ${warnings.map((warning) => html`<li>${warning}</li> `)}
  </ul>`;
}

function records({ run, examples }: PageContent): Section[] {
  return [
    {
      id: "estimates",
      title: "All estimates",
      content: html`<div class="estimates">${estimateTable(run)}</div>`,
    },
    { id: "drops", title: "What was dropped", content: dropTable(run) },
    { id: "prompts", title: "Prompts, word for word", content: promptList(run, examples) },
    {
      id: "record",
      title: "Corpus, models, options",
      content: html`${identityTables(run)}${stageTable(run)}${optionTable(run)}`,
    },
  ];
}

const meaning = html`<p>
    A task <em>follows the corpus</em> where phrases of its answers are the more probable to the
    model, the larger the share of documents that hold them among those that hold the phrase asked
    about: its interval lies above 0, its p corrected for all estimates of this run (Holm) is below
    one minus the interval’s level, and it stands above the band of shuffled pairs. That is what
    recall by rote looks like. It proves nothing of a single answer, and it is a correlation: a
    phrase may be probable because it is common or easy as well as because it was read.
  </p>
  <p>
    <em>No sign</em> means that this run found none: the interval says how strong a dependence it
    could have missed, and where shuffled pairs give as much or more, how common the phrases are is
    enough to explain it. <em>Inconclusive</em> means that too little was left to measure, and never
    means no. Counts hold for the corpus named below and for exact wording under its text policy:
    what the corpus says in other words is not counted.
  </p>`;
