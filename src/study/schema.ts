/**
 * The study file: what to measure, as data. Parsing fills in every default, so that the resolved
 * study in `run.json` states each option's value. An unknown key is an error that names the
 * nearest known one. One file although long: it is the contract, a declaration read from top to bottom,
 * and the published JSON Schema is made of it.
 */
import { z } from "zod";
import { defaultLetterPrompt } from "../tasks/choice-prompt.ts";
import { taskFormats } from "../tasks/formats/read-task.ts";
import { BERTSCORE } from "../tasks/metrics/bertscore.ts";
import { corpusMetrics } from "../tasks/metrics/example-sums.ts";
import { namedMetrics } from "../tasks/metrics/named-metrics.ts";
import { promptPresets } from "../tasks/prompt-presets.ts";
import { CHOICE_METRIC } from "./choice-accuracy.ts";
import { fillIn } from "./preset/fill-in.ts";
import type { StudyFile } from "./study-file.ts";
import { studyError } from "./schema-issues.ts";
import { completeStudy } from "./study-rules.ts";

const positiveInteger = z.int().positive();
const share = z.number().gt(0).lt(1);
const oneOrMany = <T extends z.ZodType>(item: T) =>
  z
    .union([item, z.array(item).min(1)])
    .transform((value) => (Array.isArray(value) ? value : [value]));

const threshold = z
  .union([z.enum(["calibrated", "none", "paper"]), z.number().min(-1).lt(1)], {
    error: "a threshold is calibrated, none, paper, or a number from -1 to below 1",
  })
  .describe(
    "γ of the cosine filter (kept: cosine > γ); calibrated on pairs of different examples, none, that of Wang et al. 2025 for the kind of task and n (paper), or a number",
  );

/** Those with a list of function words. */
const language = z.enum(["en", "de", "fr", "es", "it", "cs", "hu"]);

const stopWords = z.array(language);

const infinityGram = z.strictObject({
  index: z
    .string()
    .min(1)
    .describe("folder of an index of the corpus as tokens (rote index build) or as words"),
  tokenizer: z
    .string()
    .min(1)
    .optional()
    .describe("a tokenizer.json or its folder, for an index that does not hold its own"),
});

const corpus = z.strictObject({
  files: oneOrMany(z.string().min(1))
    .optional()
    .describe("files, globs or folders, relative to the study file"),
  index: z
    .string()
    .min(1)
    .optional()
    .describe("folder of an index of the corpus's words (rote index build --tokenizer words)"),
  field: z
    .string()
    .optional()
    .describe("key of a document's text; dotted for nested keys; default: text"),
  policy: z
    .enum(["words", "exact-words", "characters"])
    .optional()
    .describe("how text becomes words; default: the index's, else words"),
  lines: z.boolean().optional().describe("a document a line in .txt files; default: false"),
  skipMalformed: z
    .boolean()
    .optional()
    .describe("count and list malformed lines instead of ending at the first; default: false"),
  name: z
    .string()
    .optional()
    .describe("the corpus's name in results; default: the study's; each of several has its own"),
  infinityGram: infinityGram
    .optional()
    .describe("measure.infinityGram for this corpus, where there are several"),
});

const promptRule = "a prompt needs {input}, or is plain or paper";

const maxTokens = positiveInteger.describe("longest output generated");
const stop = z.array(z.string().min(1)).describe("generation ends before the first of these");
const temperature = z.number().min(0).describe("0 is greedy; else outputs are drawn by the seed");
const topP = z.number().gt(0).max(1).describe("draw from the fewest tokens of this probability");

const generation = z.strictObject({
  maxTokens: maxTokens.default(16),
  stop: stop.default(["\n"]),
  temperature: temperature.default(0),
  topP: topP.default(1),
});

const taskGeneration = z.strictObject({
  maxTokens: maxTokens.optional(),
  stop: stop.optional(),
  temperature: temperature.optional(),
  topP: topP.optional(),
});

const languages = z.strictObject({ input: language.optional(), output: language.optional() });

const letterRule = "a prompt by letter needs {input} and {choices}";

