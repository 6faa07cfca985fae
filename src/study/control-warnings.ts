/** Which partial correlations control for less, or for more, than their names say: a sentence for each way. */
import { groupBy } from "../base/group-by.ts";
import type { MemorizationEstimate } from "../memorization/memorization-estimate.ts";

/** Below this share of its ranks' squares little of the corpus's side is left to correlate. */
const LITTLE = 0.1;

/** What stands in the place of a control that holds the pair's own count. */
const alone: Readonly<Record<string, string>> = { dfB: "dfBAlone", dfA: "dfAAlone" };

type ControlRow = Pick<
  MemorizationEstimate,
  "task" | "n" | "controls" | "constantControls" | "redundantControls" | "corpusLeft"
>;

/** One sentence for each control and way, naming the tasks and lengths it holds for. */
export function controlWarnings(estimates: readonly ControlRow[]): readonly string[] {
  const partials = estimates.filter(({ controls }) => controls.length > 0);
  const constant = partials.flatMap((row) =>
    row.constantControls.map((name) => ({
      place: placeOf(row),
      sentence: `${name} does not vary over the pairs and controls for nothing`,
    })),
  );
  const redundant = partials.flatMap((row) =>
    (row.redundantControls ?? []).map((name) => ({
      place: placeOf(row),
      sentence: `among the controls ${row.controls.join(", ")}, ${name} adds nothing to those before it`,
    })),
  );
  const nearlyTheCount = partials.flatMap((row) => {
    const [name, ...others] = row.controls;
    if (others.length > 0 || (row.corpusLeft ?? 1) >= LITTLE) return [];
    const instead = alone[name!];
    const way = instead === undefined ? "" : `; measure.controls may name ${instead} in its place`;
    return [
      {
        place: placeOf(row),
        sentence: `${name!} leaves less than ${100 * LITTLE} % of the variance of P(b|a)'s ranks, so that little of an effect could show given it${way}`,
      },
    ];
  });
  const found = groupBy([...constant, ...redundant, ...nearlyTheCount], ({ sentence }) => sentence);
  return [...found].map(
    ([sentence, rows]) =>
      `${[...new Set(rows.map(({ place }) => place))].join("; ")}: ${sentence}.`,
  );
}

function placeOf({ task, n }: ControlRow): string {
  return `${task}, n = ${n}`;
}
