/** What `rote run` prints of a run: a verdict a task, a headline for each corpus, a count over other tasks' tables. */
import { leadingZeros } from "../../memorization/memorization-estimate.ts";
import { findingOf, largestModel, type Verdict } from "../../study/headline.ts";
import type { RunFile } from "../../study/run-file.ts";
import { amount, formatInteger } from "../output.ts";
import { presetLines } from "./preset.ts";

/** The lines of a finding, without the report's path. */
export function* findingLines(run: RunFile): Generator<string> {
  const { corpora, crossTask, drops, headline, identities, preset, verdicts } = run;
  for (const { finding, sentence } of verdicts) yield `${finding.padEnd(24)}  ${sentence}`;
  const named = (name: string | undefined): string => (corpora.length === 0 ? "" : `${name!}: `);
  for (const corpus of [{ name: identities.corpora[0]?.name, headline, drops }, ...corpora]) {
    yield `\n${named(corpus.name)}${corpus.headline}`;
    yield pairsText(corpus.drops);
  }
  if (crossTask.length > 0) yield `\n${crossTaskText(run)}`;
  yield* presetLines(preset);
}

/** A run's warnings, and those of its other corpora alone by their names. */
export function warningLines({ warnings, corpora }: RunFile): readonly string[] {
  const others = corpora.flatMap(({ name, warnings: own }) =>
    own.filter((warning) => !warnings.includes(warning)).map((warning) => `${name}: ${warning}`),
  );
  return [...warnings, ...others];
}

/** How many tasks show what with others' tables, by the rule of verdicts under the largest model. */
function crossTaskText({ crossTask, estimates, identities, study }: RunFile): string {
  const model = largestModel(identities.models);
  const zeros = leadingZeros(study.measure.zeros);
  const findings = crossTask.map(({ task, n, minedOn }): Verdict["finding"] => {
    const estimate = estimates.find(
      (row) =>
        row.task === task &&
        row.n === n &&
        row.minedOn === minedOn &&
        row.model === model &&
        row.zeros === zeros,
    );
    return estimate === undefined ? "inconclusive" : findingOf(estimate);
  });
  const of = (finding: Verdict["finding"]): number =>
    findings.filter((own) => own === finding).length;
  const rest = (["runs against the corpus", "no sign", "inconclusive"] as const)
    .filter((finding) => of(finding) > 0)
    .map((finding) => `; ${finding}: ${of(finding)}`);
  const following = of("follows the corpus");
  return (
    `Across tasks, ${following === 0 ? "none" : following} of ${amount(crossTask.length, "task")} with another's table ` +
    `${following > 1 ? "follow" : "follows"} the corpus's pair counts (model ${model})${rest.join("")}.`
  );
}

function pairsText(drops: RunFile["drops"]): string {
  const mined = pairsOf(drops, "mined");
  const scored = pairsOf(drops, "scored");
  const rest =
    mined === scored ? "" : '; the report says under "What was dropped" where the others went';
  return `${amount(mined, "pair")} mined, ${formatInteger(scored)} scored${rest}`;
}

/** Pairs with a fate, over all tasks and n; where models differ, those of the model with the most. */
function pairsOf(drops: RunFile["drops"], reason: string): number {
  const most = new Map<string, number>();
  for (const { task, n, count } of drops.filter((drop) => drop.reason === reason)) {
    const key = JSON.stringify([task, n]);
    most.set(key, Math.max(most.get(key) ?? 0, count));
  }
  return [...most.values()].reduce((sum, count) => sum + count, 0);
}
