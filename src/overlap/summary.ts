/** Shares of examples that overlap, by length and part or by a preset's rule. */
import type { Interval } from "../stats/estimate.ts";
import { wilsonInterval } from "../stats/proportion.ts";
import type { OverlapPart, OverlapRow } from "./overlap-rows.ts";
import type { ExampleRows, OverlapPreset } from "./presets.ts";

/** How many examples are contaminated among those that can be judged. */
export interface ContaminatedShare {
  /** Examples judged. */
  readonly examples: number;
  readonly contaminated: number;
  /** contaminated / examples; null where no example can be judged. */
  readonly share: number | null;
  /** Wilson's score interval. */
  readonly interval: Interval | null;
  /** Examples with too few words. */
  readonly unjudged: number;
}

/** Examples of which at least one n-gram of a part stands in the corpus. */
export interface OverlapShare extends ContaminatedShare {
  readonly n: number;
  readonly part: OverlapPart;
}

const parts = ["input", "output", "both"] as const;

/** The shares of each length and part, in the order of the rows. An example of which no side has n words is not judged. */
export function summarizeOverlap(
  rows: readonly OverlapRow[],
  { level = 0.95 }: { readonly level?: number } = {},
): readonly OverlapShare[] {
  const lengths = [...new Set(rows.map(({ n }) => n))];
  return lengths.flatMap((n) => {
    const examples = exampleRows(rows.filter((row) => row.n === n));
    return parts.map((part) => ({
      n,
      part,
      ...shareOf(
        examples.map((example) => verdictOf(example, part)),
        level,
      ),
    }));
  });
}

/** The rows with a match, of examples that are judged: a question and an answer of a word each say nothing. */
export function matchedRows(rows: readonly OverlapRow[]): readonly OverlapRow[] {
  return exampleRows(rows).flatMap((example) =>
    parts.filter((part) => verdictOf(example, part) === true).map((part) => example[part]),
  );
}

/** Each example's verdict under a preset, undefined where its rule says nothing, and their share. */
export function applyPreset(
  rows: readonly OverlapRow[],
  preset: OverlapPreset,
  { level = 0.95 }: { readonly level?: number } = {},
): { readonly verdicts: readonly (boolean | undefined)[]; readonly share: ContaminatedShare } {
  const verdicts = exampleRows(rows).map((example) => preset.isContaminated(example));
  return { verdicts, share: shareOf(verdicts, level) };
}

/** Three rows for each example and length. */
function exampleRows(rows: readonly OverlapRow[]): readonly ExampleRows[] {
  return Array.from({ length: rows.length / 3 }, (_, i) => ({
    input: rows[3 * i]!,
    output: rows[3 * i + 1]!,
    both: rows[3 * i + 2]!,
  }));
}

function verdictOf(example: ExampleRows, part: OverlapPart): boolean | undefined {
  const { input, output } = example;
  const { total, matched } = example[part];
  const isJudged = total > 0 && input.total + output.total > 0;
  return isJudged ? matched > 0 : undefined;
}

function shareOf(verdicts: readonly (boolean | undefined)[], level: number): ContaminatedShare {
  const judged = verdicts.filter((verdict) => verdict !== undefined);
  const examples = judged.length;
  const contaminated = judged.filter(Boolean).length;
  const unjudged = verdicts.length - examples;
  if (examples === 0) return { examples, contaminated, share: null, interval: null, unjudged };
  const interval = wilsonInterval(contaminated, examples, { level });
  return { examples, contaminated, share: contaminated / examples, interval, unjudged };
}
