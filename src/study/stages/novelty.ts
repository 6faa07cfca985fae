/**
 * Pairs of each model's own outputs, counted in the corpus like those of the gold outputs: one more
 * pass, or questions to the index. Outputs and gold outputs are read by one reference model, whose
 * perplexity tells fluent outputs from degenerate ones.
 */
import { readJson, writeAtomically } from "../../base/files.ts";
import { createRng } from "../../base/random.ts";
import { countNovelty, type OutputPairCounts, repetition } from "../../memorization/novelty.ts";
import type { LanguageModel, ScoreRequest } from "../../models/language-model.ts";
import { openEmbedder } from "../../models/open-embedder.ts";
import { openLanguageModel } from "../../models/open-model.ts";
import { isModelUrl } from "../../models/remote/model-url.ts";
import type { EmbeddingModel } from "../../models/embedding-model.ts";
import { forEachPair, mineExamples, passes } from "../../task-grams/mine.ts";
import { NgramVectors } from "../../task-grams/ngram-vectors.ts";
import { resolveMiningOptions } from "../../task-grams/options.ts";
import { textPolicy } from "../../text/policies.ts";
import { stopWords } from "../../text/stop-words.ts";
import {
  type EvaluatedItem,
  evaluatedItems,
  fingerprintOf,
  openingOf,
  type StudyContext,
  type StudyTask,
} from "../context.ts";
import { corpusFile, countOptions, openStudyEngine, refuseChangedCorpus } from "../corpus-engine.ts";
import { largestModel } from "../headline.ts";
import { modelFile, readModelRecords } from "../identities.ts";
import {
  estimateNovelty,
  type FluencyBounds,
  fluencyBounds,
  type GoldOutput,
  isFluent,
  type NoveltyRecord,
} from "../novelty-estimates.ts";
import type { Stage } from "../run-directory.ts";
import { scorePossible } from "../score-possible.ts";
import type { NoveltyEntry } from "../study-file.ts";
import {
  type NoveltyRow,
  noveltyTable,
  type OutputRow,
  outputTable,
  readTable,
  writeTable,
} from "../tables.ts";
import { distinctPairs } from "./count.ts";
import { embedderFile } from "./fit-embedder.ts";
import { miningFile, type MiningRecord } from "./mine.ts";

export const noveltyFile = "novelty.json";

/** Resamples behind each interval. */
const RESAMPLES = 1000;

/** An output with the pairs that count, not yet looked up. */
interface PairedOutput {
  readonly row: OutputRow;
  readonly item: EvaluatedItem;
  readonly n: number;
  readonly pairs: readonly { readonly a: string; readonly b: string }[];
}

/** How a text reads to the reference. */
interface Reading {
  readonly logLikelihood: number | null;
  readonly tokens: number;
}

export async function noveltyStage(context: StudyContext, entry: NoveltyEntry): Promise<Stage> {
  const { study, directory, tasks, modelNames } = context;
  const own = study.embedder === "corpus";
  const { reference } = entry;
  return {
    name: "novelty",
    options: {
      corpus: await countOptions(context),
      tasks: tasks.map((task) => [task.entry.name, task.entry.n[0], task.entry.outputs, task.sha256]),
      reference: reference === undefined || isModelUrl(reference) ? reference : await fingerprintOf(reference),
      mine: study.mine,
      embedder: study.embedder,
      level: study.measure.level,
      seed: study.seed,
    },
    reads: [
      ...[outputTable.file, miningFile, corpusFile],
      ...(own ? [embedderFile] : []),
      ...modelNames.map(modelFile),
    ],
    writes: [noveltyTable.file, noveltyFile],
    run: async () => {
      const outputs = await pairOutputs(context);
      const counts = await countOutputs(outputs, context);
      const name = reference ?? (await largestPath(context));
      await using model = await openLanguageModel(name, openingOf(context));
      const bounds = await boundsOf(model, context);
      const requests = outputs.map(({ item, row }) => requestOf(item, row.output));
      const readings = await readOutputs(model, requests, context);
      const rows = outputs.map((output, i) =>
        noveltyRow(output, counts[i]!, readings[i]!, { bounds, study }),
      );
      await writeTable(directory, noveltyTable, rows);
      const record: NoveltyRecord = {
        reference: model.identity.name,
        bounds,
        estimates: estimateNovelty(rows, {
          rng: createRng(study.seed).fork("novelty"),
          resamples: RESAMPLES,
          level: study.measure.level,
        }),
      };
      await writeAtomically(directory.file(noveltyFile), `${JSON.stringify(record, null, 2)}\n`);
      return { outputs: rows.length, pairs: rows.reduce((sum, { pairs }) => sum + pairs, 0) };
    },
  };
}

