/**
 * `rote/overlap`: which n-grams of a task's examples stand in a corpus.
 *
 * ```ts
 * import { openCorpus } from "rote/corpus";
 * import { openScan } from "rote/counting";
 * import { findOverlap, summarizeOverlap } from "rote/overlap";
 * import { readTaskFiles } from "rote/tasks";
 *
 * const { examples } = await readTaskFiles({ file: "questions.jsonl" });
 * await using engine = await openScan(await openCorpus({ paths: ["text"] }));
 * const rows = await findOverlap(examples, engine, { lengths: [8, 13] });
 * console.log(summarizeOverlap(rows));
 * ```
 */
export { findOverlap, overlapLengths, type OverlapOptions } from "./find-overlap.ts";
export type { OverlapPart, OverlapRow } from "./overlap-rows.ts";
export {
  overlapPreset,
  overlapPresets,
  presetLength,
  type ExampleRows,
  type OverlapPreset,
} from "./presets.ts";
export {
  applyPreset,
  matchedRows,
  summarizeOverlap,
  type ContaminatedShare,
  type OverlapShare,
} from "./summary.ts";
