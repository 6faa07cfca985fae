import type { ControlName, Correction } from "../memorization/memorization-estimate.ts";
import type { Unit } from "../memorization/point-set.ts";
import type { PairFilter, TaskLanguages } from "../task-grams/options.ts";
import type { MmluSubjects } from "../tasks/formats/mmlu.ts";
import type { TaskFormat } from "../tasks/formats/read-task.ts";
import type { FilledKey } from "./preset/fill-in.ts";
import type { Construction } from "./task-kinds.ts";

/** A study as its file states it, every default filled in. Meanings and defaults: `schema.ts`. */
export interface StudyFile {
  readonly name: string;
  readonly seed: number;
  /** The first, where there are several. */
  readonly corpus: CorpusEntry;
  /** Those that are counted beside it; absent where there are none. */
  readonly otherCorpora?: readonly OtherCorpus[];
  /** A string names a built-in task. */
  readonly tasks: readonly (string | TaskEntry)[];
  readonly models: readonly (string | CheckpointsEntry)[];
  readonly embedder: string;
  readonly mine: MineEntry;
  readonly measure: MeasureEntry;
  readonly generate: GenerateEntry;
  readonly engine: "scan" | "index";
  /** Whether every task is evaluated with the table of every other one, too. */
  readonly crossTask: boolean;
  readonly preset: "default" | "paper";
  /** Keys that the preset filled in. */
  readonly filled?: readonly FilledKey[];
  readonly report: ReportEntry;
  readonly released: ReleasedEntry;
  readonly sweep?: SweepEntry;
}

/** Checkpoints of one training: every one of them, or steps and revisions by name. */
export interface CheckpointsEntry {
  readonly path: string;
  readonly checkpoints: "all" | readonly (number | string)[];
}

/** The corpus of a study: files, an index, or both; paths are relative to the study file until it is loaded. */
export interface CorpusEntry {
  /** None where an index is all there is. */
  readonly files: readonly string[];
  /** Folder of an index of words. */
  readonly index?: string;
  /** How files are read; absent where there are none. */
  readonly field?: string;
  readonly lines?: boolean;
  readonly skipMalformed?: boolean;
  /** Absent until an index that decides it is looked at. */
  readonly policy?: PolicyEntry;
  readonly name?: string;
  /** Of one of several corpora: instead of `measure.infinityGram`. */
  readonly infinityGram?: InfinityGramEntry;
}

/** A corpus beside the first. */
export interface OtherCorpus extends CorpusEntry {
  readonly name: string;
  readonly engine: "scan" | "index";
}

/** How a study's texts become words. */
export type PolicyEntry = "words" | "exact-words" | "characters";

/** A corpus as written: what has no value yet hangs on other keys. */
export type WrittenCorpus = Omit<CorpusEntry, "files"> & Partial<Pick<CorpusEntry, "files">>;

/** A study as written. */
export type WrittenStudy = Omit<StudyFile, "corpus" | "otherCorpora" | "engine"> &
  Partial<Pick<StudyFile, "engine">> & {
    readonly corpus: WrittenCorpus | readonly WrittenCorpus[];
  };

/** Which pairs count by their cosine: those above a calibrated threshold, all, those above the paper's γ, or above a number. */
export type ThresholdEntry = "calibrated" | "none" | "paper" | number;

/** Languages with a list of stop words. */
export type StopWordLanguage = "en" | "de" | "fr" | "es" | "it" | "cs" | "hu";

/** A task of a study: its file, its prompt and the lengths of its n-grams. */
export interface TaskEntry {
  readonly name: string;
  readonly file: string;
  readonly format?: TaskFormat;
  readonly subjects?: MmluSubjects;
  readonly from?: string;
  readonly to?: string;
  readonly translations?: string;
  /** Of its sides, for the filter "language"; default `from` and `to`. */
  readonly languages?: TaskLanguages;
  readonly prompt: string;
  /** Default 0. */
  readonly shots?: number;
  /** Instead of the study's. */
  readonly neutralContext?: string;
  readonly metric: string;
  /** Metrics besides that one. */
  readonly metrics?: readonly string[];
  /** How models answer this task, where it is not as the study says. */
  readonly generate?: Partial<GenerateEntry>;
  /** How choices are scored; default both. */
  readonly choices?: "both" | "text" | "letters" | "none";
  readonly letterPrompt?: string;
  readonly n: readonly number[];
  readonly threshold?: ThresholdEntry;
  /** Name of the task of this study whose table is used. */
  readonly minedOn?: string;
  /** Instead of the study's. */
  readonly stopWords?: readonly StopWordLanguage[];
  readonly outputs: "ngrams" | "whole";
  readonly construction?: Construction;
}

