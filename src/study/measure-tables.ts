/**
 * The statistics of a run directory that holds the contract's files alone: run.json and the Parquet
 * files, without what a run of our own keeps beside them. Shuffled pairs were not counted, or their
 * counts are not there, so the null exchanges whole examples and says `recounted: false`.
 */
import { join } from "node:path";
import { writeAtomically } from "../base/files.ts";
import { adjustEstimates } from "../memorization/memorization-estimate.ts";
import type { MeasuredRows } from "../memorization/measure-rows.ts";
import { headline, largestModel, verdicts } from "./headline.ts";
import type { Study } from "./load-study.ts";
import { measureFiles } from "./measure-files.ts";
import { runFile, type RunFile } from "./run-file.ts";
import type { MeasureEntry } from "./study-file.ts";
import { countTable, scoreTable } from "./tables.ts";

/** Measure the tables of a run directory, by its own study's options, and mend its run.json. */
export async function measureTables(
  directory: string,
  run: RunFile,
  { bootstrap }: { readonly bootstrap?: number | undefined } = {},
): Promise<MeasuredRows> {
  const options = measureOptions(run, bootstrap);
  const paths = [countTable, scoreTable].map(({ file }) => join(directory, file));
  const measured = await measureFiles(paths[0]!, paths[1]!, options);
  const estimates = adjustEstimates(
    measured.estimates.filter(({ zeros }) => options.zeros === "both" || zeros === options.zeros),
  );
  const { models } = run.identities;
  const model = models.length > 0 ? largestModel(models) : estimates[0]!.model;
  const zeros = options.zeros === "dropped" ? "dropped" : "kept";
  const found = verdicts(tasksOf(estimates), model, estimates, zeros);
  const drops = [
    ...run.drops.filter((old) => !measured.drops.some((row) => isSame(row, old))),
    ...measured.drops,
  ];
  const next = { ...run, drops, estimates, verdicts: found, headline: headline(found) };
  await writeAtomically(join(directory, runFile), `${JSON.stringify(next, null, 2)}\n`);
  return { estimates, drops };
}

/** A run written by another program may state none of these; then the defaults hold. */
function measureOptions({ study, provenance }: RunFile, bootstrap: number | undefined) {
  const stated: Partial<MeasureEntry> = (study as Partial<Study>).measure ?? {};
  return {
    seed: provenance.seed,
    bootstrap: bootstrap ?? stated.bootstrap ?? 1000,
    permutations: stated.permutations ?? 200,
    level: stated.level ?? 0.95,
    zeros: stated.zeros ?? "both",
  };
}

/** Tasks in the order of their estimates, each with its lengths of n-grams in theirs. */
function tasksOf(estimates: MeasuredRows["estimates"]): { name: string; n: number[] }[] {
  const lengths = new Map<string, Set<number>>();
  for (const { task, n } of estimates) lengths.set(task, (lengths.get(task) ?? new Set()).add(n));
  return Array.from(lengths, ([name, n]) => ({ name, n: [...n] }));
}

type Drop = MeasuredRows["drops"][number];

function isSame(a: Drop, b: Drop): boolean {
  return a.task === b.task && a.n === b.n && a.reason === b.reason;
}
