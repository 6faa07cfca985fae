/**
 * `rote/lab`: worlds whose repetitions are known, what models recall of them, and how well measures of
 * memorization recover it.
 *
 * ```ts
 * import { checkShapes, plantedProbabilities, readWorldTruth, verdictOf } from "rote/lab";
 *
 * const { items, truth } = await readWorldTruth("world");
 * const probability = plantedProbabilities(items);
 * for (const shape of checkShapes({ items, truth, probability, seed: 1 }))
 *   console.log(shape.of, shape.estimate.value, verdictOf(shape));
 * ```
 */
export { builtInMeasures } from "./calibration/built-in-measures.ts";
export {
  calibrateWorld,
  readCalibration,
  type CalibrateWorldOptions,
  type CalibrationFile,
} from "./calibration/calibrate-world.ts";
export type { CalibrationCard } from "./calibration/calibrate.ts";
export { counterfactualMeans, type CounterfactualMean } from "./calibration/causal-truth.ts";
export type { GroupFinding } from "./calibration/group-findings.ts";
export {
  injectionCurves,
  type InjectionCurve,
  type InjectionPoint,
} from "./calibration/injection-curve.ts";
export { itemMeasure, type Measure, type MeasureInput } from "./calibration/measure.ts";
export { sizeCurves, type SizeCurve, type SizePoint } from "./calibration/size-curve.ts";
export { plantedProbabilities } from "./calibration/paired-points.ts";
export { checkShapes } from "./shapes/check-shapes.ts";
export {
  barOf,
  shapeClaims,
  verdictOf,
  type Bar,
  type ShapeCheck,
  type ShapeName,
} from "./shapes/shape-check.ts";
export type { ShapeWorld } from "./shapes/shape-world.ts";
export { armContrasts, type ArmContrast } from "./truth/arm-contrasts.ts";
export {
  counterfactualMemorization,
  subsetModels,
  type CounterfactualRow,
} from "./truth/counterfactual.ts";
export { doseResponses, type DosePoint, type DoseResponse } from "./truth/dose-response.ts";
export { recallCourses, type RecallCourse } from "./truth/forgetting.ts";
export type { EstimateOptions, GroupedEstimate } from "./truth/grouped-estimate.ts";
export type { ManifestItem } from "./truth/manifest-items.ts";
export { recallMetrics, type RecallMetric } from "./truth/recall-metrics.ts";
export { retention, type RetentionPoint } from "./truth/retention.ts";
export { finalModels, finalSizes, TruthTable, type TruthColumn } from "./truth/truth-table.ts";
export { readWorldTruth, type WorldTruth } from "./truth/world-truth.ts";
