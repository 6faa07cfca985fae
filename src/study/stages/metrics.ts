/** Judge each model's outputs and choices, over each task as a whole and over its parts. */
import { writeAtomically } from "../../base/files.ts";
import { groupBy } from "../../base/group-by.ts";
import { createRng } from "../../base/random.ts";
import { type OpenedEmbedder, openEmbedder } from "../../models/open-embedder.ts";
import { BERTSCORE, bertScores } from "../../tasks/metrics/bertscore.ts";
import { corpusMetrics, type ExampleSums, meanSums } from "../../tasks/metrics/example-sums.ts";
import { metricNamed } from "../../tasks/metrics/named-metrics.ts";
import type { Example } from "../../tasks/task.ts";
import { type ChoiceMetric, choiceMetrics, judgeChoices } from "../choice-accuracy.ts";
import { openingOf, type StudyContext, type StudyTask } from "../context.ts";
import { estimateMetric, type MetricEstimate, partsOf } from "../metric-estimates.ts";
import type { Stage } from "../run-directory.ts";
import { type ChoiceRow, choiceTable, type OutputRow, outputTable, readTable } from "../tables.ts";
import { choiceItems } from "./choices.ts";
import { embedderFile } from "./fit-embedder.ts";

export const metricsFile = "metrics.json";

/** Resamples behind each interval. */
const RESAMPLES = 1000;

/** Judged examples of one task and model: sums over those that could be judged. */
interface Judged {
  readonly metric: string;
  readonly examples: readonly Example[];
  readonly sums: (examples: readonly number[]) => ExampleSums;
  /** Why nothing could be. */
  readonly undefinedBecause?: string;
}

export function metricsStage(context: StudyContext): Stage {
  const { study, directory, tasks, modelNames } = context;
  const hasChoices = choiceItems(context).length > 0;
  const wantsEmbedder = tasks.some(({ entry }) => entry.metrics?.includes(BERTSCORE) === true);
  const fitted = wantsEmbedder && study.embedder === "corpus" ? [embedderFile] : [];
  return {
    name: "metrics",
    options: {
      tasks: tasks.map(({ entry, sha256 }) => [entry.name, entry.metric, entry.metrics, sha256]),
      models: modelNames,
      embedder: wantsEmbedder ? study.embedder : null,
      level: study.measure.level,
      seed: study.seed,
    },
    reads: [outputTable.file, ...(hasChoices ? [choiceTable.file] : []), ...fitted],
    writes: [metricsFile],
    run: async () => {
      const outputs = await readTable(directory.file(outputTable.file), outputTable);
      const choices = hasChoices
        ? await readTable(directory.file(choiceTable.file), choiceTable)
        : [];
      const path = study.embedder === "corpus" ? directory.file(embedderFile) : study.embedder;
      await using embedder = wantsEmbedder
        ? await openEmbedder(path, openingOf(context))
        : undefined;
      const estimates: MetricEstimate[] = [];
      for (const task of tasks)
        for (const model of modelNames) {
          const isOwn = (row: OutputRow | ChoiceRow): boolean =>
            row.task === task.entry.name && row.model === model;
          const judged = [
            ...(await judgeOutputs(task, outputs.filter(isOwn), embedder)),
            ...judgeAllChoices(task, choices.filter(isOwn)),
          ];
          estimates.push(...judged.flatMap((own) => estimateParts(task, model, own, context)));
        }
      await writeAtomically(directory.file(metricsFile), `${JSON.stringify(estimates, null, 2)}\n`);
      return { metrics: estimates.length };
    },
  };
}

function estimateParts(
  { entry }: StudyTask,
  model: string,
  { metric, examples, sums, ...judged }: Judged,
  { study }: StudyContext,
): readonly MetricEstimate[] {
  const rng = createRng(study.seed).fork(`metrics/${entry.name}/${metric}`);
  return partsOf(entry, examples).map(({ part, examples: own }) => ({
    ...{ task: entry.name, model, metric, part },
    ...estimateMetric(
      sums(own),
      own.map((i) => examples[i]!.group ?? null),
      { rng: rng.fork(part.name), resamples: RESAMPLES, level: study.measure.level },
    ),
    ...judged,
  }));
}

