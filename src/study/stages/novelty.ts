/**
 * Pairs of each model's own outputs, counted in the corpus like those of the gold outputs: one more
 * pass, or questions to the index. Outputs and gold outputs are read by one reference model, whose
 * perplexity tells fluent outputs from degenerate ones.
 */
import { writeAtomically } from "../../base/files.ts";
import { createRng } from "../../base/random.ts";
import { countNovelty, type OutputPairCounts, repetition } from "../../memorization/novelty.ts";
import { openLanguageModel } from "../../models/open-model.ts";
import { textPolicy } from "../../text/policies.ts";
import { deviceOption, fingerprintOfModel, openingOf, type StudyContext } from "../context.ts";
import { corpusFile, countOptions } from "../corpus-engine.ts";
import { largestModel } from "../headline.ts";
import { modelFile, readModelRecords } from "../identities.ts";
import {
  estimateNovelty,
  type FluencyBounds,
  type GoldOutput,
  isFluent,
  type NoveltyRecord,
} from "../novelty-estimates.ts";
import { miningKeyOf } from "../mining-choices.ts";
import { countOutputs, type PairedOutput, pairOutputs } from "../output-pairs.ts";
import {
  boundsOf,
  perplexityOf,
  type Reading,
  readOutputs,
  requestOf,
} from "../reference-readings.ts";
import type { Stage, Work } from "../run-directory.ts";
import type { NoveltyEntry } from "../study-file.ts";
import { type NoveltyRow, noveltyTable, outputTable, writeTable } from "../tables.ts";
import { embedderFile } from "./fit-embedder.ts";
import { miningFile } from "./mine.ts";

export const noveltyFile = "novelty.json";

/** Resamples behind each interval. */
const RESAMPLES = 1000;

export async function noveltyStage(context: StudyContext, entry: NoveltyEntry): Promise<Stage> {
  const { study, tasks, modelNames } = context;
  const own = study.embedder === "corpus";
  const { reference } = entry;
  return {
    name: "novelty",
    options: {
      corpus: await countOptions(context),
      tasks: tasks.map(({ entry, sha256, shots }) => [
        ...[entry.name, miningKeyOf(study, entry, entry.n[0]!), entry.prompt],
        ...[sha256, shots],
      ]),
      reference: reference === undefined ? reference : await fingerprintOfModel(reference),
      embedder: study.embedder,
      level: study.measure.level,
      seed: study.seed,
      ...deviceOption(context),
    },
    reads: [
      ...[outputTable.file, miningFile, corpusFile],
      ...(own ? [embedderFile] : []),
      ...modelNames.map(modelFile),
    ],
    writes: [noveltyTable.file, noveltyFile],
    run: () => judgeOutputs(context, reference),
  };
}

/** Count the pairs of the models' outputs and read how fluent these are under the reference. */
async function judgeOutputs(context: StudyContext, reference: string | undefined): Promise<Work> {
  const { study, directory } = context;
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
}

async function largestPath({ study, directory, modelNames }: StudyContext): Promise<string> {
  const records = await readModelRecords(directory.path, modelNames);
  return study.models[modelNames.indexOf(largestModel(records.map(({ model }) => model)))]!;
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
    fluent:
      isSaid &&
      isFluent(
        own,
        bounds.find((bound) => bound.task === task)!,
      ),
  };
}
