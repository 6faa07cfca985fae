/**
 * Memorization in the parts of a task whose examples carry a group: MMLU's subjects, and the paper's lists of
 * them. One estimate a part and model, the one a task is judged by: Spearman at the task's first n. The p-values
 * of all parts of a run are adjusted among themselves, apart from the run's other tests, which many small parts
 * would drown.
 */
import { groupBy } from "../base/group-by.ts";
import type { MemorizationOptions } from "../memorization/distributional-memorization.ts";
import { type Finding, findingsOf, type FindingOptions } from "../memorization/findings.ts";
import {
  adjustEstimates,
  type MemorizationEstimate,
  testFamily,
  type TestFamily,
} from "../memorization/memorization-estimate.ts";
import {
  compactClusters,
  type PointOptions,
  pointsAt,
  type PointSet,
  pointSetsOf,
} from "../memorization/point-set.ts";
import { type Replicates, replicatesOf } from "../memorization/replicates.ts";
import type { JoinedRows } from "../memorization/rows.ts";
import { type MetricEstimate, partsOf } from "./metric-estimates.ts";
import type { ExampleRow } from "./tables.ts";
import type { TaskEntry } from "./study-file.ts";

/** One estimate of `parts` in run.json. */
export interface PartEstimate extends MemorizationEstimate {
  /** A list of groups or one group. */
  readonly part: MetricEstimate["part"];
}

/** The parts of a run's tasks. */
export interface PartEstimates {
  readonly estimates: readonly PartEstimate[];
  /** The tests that `adjusted` of these estimates corrects for. */
  readonly family: TestFamily;
}

/** The same with what their intervals and nulls were read from. */
export interface DrawnParts extends PartEstimates {
  readonly replicates: readonly Replicates[];
}

/** Estimate the parts of every task of which several groups are evaluated; those without a point are inconclusive. */
export async function estimateParts(
  joined: JoinedRows,
  tasks: readonly Pick<TaskEntry, "name" | "format" | "n">[],
  examples: readonly ExampleRow[],
  options: MemorizationOptions,
): Promise<DrawnParts> {
  const examplesOf = groupBy(examples, ({ task }) => task);
  const [found, findings]: [PartEstimate[], Finding[]] = [[], []];
  for (const { name, format, n } of tasks) {
    const own = examplesOf.get(name) ?? [];
    const parts = partsOf(
      { name, format },
      own.map(({ group }) => ({ group: group ?? undefined })),
    ).filter(({ part }) => part.kind !== "task");
    if (parts.length === 0) continue;
    const groups = joined.groups.filter((group) => group.task === name && group.n === n[0]);
    for (const { part, examples: members } of parts) {
      const ids = new Set(members.map((i) => own[i]!.id));
      const choices = choicesFor(part, options);
      for (const set of pointSetsOf({ ...joined, groups }, choices))
        for (const finding of await findingsOf(pointsOf(set, ids), choices)) {
          found.push({ ...finding.estimate, part });
          findings.push(finding);
        }
    }
  }
  const estimates = adjustEstimates(found);
  return { estimates, family: testFamily(estimates), replicates: replicatesOf(findings) };
}

/** Streams of their own, so that a part's digits do not hang on which others there are; a single group has its examples to resample. */
function choicesFor(
  part: PartEstimate["part"],
  options: MemorizationOptions,
): FindingOptions & PointOptions {
  const clusteredBy = part.kind === "group" ? "example" : options.clusteredBy;
  const rng = options.rng.fork(`part/${part.kind}/${part.name}`);
  return { ...options, rng, clusteredBy, leading: true };
}

function pointsOf(set: PointSet, ids: ReadonlySet<string>): PointSet {
  const own = Uint32Array.from(set.example.keys()).filter((i) =>
    ids.has(set.exampleIds[set.example[i]!]!),
  );
  return compactClusters(pointsAt(set, own));
}
