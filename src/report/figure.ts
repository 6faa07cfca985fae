/**
 * The figures of Rote as SVG text, each in a file of its own under figures/. Import it lazily: what
 * draws them takes a while to load.
 */
export { binnedFigure, type BinnedLine, type BinnedOptions } from "./figures/binned.ts";
export { type FigureText, lineColor, lineColors } from "./figures/draw.ts";
export {
  type FigureBand,
  type FigureLine,
  linesFigure,
  type LinesOptions,
} from "./figures/lines.ts";
export {
  memorizationFigure,
  type MemorizationPoint,
  type MemorizationSeries,
} from "./figures/memorization.ts";
export { type Measured, noveltyFigure, type NoveltyPoint } from "./figures/novelty.ts";
export { scatterFigure, type ScatterMedian, type ScatterPoint } from "./figures/scatter.ts";
export {
  trendFigure,
  type TrendFigureLine,
  type TrendFigureOptions,
  type TrendFigurePoint,
} from "./figures/trend.ts";
export { trainingFigure, type TrainingCurve, type TrainingPoint } from "./figures/training.ts";
export {
  type SpecificationColumn,
  specificationFigure,
  type SpecificationOptions,
} from "./figures/specifications.ts";
