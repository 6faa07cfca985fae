/**
 * The choices of Wang et al. 2025 (arXiv 2407.14985) as keys of a study: what `preset: paper` fills in.
 * Where the paper's text and the code released with it disagree, the text is followed; where the text is
 * silent, the code; what neither says is marked as an assumption. Mistakes of the code are no part of it
 * (`released`). docs/paper-preset.md has this table, and a test holds the two together.
 */
import { BERTSCORE } from "../../tasks/metrics/bertscore.ts";
import { stopWordLanguages } from "../../text/stop-words.ts";
import { CHOICE_METRIC } from "../choice-accuracy.ts";
import type { TaskEntry } from "../study-file.ts";
import type { StudyKey } from "./study-keys.ts";
import { paperKind, paperThreshold, type PaperKind } from "./paper-tasks.ts";

/** What the paper's values hang on. */
export interface PresetStudy {
  readonly hasFiles: boolean;
  /** Tasks that the study file spells out, and whether it names built-in ones besides. */
  readonly tasks: readonly Pick<TaskEntry, "name" | "format" | "from" | "to" | "n" | "threshold">[];
  readonly hasBuiltIn: boolean;
}

/** A key with the paper's value. */
export interface PaperKey extends StudyKey {
  readonly value: unknown;
  /** A key of the study that, where it is written, says what this one would. */
  readonly unless?: string;
}

/** One choice of the paper. */
export interface PaperOption {
  /** The name of its variant. */
  readonly name: string;
  readonly title: string;
  /** The paper's choice in words, and where it stands. */
  readonly choice: string;
  readonly source: string;
  /** None where the paper says nothing of the study's tasks, or where there is nothing to set. */
  readonly keys: (study: PresetStudy) => readonly PaperKey[];
  /** What neither text nor code says. */
  readonly assumption?: (study: PresetStudy) => string | undefined;
  /** What of it this study does not have. */
  readonly missing?: (study: PresetStudy) => string | undefined;
  /** What it changes where that is no part of the correlation. */
  readonly beside?: string;
  /** Where every run reports it, so that there is nothing to set. */
  readonly reported?: string;
}

const everyStudy = (key: string, value: unknown) => (): readonly PaperKey[] => [{ key, value }];

/** Keys of tasks by their kind. */
const byKind =
  (values: Readonly<Partial<Record<PaperKind, Readonly<Record<string, unknown>>>>>) =>
  ({ tasks }: PresetStudy): readonly PaperKey[] =>
    tasks.flatMap((task) =>
      Object.entries(values[paperKind(task)] ?? {}).map(([key, value]) => ({
        ...{ task: task.name, key, value },
      })),
    );

/** Stop words of English, and of both languages of a translation. */
function stopWordKeys({ tasks }: PresetStudy): readonly PaperKey[] {
  const translations = tasks.filter((task) => paperKind(task) === "translation");
  return [
    { key: "mine.stopWords", value: ["en"] },
    { key: "mine.stopWordsUpTo", value: 3, unless: "mine.stopWords" },
    ...translations.map(({ name, from, to }) => ({
      ...{ task: name, key: "stopWords", unless: "mine.stopWords" },
      value: [from, to].filter((code) => code !== undefined && stopWordLanguages.includes(code)),
    })),
  ];
}

/** The study's threshold where a task takes it; those of tasks that say their own. */
function thresholdKeys({ tasks, hasBuiltIn }: PresetStudy): readonly PaperKey[] {
  const own = tasks.filter(({ threshold }) => threshold !== undefined);
  return [
    ...(hasBuiltIn || own.length < tasks.length ? [{ key: "mine.threshold", value: "paper" }] : []),
    ...own.map(({ name }) => ({ task: name, key: "threshold", value: "paper" })),
  ];
}

function thresholdAssumptions({ tasks }: PresetStudy): string | undefined {
  const taking = tasks.filter(({ threshold = "paper" }) => threshold === "paper");
  const assumed = taking.flatMap((task) =>
    task.n.flatMap((n) => {
      const { value, assumption } = paperThreshold(task, n);
      return assumption === null ? [] : [`${task.name}, n = ${n}: ${value} is the ${assumption}`];
    }),
  );
  return assumed.length === 0 ? undefined : assumed.join(". ");
}

