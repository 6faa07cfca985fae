/** The choices that a sweep crosses, each with its options: what the study names, else what a reviewer would ask. */
import { leadingZeros } from "../../memorization/memorization-estimate.ts";
import { resolve } from "node:path";
import { corpusName } from "../corpus-engine.ts";
import { demoFolder, shortNames, type Study } from "../load-study.ts";
import { removedLanguages } from "../mining-choices.ts";
import { languagesOf } from "../task-languages.ts";
import type { MineEntry, SweepThreshold, TaskEntry, ThresholdEntry } from "../study-file.ts";

/** The names of the choices, in the order that specifications are told apart by. */
export const axisNames = [
  "threshold",
  "n",
  "embedder",
  "stopWords",
  "unit",
  "zeros",
  "corpus",
] as const;

export type AxisName = (typeof axisNames)[number];

/** An option of a choice. */
export interface Option<T> {
  /** Unique on its axis. */
  readonly label: string;
  readonly value: T;
}

/** The stop words that are removed, by language. */
export type StopWordLanguages = MineEntry["stopWords"];

/** Every choice with its options. */
export interface SweepAxes {
  readonly threshold: readonly Option<SweepThreshold>[];
  readonly n: readonly Option<number>[];
  readonly embedder: readonly Option<string>[];
  readonly stopWords: readonly Option<StopWordLanguages>[];
  readonly unit: readonly Option<"pair" | "mean">[];
  readonly zeros: readonly Option<"kept" | "dropped">[];
  /** The study's, and those beside it: the number of the corpus, the first 0. */
  readonly corpus: readonly Option<number>[];
}

/** How many times as many or as few unrelated pairs a looser or stricter threshold lets pass. */
const LOOSER = 5;

/** The axes of a study's sweep. Its own choices are always among the options. */
export function sweepAxes(study: Study): SweepAxes {
  const { sweep = {}, tasks, mine, otherCorpora = [] } = study;
  const thresholds = sweep.threshold ?? defaultThresholds(mine);
  const own = tasks.map((task) => ownThreshold(task, study));
  const removed = tasks.map((task) => ownStopWords(task, study));
  const lengths = sweep.n ?? [1, 2, 3];
  return {
    threshold: distinct([...thresholds, ...own], (value) => thresholdLabel(value, mine)),
    n: distinct(
      [...lengths, ...tasks.map(({ n }) => n[0]!)].sort((a, b) => a - b),
      String,
    ),
    embedder: embedders([study.embedder, ...(sweep.embedder ?? [otherEmbedder(study)])]),
    stopWords: distinct(
      [...removed, ...(sweep.stopWords ?? otherStopWords(study, removed))],
      stopWordsLabel,
    ),
    unit: distinct([study.measure.unit, ...(sweep.unit ?? ["pair", "mean"])], String),
    zeros: distinct([ownZeros(study), ...(sweep.zeros ?? ["kept", "dropped"])], String),
    corpus: [corpusName(study), ...otherCorpora.map(({ name }) => name)].map((label, value) => ({
      ...{ label, value },
    })),
  };
}

/** Stricter, as it is, looser, everything. */
function defaultThresholds({ nullShare }: MineEntry): readonly SweepThreshold[] {
  const shares = [nullShare / LOOSER, nullShare, Math.min(0.5, nullShare * LOOSER)];
  return [...shares.map((share) => ({ nullShare: withoutNoise(share) })), 0.5, "none"];
}

/** A task's threshold as the study has it. */
export function ownThreshold({ threshold }: TaskEntry, { mine }: Study): SweepThreshold {
  return threshold ?? mine.threshold;
}

/** The view that the study judges by. */
export function ownZeros({ measure }: Study): "kept" | "dropped" {
  return leadingZeros(measure.zeros);
}

/** The built-in one beside the study's, and beside the built-in one one fitted on the corpus. */
function otherEmbedder({ embedder }: Study): string {
  return embedder === builtInEmbedder ? "corpus" : builtInEmbedder;
}

/** What is removed from a task's texts at its first n. */
export function ownStopWords(task: TaskEntry, study: Study): StopWordLanguages {
  return removedLanguages(study, task, task.n[0]!);
}

/** None and those of the study, or of the languages that its tasks name, or English. */
function otherStopWords(
  { tasks }: Study,
  removed: readonly StopWordLanguages[],
): readonly StopWordLanguages[] {
  if (removed.some((own) => own.length > 0)) return [[]];
  const named = tasks.map(languagesOf).flatMap(({ input, output }) => [input, output]);
  const known = languages.filter((language) => named.includes(language));
  return [[], known.length > 0 ? known : ["en"]];
}

const builtInEmbedder = resolve(demoFolder, "embedder.bin");

const languages: StopWordLanguages = ["en", "de", "fr", "es", "it", "cs", "hu"];

/** "calibrated 1 %", "none", "0.6". */
export function thresholdLabel(value: SweepThreshold, { nullShare }: MineEntry): string {
  if (typeof value === "object") return `calibrated ${percent(value.nullShare)}`;
  return value === "calibrated" ? `calibrated ${percent(nullShare)}` : String(value);
}

/** In full: options are told apart by their labels. */
function percent(share: number): string {
  return `${withoutNoise(100 * share)} %`;
}

/** Without what a product leaves behind the twelfth digit. */
function withoutNoise(value: number): number {
  return Number(value.toPrecision(12));
}

/** By name, as short as tells them apart. */
function embedders(paths: readonly string[]): readonly Option<string>[] {
  const different = [...new Set(paths)];
  const names = shortNames(different);
  return different.map((value, i) => ({
    label: value === builtInEmbedder ? "built-in" : names[i]!,
    value,
  }));
}

export function stopWordsLabel(removed: StopWordLanguages): string {
  return removed.length === 0 ? "kept" : `${[...removed].sort().join(", ")} removed`;
}

/** The keys of a study that set a threshold in every task. */
export function thresholdChanges(value: SweepThreshold): Readonly<Record<string, unknown>> {
  const threshold: ThresholdEntry = typeof value === "object" ? "calibrated" : value;
  return {
    "tasks.threshold": undefined,
    "mine.threshold": threshold,
    ...(typeof value === "object" ? { "mine.nullShare": value.nullShare } : {}),
  };
}

/** Options in their order, those of one label once. */
function distinct<T>(values: readonly T[], labelOf: (value: T) => string): readonly Option<T>[] {
  const options = new Map<string, T>();
  for (const value of values) if (!options.has(labelOf(value))) options.set(labelOf(value), value);
  return Array.from(options, ([label, value]) => ({ label, value }));
}
