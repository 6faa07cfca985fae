/** What stands beside a study's own result: trends over training and size, other corpora, other tasks' tables. */
import { corporaFigures, corporaTable, hasCorpora } from "./corpora-section.ts";
import { crossTaskRows, crossTaskTable, hasCrossTask } from "./cross-task-section.ts";
import { html } from "./html.ts";
import type { Section } from "./page-shell.ts";
import type { RunRecord } from "./run-record.ts";
import { trendFigures } from "./trends-section.ts";

/** A run and what draws it. */
interface Beside {
  readonly run: RunRecord;
  readonly figures: typeof import("./figure.ts");
}

/** The sections that a run has data for; none of a study of one corpus, its own tables and two models. */
export function besideSections(beside: Beside): Section[] {
  return [...trendSections(beside), ...corporaSections(beside), ...crossTaskSections(beside)];
}

function trendSections({ run, figures }: Beside): Section[] {
  const content = trendFigures(run, figures);
  if (content === undefined) return [];
  return [
    {
      id: "trends",
      title: "Over training and size",
      content: html`<p>
          Spearman’s ρ over the logarithm of what grows. The line is the trend over all dots, the
          wedge about it what its slope’s interval spans: all models of a figure share their
          resamples of examples, so that what they have in common does not blur it.
        </p>
        ${content}
        <p class="meaning">
          A slope above 0 means that these models, as they grow or learn, rank answers more and more
          as the corpus does; it says nothing of models that were not measured, and more of a
          correlation is not more copying.
        </p>`,
    },
  ];
}

function corporaSections({ run, figures }: Beside): Section[] {
  if (!hasCorpora(run)) return [];
  return [
    {
      id: "corpora",
      title: "Corpora side by side",
      content: html`${corporaTable(run)}${corporaFigures(run, figures)}
        <p class="meaning">
          A difference whose interval lies off 0 means that one corpus orders the same pairs more as
          the model does; it does not mean that the model read that one. All other sections are of
          the first corpus.
        </p>`,
    },
  ];
}

function crossTaskSections({ run }: Beside): Section[] {
  if (!hasCrossTask(run)) return [];
  return [
    {
      id: "cross-task",
      title: "Across tasks",
      content: html`${crossTaskTable(run)}
        <details>
          <summary>Every pair of tasks in numbers</summary>
          ${crossTaskRows(run)}
        </details>
        <p class="meaning">
          A correlation off the diagonal means that what another task ties together is also followed
          in this one’s answers; a table that shares few pairs with a task says little of it, and
          not that nothing carries over.
        </p>`,
    },
  ];
}