const task = z.strictObject({
  name: z.string().min(1),
  file: z
    .string()
    .min(1)
    .describe(
      "task JSONL (input, output, optional id, choices, answers, split), or what lies in format",
    ),
  format: z
    .enum(taskFormats)
    .optional()
    .describe(
      "jsonl, a TSV of triviaqa, the folder of mmlu or gsm8k, parallel text; default: jsonl",
    ),
  subjects: z
    .union([z.enum(["all", "knowledge", "reasoning"]), z.array(z.string().min(1)).min(1)])
    .optional()
    .describe("of mmlu: all, the paper's lists knowledge or reasoning, or names; default: all"),
  from: z.string().min(1).optional().describe("language of parallel text's inputs: en"),
  to: z.string().min(1).optional().describe("language of its outputs: de"),
  translations: z
    .string()
    .min(1)
    .optional()
    .describe("file of the outputs of parallel text, aligned with file line by line"),
  languages: languages
    .optional()
    .describe("of its inputs and outputs, for mine.filters: [language]; default: from and to"),
  prompt: z
    .union([z.enum(promptPresets), z.string().includes("{input}", { error: promptRule })])
    .default("{input} ")
    .describe(
      "the model's context; the output follows it directly; plain is {input} and a space, paper the format's prompt in Wang et al. 2025",
    ),
  shots: z
    .int()
    .min(0)
    .default(0)
    .describe(
      "solved examples before the prompt, drawn once from the split train, MMLU's dev of the same subject or GSM8K's train.jsonl",
    ),
  neutralContext: z.string().optional().describe("overrides measure.neutralContext for this task"),
  metric: z
    .enum([...namedMetrics.keys(), CHOICE_METRIC])
    .default("exact-match")
    .describe("how a generated output is judged; choice: by the choice its model finds likeliest"),
  metrics: oneOrMany(z.enum([...namedMetrics.keys(), ...corpusMetrics.keys(), BERTSCORE]))
    .default([])
    .describe("metrics of all outputs together, besides that one"),
  generate: taskGeneration.optional().describe("overrides generate for this task, key by key"),
  choices: z
    .enum(["both", "text", "letters", "none"])
    .default("both")
    .describe("how the choices of examples that have them are scored"),
  letterPrompt: z
    .string()
    .refine((text) => text.includes("{input}") && text.includes("{choices}"), letterRule)
    .default(defaultLetterPrompt)
    .describe("the prompt by letter; a letter follows it directly"),
  n: oneOrMany(positiveInteger)
    .default([2])
    .describe("lengths of n-grams in words; the first is the headline's"),
  threshold: threshold.optional().describe("overrides mine.threshold for this task"),
  minedOn: z
    .string()
    .min(1)
    .optional()
    .describe(
      "another task of the study: its table, mined on its training split, tells this task's pairs",
    ),
  stopWords: stopWords.optional().describe("overrides mine.stopWords for this task"),
  construction: z
    .enum(["memory", "rule", "mixed"])
    .optional()
    .describe(
      "what the task was made to be, where that is known: the report holds its verdict against it",
    ),
  outputs: z
    .enum(["ngrams", "whole"])
    .default("ngrams")
    .describe("n-grams of the output, or the whole output as one phrase whatever n is"),
});

const outliers = z.strictObject({
  counts: z
    .array(z.enum(["codf", "dfA", "dfB"]))
    .min(1)
    .default(["dfA", "dfB"])
    .describe("of a pair: documents with both, with a, with b"),
  quantiles: z
    .tuple([z.number().min(0).max(1), z.number().min(0).max(1)])
    .default([0, 0.95])
    .refine(([from, to]) => from < to, { error: "quantiles ascend: [0, 0.95]" })
    .describe("a pair with a count below the first or above the second is left out"),
});

const mine = z.strictObject({
  threshold: threshold.default("calibrated"),
  nullShare: share
    .default(0.01)
    .describe("share of pairs of different examples that a calibrated γ lets pass"),
  stopWords: stopWords
    .default([])
    .describe("languages whose function words are removed before n-grams are made"),
  stopWordsUpTo: positiveInteger
    .optional()
    .describe("the largest n at which they are removed; default: at every n"),
  split: z
    .enum(["separate", "cross-fit", "same"])
    .optional()
    .describe(
      "where the table is mined; default: separate where a task has both splits, else cross-fit",
    ),
  folds: z
    .int()
    .min(2)
    .default(5)
    .describe("folds of cross-fit; as many as there are examples leave one example out"),
  filters: z
    .array(z.enum(["alphabetic", "entities", "language"]))
    .default([])
    .describe(
      "pairs left out and counted: alphabetic keeps those of letters alone, entities leaves out those with a word written like a name, language keeps examples both of whose sides are in their task's languages",
    ),
  shortTexts: z.enum(["whole", "drop"]).default("whole").describe("texts of fewer than n words"),
  outliers: outliers
    .optional()
    .describe("pairs left out for their counts, over all pairs of a task and n; default: none"),
  cache: z
    .string()
    .min(1)
    .optional()
    .describe(
      "file that keeps the embedder's vectors for later runs; default: vectors of encoders and servers are kept until mining is done",
    ),
});