async function largestPath({ study, directory, modelNames }: StudyContext): Promise<string> {
  const records = await readModelRecords(directory.path, modelNames);
  return study.models[modelNames.indexOf(largestModel(records.map(({ model }) => model)))]!;
}

/** The pairs of every output that pass the task's threshold; of several folds' thresholds the strictest. */
async function pairOutputs(context: StudyContext): Promise<readonly PairedOutput[]> {
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
  const { study, signal, onProgress } = context;
  const itemOf = new Map(evaluatedItems({ tasks: [task] }).map((item) => [item.example.id, item]));
  const choices = resolveMiningOptions({
    n,
    policy: textPolicy(study.corpus.policy),
    stopWords: new Set(study.mine.stopWords.flatMap((language) => [...stopWords(language)])),
    shortTexts: study.mine.shortTexts,
    outputs: task.entry.outputs,
  });
  const examples = async function* () {
    for (const [i, { example, output }] of rows.entries())
      yield await Promise.resolve({ ...itemOf.get(example)!.example, id: String(i), output });
  };
  const vectors = new NgramVectors(embedder);
  for await (const product of mineExamples(examples(), vectors, choices, { signal, onProgress })) {
    const pairs: { a: string; b: string }[] = [];
    forEachPair(product, (a, b, similarity) => {
      if (a.text !== b.text && passes(similarity, { value: threshold }))
        pairs.push({ a: a.text, b: b.text });
    });
    const row = rows[product.index]!;
    yield { row, item: itemOf.get(row.example)!, n, pairs };
  }
}

/** The counts of every output's pairs, all asked at once. */
async function countOutputs(
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
  return outputs.map((output) => output.pairs.map(({ a, b }) => found.get(JSON.stringify([a, b]))!));
}

/** An output behind its prompt, with the white space that generation leaves to the model. */
function requestOf(item: EvaluatedItem, output: string): ScoreRequest {
  const context = item.context.trimEnd();
  const space = item.context.slice(context.length);
  return { context, continuation: `${space === "" ? " " : space}${output}` };
}

async function boundsOf(
  model: LanguageModel,
  context: StudyContext,
): Promise<readonly FluencyBounds[]> {
  const { study, tasks } = context;
  const bounds: FluencyBounds[] = [];
  for (const task of tasks) {
    const items = evaluatedItems({ tasks: [task] });
    const requests = items.map((item) => requestOf(item, item.example.output));
    const readings = await readOutputs(model, requests, context);
    const policy = textPolicy(study.corpus.policy);
    const gold = readings.map((reading, i) => ({
      perplexity: perplexityOf(reading),
      repetition: repetition(policy.words(items[i]!.example.output)),
    }));
    bounds.push(fluencyBounds(task.entry.name, gold));
  }
  return bounds;
}

async function readOutputs(
  model: LanguageModel,
  requests: readonly ScoreRequest[],
  { signal, onProgress }: StudyContext,
): Promise<readonly Reading[]> {
  const readings: Reading[] = [];
  for (let start = 0; start < requests.length; start += 128) {
    onProgress({ stage: "novelty", done: start, total: requests.length, unit: "outputs" });
    const batch = requests.slice(start, start + 128);
    for (const scored of await scorePossible(model, batch, signal))
      readings.push(
        typeof scored === "string"
          ? { logLikelihood: null, tokens: 0 }
          : { logLikelihood: scored.logLikelihood, tokens: scored.logProbs.length },
      );
  }
  return readings;
}

function perplexityOf({ logLikelihood, tokens }: Reading): number | null {
  return logLikelihood === null ? null : Math.exp(-logLikelihood / tokens);
}

function noveltyRow(
  { row, n }: PairedOutput,
  counts: readonly OutputPairCounts[],
  reading: Reading,
  { bounds, study }: { readonly bounds: readonly FluencyBounds[] } & Pick<StudyContext, "study">,
): NoveltyRow {
  const words = textPolicy(study.corpus.policy).words(row.output);
  const own: GoldOutput = { perplexity: perplexityOf(reading), repetition: repetition(words) };
  const { task, example, model, correctness } = row;
  const isSaid = words.length > 0;
  return {
    ...{ task, example, model, n, words: words.length },
    ...countNovelty(counts),
    repetition: own.repetition,
    referenceLogLikelihood: isSaid ? reading.logLikelihood : null,
    referenceTokens: isSaid ? reading.tokens : 0,
    correctness,
    fluent: isSaid && isFluent(own, bounds.find((bound) => bound.task === task)!),
  };
}
