/** The pairs of generated outputs: formed and filtered like those of gold outputs, and counted in the corpus. */
import { readJson } from "../base/files.ts";
import type { OutputPairCounts } from "../memorization/novelty.ts";
import type { EmbeddingModel } from "../models/embedding-model.ts";
import { openEmbedder } from "../models/open-embedder.ts";
import { forEachPair, mineExamples, passes, textsOf, withNames } from "../task-grams/mine.ts";
import { NgramVectors } from "../task-grams/ngram-vectors.ts";
import { type MiningChoices, resolveMiningOptions } from "../task-grams/options.ts";
import { filteredFor } from "../task-grams/pair-filters.ts";
import type { Example } from "../tasks/task.ts";
import {
  type EvaluatedItem,
  evaluatedItems,
  openingOf,
  type StudyContext,
  type StudyTask,
} from "./context.ts";
import { openStudyEngine, refuseChangedCorpus } from "./corpus-engine.ts";
import { miningChoicesOf } from "./mining-choices.ts";
import { distinctPairs } from "./stages/count.ts";
import { embedderFile } from "./stages/fit-embedder.ts";
import { miningFile, type MiningRecord, sourceOf } from "./stages/mine.ts";
import { type OutputRow, outputTable, readTable } from "./tables.ts";

/** An output with the pairs that count, not yet looked up. */
export interface PairedOutput {
  readonly row: OutputRow;
  readonly item: EvaluatedItem;
  readonly n: number;
  readonly pairs: readonly { readonly a: string; readonly b: string }[];
}

/** The pairs of every output that pass the task's threshold; of several folds' thresholds the strictest. */
export async function pairOutputs(context: StudyContext): Promise<readonly PairedOutput[]> {
  const { study, directory, tasks } = context;
  const { mining } = (await readJson(directory.file(miningFile))) as MiningRecord;
  const rows = await readTable(directory.file(outputTable.file), outputTable);
  const path = study.embedder === "corpus" ? directory.file(embedderFile) : study.embedder;
  await using embedder = await openEmbedder(path, openingOf(context));
  const paired: PairedOutput[] = [];
  for (const task of tasks) {
    const { name, n: lengths } = task.entry;
    const n = lengths[0]!;
    const mined = mining.find((summary) => summary.task === name && summary.n === n)!;
    const values = mined.thresholds.flatMap(({ value }) => value ?? []);
    const threshold = values.length === 0 ? undefined : Math.max(...values);
    const own = rows.filter((row) => row.task === name);
    for await (const output of pairTask(task, own, { n, threshold, embedder, context }))
      paired.push(output);
  }
  return paired;
}

async function* pairTask(
  task: StudyTask,
  rows: readonly OutputRow[],
  {
    n,
    threshold,
    embedder,
    context,
  }: {
    readonly n: number;
    readonly threshold: number | undefined;
    readonly embedder: EmbeddingModel;
    readonly context: StudyContext;
  },
): AsyncGenerator<PairedOutput> {
  const { signal, onProgress } = context;
  const itemOf = new Map(evaluatedItems({ tasks: [task] }).map((item) => [item.example.id, item]));
  const choices = await outputChoices(task, n, context);
  const examples = async function* (): AsyncGenerator<Example> {
    for (const [i, { example, output }] of rows.entries())
      yield await Promise.resolve({ ...itemOf.get(example)!.example, id: String(i), output });
  };
  const vectors = new NgramVectors(embedder);
  for await (const product of mineExamples(examples(), vectors, choices, { signal, onProgress })) {
    const pairs: { a: string; b: string }[] = [];
    forEachPair(product, (a, b, similarity) => {
      const isWanted =
        a.text !== b.text && filteredFor(product, a.text, b.text, choices) === undefined;
      if (isWanted && passes(similarity, { value: threshold }))
        pairs.push({ a: a.text, b: b.text });
    });
    const row = rows[product.index]!;
    yield { row, item: itemOf.get(row.example)!, n, pairs };
  }
}

/** The choices by which the task itself was mined, but for its threshold; names are those of its own texts. */
function outputChoices(
  task: StudyTask,
  n: number,
  { study, tasks }: StudyContext,
): Promise<MiningChoices> {
  const { entry } = task;
  const choices = resolveMiningOptions(miningChoicesOf(study, entry, n));
  const read = tasks.filter((other) => other === task || other.entry.name === entry.minedOn);
  return withNames(choices, {}, textsOf(read.map(sourceOf)));
}

/** The counts of every output's pairs, all asked at once. */
export async function countOutputs(
  outputs: readonly PairedOutput[],
  context: StudyContext,
): Promise<readonly (readonly OutputPairCounts[])[]> {
  const { directory, signal, onProgress } = context;
  const { phrases, pairs } = distinctPairs(outputs.flatMap((output) => output.pairs));
  if (pairs.length === 0) return outputs.map(() => []);
  await using engine = await openStudyEngine(context);
  const { codf, df } = await engine.countPairs(phrases, pairs, { signal, onProgress });
  await refuseChangedCorpus(directory, engine.identity);
  const found = new Map<string, OutputPairCounts>();
  for (const [i, together] of codf.entries()) {
    const [a, b] = [pairs[2 * i]!, pairs[2 * i + 1]!];
    const counts = { codf: together, dfA: df[a]!, dfB: df[b]! };
    found.set(JSON.stringify([phrases[a], phrases[b]]), counts);
  }
  return outputs.map((output) =>
    output.pairs.map(({ a, b }) => found.get(JSON.stringify([a, b]))!),
  );
}