const novelty = z.strictObject({
  reference: z
    .string()
    .min(1)
    .optional()
    .describe("model whose perplexity tells fluent outputs; default: the study's largest"),
});

const measure = z.strictObject({
  bootstrap: z
    .union([z.literal("auto"), z.int().min(2)], { error: "resamples are auto, or at least 2" })
    .default("auto")
    .describe(
      "resamples of examples; auto: 10000 up to 100000 points and 1000 above, of Kendall's tau-b at most 1000",
    ),
  permutations: z
    .union([z.literal("auto"), positiveInteger], { error: "permutations are auto, or at least 1" })
    .default("auto")
    .describe(
      "shuffles of the input side, recounted in the corpus; auto: 200, fewer where that is more than 5 million pairs, at least 5; from a million pairs on 50 of a sample of 100000",
    ),
  strata: positiveInteger
    .default(5)
    .describe("strata of document frequency within which inputs are shuffled"),
  level: share.default(0.95).describe("level of intervals and null bands"),
  denominator: z
    .enum(["documents", "occurrences"])
    .default("documents")
    .describe("what a pair's documents are divided by: documents that hold a, or occurrences of a"),
  denominatorPolicy: z
    .enum(["same", "exact-words"])
    .default("same")
    .describe(
      "how text becomes words for that: as for pairs, or exactly as it is written, in a second pass over the files",
    ),
  zeros: z.enum(["kept", "dropped", "both"]).default("both"),
  correction: z
    .enum(["holm", "bh", "none"])
    .default("holm")
    .describe(
      "the p-values that signs are read from: corrected over the whole run by Holm or Benjamini and Hochberg, or as they are; all are printed",
    ),
  occurrences: z
    .enum(["first", "all"])
    .default("first")
    .describe("of b in its output: the first is scored, or the tokens of all of them"),
  cluster: z
    .enum(["example", "group"])
    .default("example")
    .describe("what is resampled: examples, or the groups they belong to (subjects of mmlu)"),
  unit: z
    .enum(["pair", "mean"])
    .default("pair")
    .describe(
      "what a point is: a pair of an example, or one n-gram of its output with the mean over the input's n-grams",
    ),
  smoothing: z
    .number()
    .min(0)
    .default(0)
    .describe(
      "α of P(b|a) = (codf + α·df(b)/N) / (df(a) + α), with N the corpus's documents; 0: as counted",
    ),
  censored: z
    .boolean()
    .default(false)
    .describe(
      "also estimate Kendall's tau-b where a pair that never meets is only known to lie below 1/df(a)",
    ),
  controls: z
    .array(z.enum(["length", "dfB", "dfA", "dfBAlone", "dfAAlone"]))
    .default(["length", "dfB", "dfA"])
    .refine((names) => new Set(names).size === names.length, { error: "a control is named twice" })
    .describe(
      "of the partial correlations, singly and together; dfBAlone and dfAAlone: documents of b or a without the other, in the place of dfB and dfA",
    ),
  bins: positiveInteger.default(5).describe("bins of performance against frequency, zeros apart"),
  binning: z
    .enum(["equal-count", "equal-width"])
    .default("equal-count")
    .describe("bins of equally many examples, or equally wide"),
  overlap: z
    .array(positiveInteger)
    .default([8, 13])
    .describe(
      "words of the n-grams by which evaluated examples are looked for in the corpus; [] does not look",
    ),
  neutralContext: z
    .string()
    .default("prompt")
    .describe(
      "what outputs are scored behind besides the prompt, for pointwise mutual information: prompt, the task's prompt without its input; none; or a text",
    ),
  infinityGram: infinityGram
    .optional()
    .describe("∞-gram probabilities of outputs, from an index of tokens of the same corpus"),
  novelty: novelty
    .optional()
    .describe("count the pairs of generated outputs too, in one more pass over the corpus"),
});

const modelEntry = z
  .strictObject({
    path: z
      .string()
      .min(1)
      .describe("a training's folder, or a model in a cache of Hugging Face's"),
    checkpoints: z
      .union([z.literal("all"), oneOrMany(z.union([z.int().min(0), z.string().min(1)]))])
      .describe("steps or revisions, and end; all: every step there is, and the end"),
  })
  .describe("checkpoints of one model, a model of the study each");

const embedder = z
  .union([z.literal("corpus"), z.string().min(1)])
  .default("corpus")
  .describe(
    "corpus: fit one on this corpus; built-in: the demo's, fitted on software documentation in seven languages; else the path of a stored one, the folder of a sentence encoder, or a server's URL",
  );

