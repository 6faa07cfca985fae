/** How to recompute the page's numbers without Rote. */
import { isRecord } from "../base/json.ts";
import { html, type Html } from "./html.ts";
import { binSettings } from "./performance.ts";
import { minedReasons } from "./recompute-drops.ts";
import {
  recomputeSnippets,
  type Snippet,
  type SnippetSettings,
  spearmanSql,
} from "./recompute-snippets.ts";
import { policyName, removesStopWords } from "./reproduction.ts";
import type { RunRecord } from "./run-record.ts";

/** The snippets, what each gives, and what they do not. */
export function recomputeSection(
  run: RunRecord,
  { hasOutputs, hasReplicates }: { readonly hasOutputs: boolean; readonly hasReplicates: boolean },
): Html {
  const { level, bins, by } = binSettings(run, "recompute");
  const snippets = recomputeSnippets({
    ...{ level, bins, by, hasOutputs, hasReplicates, ...pointSettings(run), ...ratioOf(run) },
    policy: policyName(run),
    isContiguous: !removesStopWords(run),
    hasNovelty: isRecord(run.novelty),
  });
  return html`<p>
      The numbers of this page come from the Parquet files beside it. In their folder these pieces
      of Python (pandas, SciPy, pyarrow), run one after another, give them again: values, sample
      sizes, bins with their intervals and nulls, medians. ${drawsText(hasReplicates)}
    </p>
    ${apartText} ${snippets.map(snippetBlock)} ${sqlBlock(run)}`;
}

/** What no Parquet file tells, and what these pieces leave out. */
const apartText = html`<p>
    Not from these files: of what was dropped the rows ${minedReasons.join(", ")}. They are counted
    while pairs are mined, and pairs that mining drops are kept nowhere; those it leaves are the
    rows of <code>pairs.parquet</code>.
  </p>
  <p>
    Of how well models answer, a task’s own metric is the mean of <code>correctness</code> in
    <code>outputs.parquet</code>, of the whole and of each group. Not recomputed here: lists of
    groups, which are means over their groups’ answers; answers by choice, which
    <code>choices.parquet</code> has; further metrics, which need the output and the references of
    the task’s file: corpus-bleu and corpus-chrf are sacreBLEU’s, by the signature in their row;
    BERTScore is that of bert-score without IDF and rescaling, with the vectors of the study’s
    embedder. Their intervals, and those of new pairs per 1,000 words and of perplexity, resample
    examples from the seed, draws that are not kept. Values of parts are taken as
    <code>run.json</code> has them; their intervals and tests are recomputed.
  </p>`;

/** Where intervals and nulls of rank correlations come from. */
function drawsText(hasReplicates: boolean): Html {
  return hasReplicates
    ? html`Intervals, tests and nulls of rank correlations are read from the values over resamples
        and permutations in <code>replicates.parquet</code>, which the seed named below gives again
        (<code>rote measure</code>). Rows whose <code>source</code> is run.json are copied, not
        recomputed: those of other corpora and tables, of which no file of this folder has counts.`
    : html`Intervals and nulls of rank correlations are draws from the seed named below; the same
        seed gives the same draws to <code>rote measure</code>, which also writes them into
        <code>replicates.parquet</code>; another program gives them up to chance.`;
}

/** What a point is, how P(b|a) is had, and what is resampled and controlled for, as the study says or by default. */
function pointSettings({
  study,
  identities,
}: RunRecord): Pick<
  SnippetSettings,
  "cluster" | "unit" | "smoothing" | "controls" | "censored" | "leavesOutOutliers"
> {
  const measure = isRecord(study.measure) ? study.measure : {};
  const alpha = typeof measure.smoothing === "number" ? measure.smoothing : 0;
  const documents = identities.corpora[0]?.documents;
  const controls = Array.isArray(measure.controls) ? measure.controls : ["length", "dfB", "dfA"];
  return {
    cluster: measure.cluster === "group" ? "group" : "example",
    unit: measure.unit === "mean" ? "mean" : "pair",
    smoothing: alpha > 0 && typeof documents === "number" ? { alpha, documents } : undefined,
    controls: controls.map((name) => (name === "length" ? "characters" : String(name))),
    censored: measure.censored === true,
    leavesOutOutliers: isRecord(study.mine) && isRecord(study.mine.outliers),
  };
}

/** What a study divides by what. */
function ratioOf({ study }: RunRecord): Pick<SnippetSettings, "minOfSingleCounts" | "denominator"> {
  const measure = isRecord(study.measure) ? study.measure : {};
  const released = isRecord(study.released) ? study.released : {};
  const corpus = isRecord(study.corpus) ? study.corpus : {};
  const { denominatorPolicy: policy = "same" } = measure;
  return {
    minOfSingleCounts: released.minOfSingleCounts === true,
    denominator: {
      column: measure.denominator === "occurrences" ? "tf" : "df",
      isApart: policy !== "same" && policy !== corpus.policy,
    },
  };
}

/** Spearman's ρ in SQL, where the study's points are those of the statement. */
function sqlBlock(run: RunRecord): Html {
  const { unit, smoothing, leavesOutOutliers } = pointSettings(run);
  const { minOfSingleCounts, denominator } = ratioOf(run);
  const measure = isRecord(run.study.measure) ? run.study.measure : {};
  const differs = [
    ...(measure.zeros === "dropped" ? ["drops zeros"] : []),
    ...(unit === "mean" ? ["takes means over inputs"] : []),
    ...(smoothing === undefined ? [] : ["smooths P(b|a)"]),
    ...(leavesOutOutliers ? ["leaves out pairs for their counts"] : []),
    ...(minOfSingleCounts || denominator.isApart || denominator.column === "tf"
      ? ["divides other counts than codf by df(a)"]
      : []),
  ];
  return differs.length === 0
    ? html`<h3>Spearman’s ρ in SQL (DuckDB)</h3>
        <pre data-language="sql">${spearmanSql}</pre>`
    : html`<p>
        There is no statement of SQL here: this study ${differs.join(", ")}, as the Python does.
      </p>`;
}

function snippetBlock({ table, title, python }: Snippet): Html {
  return html`<h3>${title}</h3>
    <pre data-language="python" data-table="${table}">${python}</pre> `;
}