/** How a study mines its pairs. */
export interface MineEntry {
  readonly threshold: ThresholdEntry;
  readonly nullShare: number;
  readonly stopWords: readonly StopWordLanguage[];
  /** The largest n at which they are removed; default every n. */
  readonly stopWordsUpTo?: number;
  readonly split?: "separate" | "cross-fit" | "same";
  readonly folds: number;
  readonly filters: readonly PairFilter[];
  readonly shortTexts: "whole" | "drop";
  /** Pairs left out for their counts; none where absent. */
  readonly outliers?: OutlierEntry;
  /** Where the embedder's vectors are kept; decides no result. */
  readonly cache?: string;
}

/** Which counts of a pair must lie within which quantiles of its task's pairs of one n. */
export interface OutlierEntry {
  readonly counts: readonly ("codf" | "dfA" | "dfB")[];
  readonly quantiles: readonly [from: number, to: number];
}

/** How a study estimates: resamples, shuffles, level, views, controls and bins. */
export interface MeasureEntry {
  readonly bootstrap: number | "auto";
  readonly permutations: number | "auto";
  readonly strata: number;
  readonly level: number;
  /** What counts of pairs are divided by: documents that hold a, or its occurrences. */
  readonly denominator: "documents" | "occurrences";
  /** The text policy these are counted under. */
  readonly denominatorPolicy: "same" | "exact-words";
  readonly zeros: "kept" | "dropped" | "both";
  /** By which p-values signs are read. */
  readonly correction: Correction;
  /** Which occurrences of b in its output are scored. */
  readonly occurrences: "first" | "all";
  readonly cluster: "example" | "group";
  readonly unit: Unit;
  /** α; 0 does not smooth. */
  readonly smoothing: number;
  readonly censored: boolean;
  readonly controls: readonly ControlName[];
  readonly bins: number;
  readonly binning: "equal-count" | "equal-width";
  /** Words of the n-grams that are looked for in the corpus. */
  readonly overlap: readonly number[];
  /** `prompt`, `none`, or a text. */
  readonly neutralContext: string;
  readonly infinityGram?: InfinityGramEntry;
  readonly novelty?: NoveltyEntry;
}

/** That a study counts the pairs of generated outputs, and what tells fluent ones. */
export interface NoveltyEntry {
  /** A model's folder or URL; default the study's largest. */
  readonly reference?: string;
}

/** The index that a study's ∞-gram probabilities are counted in. */
export interface InfinityGramEntry {
  /** Folder of an index of a tokenizer's ids, or of words. */
  readonly index: string;
  /** For an index that does not hold its own. */
  readonly tokenizer?: string;
}

/** How a study's models answer. */
export interface GenerateEntry {
  readonly maxTokens: number;
  readonly stop: readonly string[];
  /** 0 is greedy. */
  readonly temperature?: number;
  readonly topP?: number;
}

/** Mistakes of the code released with the paper that a study repeats, to see what they do. */
export interface ReleasedEntry {
  /** Score every token from b's first occurrence to the end of the output. */
  readonly wholeTail: boolean;
  /** The paper's ∞-gram rule gives a span none of whose tokens was seen probability 1. */
  readonly unseenAsProbabilityOne: boolean;
  /** A pair's count is the smaller of its n-grams' occurrences. */
  readonly minOfSingleCounts: boolean;
  /** Leave out n-grams of exactly n characters. */
  readonly characterLengthSize: boolean;
  /** A text's last n-gram is none of them. */
  readonly dropLastNgram: boolean;
}

/** The options that a sweep crosses; the study's own choices are crossed with them. */
export interface SweepEntry {
  readonly threshold?: readonly SweepThreshold[];
  readonly n?: readonly number[];
  readonly embedder?: readonly string[];
  readonly stopWords?: readonly MineEntry["stopWords"][];
  readonly unit?: readonly Unit[];
  readonly zeros?: readonly ("kept" | "dropped")[];
}

/** A threshold, or the share of unrelated pairs that a calibrated one lets pass. */
export type SweepThreshold = ThresholdEntry | { readonly nullShare: number };

/** How much a study's page shows. */
export interface ReportEntry {
  readonly pairs: number;
  readonly documents: number;
}