const report = z.strictObject({
  pairs: z
    .int()
    .min(0)
    .default(5)
    .describe("strongest pairs of each task whose documents are shown; 0 looks for none"),
  documents: positiveInteger.default(2).describe("documents shown for each of the strongest pairs"),
});

const repeated = z.boolean().default(false);

const released = z.strictObject({
  wholeTail: repeated.describe(
    "score every token from b's first occurrence to the end of the output",
  ),
  unseenAsProbabilityOne: repeated.describe(
    "the paper's ∞-gram rule gives outputs none of whose tokens was seen probability 1",
  ),
  minOfSingleCounts: repeated.describe(
    "a pair's count is the smaller of its n-grams' occurrences, wherever they stand",
  ),
  characterLengthSize: repeated.describe("leave out n-grams of exactly n characters"),
  dropLastNgram: repeated.describe("a text's last n-gram is none of them"),
});

const sweep = z.strictObject({
  threshold: oneOrMany(
    z.union([threshold, z.strictObject({ nullShare: share })], {
      error:
        "a threshold is calibrated, none, a number from -1 to below 1, or { nullShare: SHARE }",
    }),
  )
    .optional()
    .describe(
      "default: calibrated at mine.nullShare, at a fifth and at five times that, 0.5, and none",
    ),
  n: oneOrMany(positiveInteger).optional().describe("default: 1, 2, 3"),
  embedder: oneOrMany(z.string().min(1))
    .optional()
    .describe("beside the study's; default: built-in, or corpus where that is the study's"),
  stopWords: z
    .array(stopWords)
    .min(1)
    .optional()
    .describe("default: none removed, and those of mine.stopWords or of the tasks' languages"),
  unit: oneOrMany(z.enum(["pair", "mean"]))
    .optional()
    .describe("default: both"),
  zeros: oneOrMany(z.enum(["kept", "dropped"]))
    .optional()
    .describe("default: both"),
});

const studySchema = z.strictObject({
  $schema: z.string().optional(),
  name: z.string().regex(/^[\w.-]+$/, {
    error: "a name is made of letters, digits, dots, dashes and underscores",
  }),
  seed: z.int().default(1),
  corpus: z
    .union([corpus, z.array(corpus).min(1)])
    .describe("what is counted; of a list each, beside one another, and the first leads"),
  tasks: z.array(z.union([z.string().min(1), task])).min(1),
  models: z.array(z.union([z.string().min(1), modelEntry])).min(1),
  embedder,
  mine: mine.prefault({}),
  measure: measure.prefault({}),
  generate: generation.prefault({}),
  engine: z
    .enum(["scan", "index"])
    .optional()
    .describe(
      "scan: read the files; index: count from corpus.index; default: index where there is one",
    ),
  crossTask: z
    .boolean()
    .default(false)
    .describe("evaluate every task with the table of every other one, too"),
  preset: z
    .enum(["default", "paper"])
    .default("default")
    .describe(
      "paper: keys that are not written take the values of Wang et al. 2025, and the report prints the default's result beside them",
    ),
  report: report.prefault({}),
  released: released
    .prefault({})
    .describe("mistakes of the code released with the paper, repeated to see what they do"),
  sweep: sweep
    .optional()
    .describe("choices that rote run --sweep crosses, each with the study's own"),
});

/** Check a study file's content and fill in its defaults; `source` names it in errors. */
export function parseStudy(content: unknown, source: string): StudyFile {
  const parsed = studySchema.safeParse(content);
  if (parsed.success) {
    const study = completeStudy(parsed.data, source);
    if (study.preset === "default") return study;
    const { content: whole, filled } = fillIn(content, study);
    return { ...completeStudy(studySchema.parse(whole), source), filled };
  }
  throw studyError(parsed.error.issues, source, knownKeys);
}

/** The study file's JSON Schema, for editors. */
export function studyJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(studySchema, { io: "input" });
}

function knownKeys(path: readonly PropertyKey[]): string[] {
  const section = path.filter((key) => typeof key === "string").join(".");
  if (section === "") return Object.keys(studySchema.shape).filter((key) => key !== "$schema");
  const sections: Record<string, z.ZodObject> = {
    corpus,
    tasks: task,
    "tasks.generate": taskGeneration,
    "tasks.languages": languages,
    mine,
    "mine.outliers": outliers,
    measure,
    "measure.infinityGram": infinityGram,
    "measure.novelty": novelty,
    models: modelEntry,
    generate: generation,
    report,
    released,
    sweep,
  };
  return Object.keys(sections[section]?.shape ?? {});
}