/** The task's metric and those it names besides; a model that writes nothing has none. */
async function judgeOutputs(
  { entry, evaluated }: StudyTask,
  rows: readonly OutputRow[],
  embedder: OpenedEmbedder | undefined,
): Promise<readonly Judged[]> {
  if (rows.length === 0) return [];
  const rowOf = new Map(rows.map((row) => [row.example, row]));
  const examples = evaluated.filter(({ id }) => rowOf.has(id));
  const judged = examples.map(({ id }) => rowOf.get(id)!);
  const outputs = judged.map(({ output }) => output);
  const correctness = judged.map((row) => row.correctness);
  const others = (entry.metrics ?? []).filter((name) => name !== entry.metric);
  return [
    meanOf(entry.metric, examples, correctness),
    ...others
      .filter((name) => name !== BERTSCORE)
      .map((name) => judgeByName(name, examples, outputs)),
    ...(embedder !== undefined && others.includes(BERTSCORE)
      ? await judgeByEmbedder(embedder, examples, outputs)
      : []),
  ];
}

function judgeByName(
  metric: string,
  examples: readonly Example[],
  outputs: readonly string[],
): Judged {
  const ofCorpus = corpusMetrics.get(metric);
  if (ofCorpus === undefined) {
    const { score } = metricNamed(metric);
    const scores = outputs.map((output, i) => score(output, examples[i]!));
    return meanOf(metric, examples, scores);
  }
  const sums = (part: readonly number[]): ExampleSums =>
    ofCorpus(
      part.map((i) => outputs[i]!),
      part.map((i) => examples[i]!),
    );
  return { metric, examples, sums };
}

/** Precision is what the paper shows of GSM8K. An embedder without vectors of tokens judges nothing. */
async function judgeByEmbedder(
  embedder: OpenedEmbedder,
  examples: readonly Example[],
  outputs: readonly string[],
): Promise<readonly Judged[]> {
  const kinds = ["precision", "recall", "f"] as const;
  if (embedder.embedTokens === undefined) {
    const undefinedBecause = `the embedder ${embedder.identity.name} gives no vectors of tokens; name a sentence encoder's folder`;
    const nothing = examples.map(() => NaN);
    return kinds.map((kind) => ({
      ...meanOf(`${BERTSCORE}-${kind}`, examples, nothing),
      undefinedBecause,
    }));
  }
  const references = examples.map(({ output }) => output);
  const scores = await bertScores(embedder, outputs, references);
  return kinds.map((kind) =>
    meanOf(
      `${BERTSCORE}-${kind}`,
      examples,
      scores.map((score) => score[kind]),
    ),
  );
}

function meanOf(metric: string, examples: readonly Example[], values: readonly number[]): Judged {
  return { metric, examples, sums: (own) => meanSums(own.map((i) => values[i]!)) };
}

/** One accuracy for each way of choosing, over the examples all of whose choices were scored. */
function judgeAllChoices({ evaluated }: StudyTask, rows: readonly ChoiceRow[]): readonly Judged[] {
  const choicesOf = groupBy(rows, ({ example }) => example);
  const judge = (metric: ChoiceMetric): readonly (readonly [Example, number])[] =>
    evaluated.flatMap((example) => {
      const choices = choicesOf.get(example.id);
      const right = choices === undefined ? undefined : judgeChoices(choices, metric);
      return right === undefined ? [] : [[example, right] as const];
    });
  return choiceMetrics.flatMap((metric) => {
    const found = judge(metric);
    if (found.length === 0) return [];
    return [
      meanOf(
        metric,
        found.map(([example]) => example),
        found.map(([, right]) => right),
      ),
    ];
  });
}
