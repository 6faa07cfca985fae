/** The report as one HTML page: needs nothing but itself to be read, now or in ten years. */
import { findings } from "./findings.ts";
import { estimateTable } from "./estimate-table.ts";
import { html } from "./html.ts";
import type { PageContent } from "./page-content.ts";
import { pageHtml, type Section } from "./page-shell.ts";
import { recomputeSection } from "./recompute-section.ts";
import {
  dropTable,
  identityTables,
  optionTable,
  promptList,
  stageTable,
} from "./record-section.ts";
import { styleSheet } from "./style.ts";

type Figures = typeof import("./figure.ts");

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

function records({ run, examples, outcomes, countedPairs, hasReplicates }: PageContent): Section[] {
  return [
    {
      id: "estimates",
      title: "All estimates",
      content: html`<div class="estimates">${estimateTable(run)}</div>`,
    },
    { id: "drops", title: "What was dropped", content: dropTable(run) },
    { id: "prompts", title: "Prompts, word for word", content: promptList(run, examples) },
    {
      id: "recompute",
      title: "Recompute",
      content: recomputeSection(run, {
        hasOutputs: outcomes.length > 0 && countedPairs.length > 0,
        hasReplicates,
      }),
    },
    {
      id: "record",
      title: "Corpus, models, options",
      content: html`${identityTables(run)}${stageTable(run)}${optionTable(run)}`,
    },
  ];
}