/** Every choice, in the order of a study's stages. */
export const paperOptions: readonly PaperOption[] = [
  {
    name: "n",
    title: "words of an n-gram",
    choice: "translation 2; TriviaQA 5, then 3; MMLU 3, then 5; GSM8K 3",
    source: "Figs. 3 and 4; GSM8K: released plots",
    keys: byKind({
      translation: { n: [2] },
      triviaqa: { n: [5, 3] },
      mmlu: { n: [3, 5] },
      gsm8k: { n: [3] },
    }),
    assumption: ({ tasks }) =>
      tasks.some((task) => paperKind(task) === "gsm8k")
        ? "GSM8K: the text names no n; the released plots take 3"
        : undefined,
  },
  {
    name: "outputs",
    title: "what of an output is b",
    choice: "TriviaQA: the whole answer; else its n-grams",
    source: "appendix D",
    keys: byKind({ triviaqa: { outputs: "whole" } }),
  },
  {
    name: "stop-words",
    title: "stop words",
    choice: "removed up to n = 3, what is left is searched as a phrase; kept above",
    source: "released code; the text is silent",
    keys: stopWordKeys,
  },
  {
    name: "threshold",
    title: "threshold γ",
    choice: "fixed by kind of task and n",
    source: "appendix D",
    keys: thresholdKeys,
    assumption: thresholdAssumptions,
  },
  {
    name: "embedder",
    title: "embedder",
    choice: "LASER for translation, E5 for the others",
    source: "appendix D",
    keys: () => [],
    missing: () =>
      "no encoder comes with Rote: name the folder of one (embedder). γ is stated for these two, and a cosine means another thing with each",
  },
  {
    name: "short-texts",
    title: "texts of fewer than n words",
    choice: "taken whole",
    source: "released code",
    keys: everyStudy("mine.shortTexts", "whole"),
  },
  {
    name: "policy",
    title: "how pairs are counted",
    choice: "documents that hold both, whatever the case and punctuation",
    source: "text, and the search engine’s defaults",
    keys: () => [{ key: "corpus.policy", value: "words", unless: "corpus.index" }],
  },
  {
    name: "denominator",
    title: "unit of C(a)",
    choice: "occurrences; the ratio may exceed 1",
    source: "released code; the text says “count”",
    keys: everyStudy("measure.denominator", "occurrences"),
  },
  {
    name: "denominator-policy",
    title: "case of C(a)",
    choice: "as written: case and punctuation count",
    source: "released code; the text is silent",
    keys: ({ hasFiles }) =>
      hasFiles ? [{ key: "measure.denominatorPolicy", value: "exact-words" }] : [],
    missing: ({ hasFiles }) =>
      hasFiles
        ? "n-grams are looked for in lower case, at every n (the released code: up to n = 3); punctuation between words does not count: the paper counts tokens"
        : "an index of words under one policy does not have words as they are written; name corpus.files beside it",
  },
  {
    name: "prompt",
    title: "prompt",
    choice: "zero-shot, a template for each task",
    source: "released code; the text is silent",
    keys: byKind({
      translation: { prompt: "paper" },
      triviaqa: { prompt: "paper" },
      mmlu: { prompt: "paper" },
      gsm8k: { prompt: "paper" },
    }),
  },
  {
    name: "occurrences",
    title: "b several times in its output",
    choice: "all are scored",
    source: "released code; Eq. 2 has one place",
    keys: everyStudy("measure.occurrences", "all"),
  },
  {
    name: "decoding",
    title: "decoding",
    choice: "greedy",
    source: "text",
    beside: "what the model writes",
    keys: everyStudy("generate.temperature", 0),
    assumption: () => "lengths and stop texts are the study's: neither text nor code states them",
  },
  {
    name: "metric",
    title: "what is right",
    choice: "BLEU; TriviaQA's exact match; MMLU by letter; BERTScore precision for GSM8K",
    source: "text",
    beside: "how outputs are judged",
    keys: byKind({
      translation: { metric: "bleu", metrics: ["corpus-bleu"] },
      triviaqa: { metric: "triviaqa-exact-match" },
      mmlu: { metric: CHOICE_METRIC, choices: "letters" },
      gsm8k: { metrics: [BERTSCORE] },
    }),
    assumption: ({ tasks }) =>
      tasks.some((task) => paperKind(task) === "mmlu" || paperKind(task) === "translation")
        ? "settings of BLEU and that MMLU is judged by letter are not stated; probabilities for Mem are of the choice's text"
        : undefined,
  },
  {
    name: "unit",
    title: "points",
    choice: "one a pair of an example (the released code: the mean over the inputs of an output)",
    source: "Eq. 3",
    keys: everyStudy("measure.unit", "pair"),
  },
  {
    name: "zeros",
    title: "pairs that never meet",
    choice: "dropped",
    source: "appendix D",
    keys: everyStudy("measure.zeros", "dropped"),
  },
  {
    name: "smoothing",
    title: "smoothing",
    choice: "none",
    source: "Eq. 1",
    keys: everyStudy("measure.smoothing", 0),
  },
  {
    name: "correction",
    title: "many tests",
    choice: "no correction: marks by p < 0.05",
    source: "figures",
    beside: "p-values and marks",
    keys: everyStudy("measure.correction", "none"),
  },
  {
    name: "infinity-gram",
    title: "∞-gram tokens of probability 0",
    choice: "left out; 0 where all are",
    source: "Eq. 5",
    keys: () => [],
    reported: "with measure.infinityGram, as rule “paper” beside the strict one",
  },
  {
    name: "distance",
    title: "distance of two orders",
    choice: "(1 − τ) / 2",
    source: "Fig. 4 and released code",
    keys: () => [],
    reported: "as distributional-generalization",
  },
  {
    name: "binning",
    title: "bins of performance by frequency",
    choice: "five of equal width",
    source: "Fig. 3 and released code",
    beside: "performance by frequency",
    keys: everyStudy("measure.binning", "equal-width"),
  },
  {
    name: "overlap",
    title: "n-grams looked for in the corpus",
    choice: "8 and 14 words",
    source: "§4",
    beside: "the overlap with the corpus",
    keys: everyStudy("measure.overlap", [8, 14]),
  },
  {
    name: "novel-pairs",
    title: "novel pairs",
    choice: "the number of pairs that never meet",
    source: "Fig. 4",
    keys: () => [],
    missing: () =>
      "measure.novelty counts the pairs of the model's own outputs that never meet, per 1,000 words",
  },
  {
    name: "checkpoints",
    title: "checkpoints of gradients",
    choice: "steps 20k, 40k, 60k, 80k and the last, summed without weights",
    source: "Fig. 5 and released code",
    keys: () => [],
    missing: () => "a study follows no gradients; models names the checkpoints to correlate",
  },
  {
    name: "documents",
    title: "documents of gradients",
    choice: "50 at random of those that match",
    source: "§6; the released code takes the first or the best 50",
    keys: () => [],
    missing: () => "a study follows no gradients",
  },
];
