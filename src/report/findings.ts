/** The sections of the page that say what was found; the sections of the record follow them. */
import { isRecord } from "../base/json.ts";
import { besideSections } from "./beside-sections.ts";
import { answersTable } from "./answers-section.ts";
import { html, type Html } from "./html.ts";
import { constructionTable, kindTable, ruleTables, taskVerdicts } from "./kinds-section.ts";
import { memorizationFigures } from "./memorization-section.ts";
import type { PageContent } from "./page-content.ts";
import type { Section } from "./page-shell.ts";
import { evidenceList, largestModel, pairTables, scatterFigures } from "./pairs-section.ts";
import { noveltySection } from "./novelty-section.ts";
import { partTables } from "./parts-section.ts";
import { performanceFigures } from "./performance-section.ts";
import { type Performance, performances } from "./performance.ts";
import { presetContent } from "./preset-section.ts";
import { publishedFigures, publishedTable } from "./published-section.ts";
import { reproducedPairs, reproductionFigures } from "./reproduction-section.ts";
import { removesStopWords, type Reproduction, reproductions } from "./reproduction.ts";
import type { RunRecord } from "./run-record.ts";
import { memorizationByLength, type Zeros } from "./selection.ts";
import { sweepContent } from "./sweep-section.ts";
import { verdictTable } from "./verdict-table.ts";

type Figures = typeof import("./figure.ts");

/** What is computed once and read by several sections. */
interface Findings extends PageContent {
  readonly performances: readonly Performance[];
  readonly reproductions: readonly Reproduction[];
  readonly model: string;
  readonly figures: Figures;
}

/** Verdicts, figures, and the pairs and documents behind them. */
export function findings(content: PageContent, figures: Figures): Section[] {
  const { run, facts, outcomes, countedPairs } = content;
  const found = {
    ...content,
    performances: performances(run, facts, outcomes),
    reproductions: reproductions(run, countedPairs, outcomes, facts),
    model: largestModel(run)?.label ?? "the model",
    figures,
  };
  return [
    ...verdictSections(found),
    ...presetSections(found),
    sizeSection(found),
    ...besideSections(found),
    ...tableSections(found),
    performanceSection(found),
    reproductionSection(found),
    ...noveltySections(found),
    publishedSection(found),
    ...sweepSections(found),
    ...pairSections(found),
  ];
}

function verdictSections(found: Findings): Section[] {
  const { run } = found;
  const verdicts = taskVerdicts(run, found.facts);
  const construction = constructionTable(run, verdicts);
  return [
    {
      id: "verdict",
      title: "Which tasks follow the corpus",
      content: html`${verdictTable(run)}${warningList(run)}${meaning}`,
    },
    {
      id: "kinds",
      title: "Recall or skill",
      content: html`${kindTable(verdicts)}${ruleTables()}
        <p class="meaning">
          <em>Recall</em> means that the model’s answers hang on the corpus’s counts and that it
          does no better than a constant answer where the corpus states nothing; it does not mean
          that every answer was copied, nor <em>skill</em> that none was.
        </p>`,
    },
    ...(construction === undefined
      ? []
      : [{ id: "construction", title: "By construction", content: construction }]),
  ];
}

function sizeSection({ run, figures }: Findings): Section {
  const has = (zeros: Zeros): boolean => memorizationByLength(run, zeros).size > 0;
  return {
    id: "size",
    title: "By task and model size",
    content: html`<p>
        Dots are Spearman’s ρ, lines their intervals, clustered by ${clusterName(run)}. The grey
        band behind each dot is what the same measure gives on pairs whose inputs were shuffled
        among examples and counted again: a dot within or below its band is no evidence.
      </p>
      ${has("kept") ? memorizationFigures(run, "kept", figures) : undefined}
      ${
        has("dropped")
          ? html`<h3>The paper’s way: pairs that never meet dropped</h3>
              <p>
                The same pairs less those that no document holds together: what Fig. 4 of the paper
                correlates, here with intervals and nulls.
              </p>
              ${memorizationFigures(run, "dropped", figures)}`
          : undefined
      }
      <p class="meaning">
        A dot above its band means that the model ranks answers as the corpus does, beyond what the
        frequency of the phrases alone gives; it does not mean that a single answer was copied, and
        a dot in its band does not mean that none was.
      </p>`,
  };
}

function noveltySections({ run, figures }: Findings): Section[] {
  const content = noveltySection(run, figures);
  return content === undefined ? [] : [{ id: "novelty", title: "New pairs in outputs", content }];
}

