/**
 * The variants behind a sweep: every combination of the choices that change what is mined or what a
 * point is. Lengths of n-grams and what becomes of zeros are estimated side by side in each.
 */
import type { Study } from "../load-study.ts";
import type { TaskEntry } from "../study-file.ts";
import { corpusVariants } from "../variants/own-variants.ts";
import { type Variant, variantOf } from "../variants/variant.ts";
import { type Option, type SweepAxes, thresholdChanges } from "./axes.ts";

/** A variant and the options that it stands for. */
export interface SweptVariant {
  readonly variant: Variant;
  /** The labels of its options. */
  readonly threshold: string;
  readonly embedder: string;
  readonly stopWords: string;
  readonly unit: string;
  readonly corpus: string;
}

/** Resamples of every specification, unless the study names its own number: intervals to two digits. */
const RESAMPLES = 1000;
/** Shuffles of every specification, unless the study names its own number. */
const PERMUTATIONS = 100;

/** The crossing. Without a threshold no embedder is asked, so there one stands for all. */
export function sweepVariants(study: Study, axes: SweepAxes): readonly SweptVariant[] {
  const { threshold, embedder, stopWords, unit, corpus } = axes;
  const common = commonChanges(study, axes);
  return corpus.flatMap((counted) =>
    threshold.flatMap((gamma) =>
      (gamma.value === "none" ? embedder.slice(0, 1) : embedder).flatMap((encoder) =>
        stopWords.flatMap((removed) =>
          unit.map((point): SweptVariant => {
            const labels = [gamma, encoder, removed, point].map(({ label }) => label);
            const changes = {
              ...common,
              ...thresholdChanges(gamma.value),
              "tasks.stopWords": undefined,
              "mine.stopWords": removed.value,
              "mine.stopWordsUpTo": undefined,
              "measure.unit": point.value,
            };
            const base = onCorpus({ ...study, embedder: encoder.value }, counted.value);
            const name = nameOf(corpus.length > 1 ? [counted.label, ...labels] : labels);
            const named = { embedder: base.embedder, corpus: base.corpus };
            const own = lengthened(variantOf(base, name, changes), axes);
            return {
              variant: { ...own, changes: { ...own.changes, ...named } },
              ...{ threshold: gamma.label, embedder: encoder.label, stopWords: removed.label },
              ...{ unit: point.label, corpus: counted.label },
            };
          }),
        ),
      ),
    ),
  );
}

/** What a specification needs none of, and how much of the rest. */
function commonChanges(
  { measure }: Study,
  { zeros }: SweepAxes,
): Readonly<Record<string, unknown>> {
  return {
    sweep: undefined,
    allowsEmptyTasks: true,
    "measure.zeros": zeros.length > 1 ? "both" : zeros[0]!.value,
    "measure.bootstrap": measure.bootstrap === "auto" ? RESAMPLES : measure.bootstrap,
    "measure.permutations": measure.permutations === "auto" ? PERMUTATIONS : measure.permutations,
    "measure.controls": [],
    "measure.overlap": [],
    "measure.infinityGram": undefined,
    "measure.novelty": undefined,
    "report.pairs": 0,
  };
}

/** The study on one of its corpora; an embedder that is fitted is fitted on the first. */
function onCorpus(study: Study, corpus: number): Study {
  return corpus === 0 ? study : corpusVariants(study)[corpus - 1]!.study;
}

/** Every task at every length, its own first, by which its examples' frequencies are counted. */
function lengthened({ name, changes, study }: Variant, { n: lengths }: SweepAxes): Variant {
  const tasks = study.tasks.map((task): TaskEntry => {
    const own = task.n[0]!;
    return { ...task, n: [own, ...lengths.map(({ value }) => value).filter((n) => n !== own)] };
  });
  const n = lengths.map(({ value }: Option<number>) => value);
  return { name, changes: { ...changes, "tasks.n": n }, study: { ...study, tasks } };
}

/** "calibrated-1_built-in_kept_pair" */
function nameOf(labels: readonly string[]): string {
  return labels.map((label) => label.replaceAll(/[^\w.]+/g, "-").replace(/-$/, "")).join("_");
}
