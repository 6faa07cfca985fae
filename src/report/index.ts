/**
 * `rote/report`: the page of a run.
 *
 * ```ts
 * import { writeReport } from "rote/report";
 *
 * console.log(await writeReport("rote-demo")); // rote-demo/report.html
 * ```
 */
export type { FigureBand, FigureLine, FigureText, LinesOptions } from "./figure.ts";
export { injectionPanel } from "./calibration-figures.ts";
export { panelsFigure, type LinePanel } from "./panels-figure.ts";
export {
  readRunRecord,
  type DropRecord,
  type EstimateRecord,
  type RunRecord,
  type StageSummary,
} from "./run-record.ts";
export { writeReport } from "./write-report.ts";
