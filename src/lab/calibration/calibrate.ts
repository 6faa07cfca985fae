/**
 * The calibration card: every measure held against what is known of a world, for each kind of item and
 * each model of the perturbed corpus. A measure sees only what it would see outside the lab; doses,
 * probabilities and counterfactuals are the grader's.
 */
import { groupBy } from "../../base/group-by.ts";
import type { LongWork } from "../../base/progress.ts";
import { type ArmContrast, armContrasts } from "../truth/arm-contrasts.ts";
import {
  counterfactualMemorization,
  type CounterfactualRow,
  subsetModels,
  type SubsetMembership,
} from "../truth/counterfactual.ts";
import { checkShapes } from "../shapes/check-shapes.ts";
import type { ShapeCheck } from "../shapes/shape-check.ts";
import { type DoseResponse, doseResponses } from "../truth/dose-response.ts";
import { type RecallCourse, recallCourses } from "../truth/forgetting.ts";
import type { EstimateOptions } from "../truth/grouped-estimate.ts";
import type { ManifestItem } from "../truth/manifest-items.ts";
import type { RecallMetric } from "../truth/recall-metrics.ts";
import { finalModels, type TruthTable } from "../truth/truth-table.ts";
import { builtInMeasures } from "./built-in-measures.ts";
import {
  type CounterfactualMean,
  counterfactualMeans,
  type HopInfluence,
  hopInfluence,
} from "./causal-truth.ts";
import type { CorpusReadings } from "./corpus-readings.ts";
import { gradeMeasure, type MeasureGrade } from "./grade-measure.ts";
import { type GroupFinding, groupFindings } from "./group-findings.ts";
import { type InjectionCurve, injectionCurves } from "./injection-curve.ts";
import type { Measure, MeasureInput } from "./measure.ts";

/** What a card is made of. */
export interface CalibrateOptions extends LongWork, EstimateOptions {
  readonly items: readonly ManifestItem[];
  readonly truth: TruthTable;
  readonly corpus: CorpusReadings;
  /** Default `builtInMeasures`. */
  readonly measures?: readonly Measure[];
  /** Which subset holds which group; without it nothing is said of counterfactuals. */
  readonly holds?: SubsetMembership;
}

/** How well measures recover the truth, and the truth itself in sum. */
export interface CalibrationCard {
  readonly seed: number;
  readonly resamples: number;
  /** Of the perturbed corpus, trained to their end. */
  readonly models: readonly string[];
  readonly measures: readonly Omit<Measure, "score">[];
  readonly grades: readonly MeasureGrade[];
  readonly findings: readonly GroupFinding[];
  /** Distributional memorization by level of injection, over seeds, where there are levels. */
  readonly injection: readonly InjectionCurve[];
  /** What the truth must look like, and whether it does. */
  readonly shapes: readonly ShapeCheck[];
  readonly truth: {
    readonly doseResponses: readonly DoseResponse[];
    readonly contrasts: readonly ArmContrast[];
    readonly courses: readonly RecallCourse[];
    readonly counterfactual: readonly CounterfactualMean[];
    readonly influence: readonly HopInfluence[];
  };
}

/** A card, and the counterfactual memorization of every item, which it gives the means of. */
export interface Calibration {
  readonly card: CalibrationCard;
  readonly counterfactual: readonly CounterfactualRow[];
}

const summedMetrics: readonly RecallMetric[] = ["logLikelihood", "exact", "choice"];

/** Grade measures and sum up the truth. */
export function calibrate(options: CalibrateOptions): Calibration {
  const { items, truth, corpus, measures = builtInMeasures, seed, resamples = 1000 } = options;
  const estimates = { seed, resamples };
  const models = finalModels(truth, "perturbed");
  const causal = causalTruth(options, estimates);
  const probability = corpus.taskGramProbability.get("phrase") ?? new Map<string, number>();
  const runs = truth.arms
    .filter((arm) => /^(perturbed|standard|injection-\d+)$/.test(arm))
    .flatMap((arm) => finalModels(truth, arm).map((model) => ({ arm, model })));
  const card = {
    ...{ seed, resamples, models },
    measures: measures.map(({ name, about, reads }) => ({ name, about, reads })),
    grades: gradeAll({ ...options, measures }, models, causal.memorization),
    findings: runs.flatMap((run) => groupFindings(truth, items, corpus, run, estimates)),
    injection: injectionCurves(truth, items, probability, estimates),
    shapes: checkShapes({ items, truth, probability, ...estimates }),
    truth: {
      ...sumUp(truth, items, estimates),
      ...{ counterfactual: causal.means, influence: causal.influence },
    },
  };
  return { card, counterfactual: causal.rows };
}