/** Tables of answers and of parts, where the run has them. */
function tableSections({ run }: Findings): Section[] {
  const [answers, parts] = [answersTable(run), partTables(run)];
  return [
    ...(parts === undefined
      ? []
      : [{ id: "parts", title: "By subject and group", content: parts }]),
    ...(answers === undefined
      ? []
      : [{ id: "answers", title: "How well models answer", content: answers }]),
  ];
}

/** What the study resamples. */
function clusterName({ study }: RunRecord): string {
  const isGroup = isRecord(study.measure) && study.measure.cluster === "group";
  return isGroup ? "the group of its example" : "example";
}

/** Only of a study under a preset. */
function presetSections({ run }: Findings): Section[] {
  const content = presetContent(run);
  return content === undefined ? [] : [{ id: "preset", title: "The paper’s choices", content }];
}

/** Only of a run that was swept. */
function sweepSections(found: Findings): Section[] {
  const content = sweepContent(found, found);
  return content === undefined ? [] : [{ id: "sweep", title: "Under other choices", content }];
}

function performanceSection({ run, performances: tasks, figures }: Findings): Section {
  return {
    id: "performance",
    title: "Performance by frequency",
    content:
      tasks.length === 0
        ? absent(
            "correctness of outputs by example: outputs.parquet, which models that generate leave behind, and examples.parquet with its column task",
          )
        : html`${performanceFigures(run, tasks, figures)}
            <p class="meaning">
              A line that rises out of its band means that what the corpus states more often is
              answered better; it does not mean that stating it made the difference, since frequent
              answers may also be the easier ones.
            </p>`,
  };
}

function reproductionSection({ run, reproductions: tasks, figures }: Findings): Section {
  const missing = removesStopWords(run)
    ? "n-grams of neighboring words: this study removed stop words first, so b need not stand in an output as it is"
    : "outputs.parquet, which models that generate leave behind, and pairs.parquet";
  return {
    id: "reproduced",
    title: "Pairs that models reproduce",
    content:
      tasks.length === 0
        ? absent(missing)
        : html`<p>
              For each mined pair, whether the model’s own output to the input that holds
              <var>a</var> holds <var>b</var>, by the number of documents that hold both.
            </p>
            ${reproductionFigures(run, tasks, figures)}
            <p class="meaning">
              A share above the band means that the model writes <var>b</var> because of its input;
              it does not mean that it learned it from the documents counted here.
            </p>
            ${reproducedPairs(tasks)}`,
  };
}

function publishedSection({
  performances: tasks,
  reproductions: pairs,
  run,
  figures,
}: Findings): Section {
  const link = (id: string, text: string): Html => html`<a href="#${id}">${text}</a>`;
  const performance =
    tasks.length === 0
      ? html`needs a model that generates`
      : link("performance", "Performance by frequency");
  return {
    id: "published",
    title: "Beside the paper",
    content: html`${publishedTable({
        "Fig. 3": performance,
        "Fig. 4": link("size", "By task and model size"),
        "Fig. 6": html`needs a sweep over thresholds`,
        "Fig. 7": html`${performance}, of a run on that corpus with those models`,
        "Fig. 12":
          pairs.length === 0
            ? html`needs a model that generates`
            : link("reproduced", "Pairs that models reproduce"),
      })}
      <details>
        <summary>Fig. 3 of the paper in numbers</summary>
        ${publishedFigures(figures)}
      </details>
      <p class="meaning">
        Theirs and ours agree where signs and orders agree under the same choices; numbers of other
        tasks, corpora and models (here ${run.name}) are not to be compared digit by digit.
      </p>`,
  };
}

function pairSections({ run, pairs, evidence, model, figures }: Findings): Section[] {
  return [
    {
      id: "scatter",
      title: "Corpus against model",
      content: html`<p>
          Each point is a pair in an example: to the right the share of documents with
          <var>a</var> that also hold <var>b</var>, upwards how probable ${model} finds
          <var>b</var> in the answer. Pairs that no document holds together stand in the lane at the
          left. Red marks are medians.
        </p>
        ${scatterFigures(run, pairs, figures)}
        <p class="meaning">
          Medians that rise mean that what the corpus states more often together the model finds
          more probable; they do not tell a pair that was read from one that is easy.
        </p>`,
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

/** One line in the place of figures a run has no data for. */
function absent(what: string): Html {
  return html`<p class="absent">Not drawn: it needs ${what}.</p>`;
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
