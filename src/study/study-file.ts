/** A study as its file states it, every default filled in. Meanings and defaults: `schema.ts`. */
export interface StudyFile {
  readonly name: string;
  readonly seed: number;
  readonly corpus: CorpusEntry;
  /** A string names a built-in task. */
  readonly tasks: readonly (string | TaskEntry)[];
  readonly models: readonly string[];
  readonly embedder: string;
  readonly mine: MineEntry;
  readonly measure: MeasureEntry;
  readonly generate: GenerateEntry;
  readonly engine: "scan";
  readonly preset: "default";
  readonly report: ReportEntry;
}

export interface CorpusEntry {
  readonly files: readonly string[];
  readonly field: string;
  readonly policy: "words" | "exact-words" | "characters";
  readonly lines: boolean;
  readonly skipMalformed: boolean;
  readonly name?: string;
}

export type ThresholdEntry = "calibrated" | "none" | number;

export interface TaskEntry {
  readonly name: string;
  readonly file: string;
  readonly prompt: string;
  readonly n: readonly number[];
  readonly threshold?: ThresholdEntry;
  readonly outputs: "ngrams" | "whole";
}

export interface MineEntry {
  readonly threshold: ThresholdEntry;
  readonly nullPassRate: number;
  readonly stopWords: readonly ("en" | "de" | "fr" | "es" | "it" | "cs" | "hu")[];
  readonly split?: "separate" | "cross-fit" | "same";
  readonly shortTexts: "whole" | "drop";
}

export interface MeasureEntry {
  readonly bootstrap: number;
  readonly permutations: number;
  readonly strata: number;
  readonly level: number;
  readonly zeros: "kept" | "dropped" | "both";
}

export interface GenerateEntry {
  readonly maxTokens: number;
  readonly stop: readonly string[];
}

export interface ReportEntry {
  readonly pairs: number;
  readonly documents: number;
}