function gradeAll(
  {
    items,
    truth,
    corpus,
    measures,
    seed,
    resamples,
    signal,
    onProgress,
  }: CalibrateOptions & {
    readonly measures: readonly Measure[];
  },
  models: readonly string[],
  counterfactual: ReadonlyMap<string, number>,
): MeasureGrade[] {
  const kinds = [...groupBy(items, ({ kind }) => kind)];
  const planned = measures.flatMap((measure) =>
    (measure.reads.includes("model") ? models : [null]).map((model) => ({ measure, model })),
  );
  return planned.flatMap(({ measure, model }, index) => {
    signal?.throwIfAborted();
    onProgress?.({ stage: "grade measures", done: index, total: planned.length, unit: "measures" });
    const reads = (arm: string) => (item: ManifestItem, metric: RecallMetric) =>
      model === null ? undefined : truth.column({ metric, arm, model }).get(item.item);
    const [recall, reference] = [reads("perturbed"), reads("standard")];
    // Against itself a reference says nothing, and counts are those of the perturbed corpus.
    const hasStandard =
      model !== null &&
      measure.reads.every((source) => source === "model") &&
      truth.modelsOf("standard").includes(model);
    return kinds.flatMap(([kind, own]) => {
      const input: MeasureInput = { items: own, recall, reference, corpus };
      const scores = measure.score(input);
      if (scores.every((score) => score === undefined)) return [];
      const standard = hasStandard ? measure.score({ ...input, recall: reference }) : undefined;
      const graded = { measure: measure.name, model, kind, items: own, scores, counterfactual };
      return gradeMeasure(standard === undefined ? graded : { ...graded, standard }, {
        seed,
        ...(resamples === undefined ? {} : { resamples }),
      });
    });
  });
}

/** The first model of the subsets: they are trained at one size. */
function causalTruth(
  { items, truth, holds }: CalibrateOptions,
  estimates: EstimateOptions,
): {
  readonly rows: readonly CounterfactualRow[];
  readonly memorization: ReadonlyMap<string, number>;
  readonly means: readonly CounterfactualMean[];
  readonly influence: readonly HopInfluence[];
} {
  const [model] = subsetModels(truth);
  if (model === undefined || holds === undefined)
    return { rows: [], memorization: new Map(), means: [], influence: [] };
  const settings = { ...estimates, model, metric: "logLikelihood" as const, holds };
  const rows = counterfactualMemorization(truth, items, settings);
  return {
    rows,
    memorization: new Map(rows.map(({ item, value }) => [item, value])),
    means: counterfactualMeans(rows, items, estimates),
    influence: hopInfluence(truth, items, settings),
  };
}

function sumUp(
  truth: TruthTable,
  items: readonly ManifestItem[],
  estimates: EstimateOptions,
): Pick<CalibrationCard["truth"], "doseResponses" | "contrasts" | "courses"> {
  const arms = truth.arms.filter((arm) => !arm.startsWith("subset-"));
  const columns = arms.flatMap((arm) =>
    finalModels(truth, arm).flatMap((model) =>
      summedMetrics.map((metric) => ({ metric, arm, model })),
    ),
  );
  return {
    doseResponses: columns.flatMap((column) => doseResponses(truth, items, column, estimates)),
    contrasts: (["logLikelihood", "choice"] as const).flatMap((metric) =>
      armContrasts(truth, items, metric, estimates),
    ),
    courses: columns
      .filter(({ metric }) => metric === "logLikelihood")
      .flatMap((column) => recallCourses(truth, items, column, estimates)),
  };
}
