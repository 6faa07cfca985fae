/** One row an example with its frequency in the corpus, one row an output of each model, and one a choice. */
import { groupBy } from "../../base/group-by.ts";
import { exampleFrequencies } from "../../memorization/example-frequency.ts";
import { metricNamed } from "../../tasks/metrics/named-metrics.ts";
import { readEntries } from "../batches.ts";
import { CHOICE_METRIC, choiceCorrectness } from "../choice-accuracy.ts";
import { evaluatedItems, type StudyContext } from "../context.ts";
import { largestModel } from "../headline.ts";
import { modelFile, readModelRecords } from "../identities.ts";
import { withSingleCounts } from "../released-counts.ts";
import { outlierFiles, readOutliers } from "../outliers.ts";
import type { Stage } from "../run-directory.ts";
import {
  type ChoiceRow,
  choiceTable,
  countTable,
  exampleTable,
  type OutputRow,
  outputTable,
  type PairRow,
  pairTable,
  readTable,
  writeTable,
} from "../tables.ts";
import { choiceItems, scoredChoicesFile } from "./choices.ts";
import { type GeneratedOutput, generatedOutputsFile } from "./generate.ts";

export function examplesStage(context: StudyContext): Stage {
  const { directory, modelNames } = context;
  const files = modelNames.map(generatedOutputsFile);
  const hasChoices = choiceItems(context).length > 0;
  const choiceFiles = hasChoices ? modelNames.map(scoredChoicesFile) : [];
  return {
    name: "examples",
    options: {
      tasks: context.tasks.map(({ entry, sha256 }) => [
        entry.name,
        entry.n[0],
        entry.metric,
        sha256,
      ]),
      models: modelNames,
      minOfSingleCounts: context.study.released.minOfSingleCounts,
    },
    reads: [
      pairTable.file,
      countTable.file,
      ...outlierFiles(context.study),
      ...files,
      ...choiceFiles,
      ...modelNames.map(modelFile),
    ],
    writes: [exampleTable.file, outputTable.file, ...(hasChoices ? [choiceTable.file] : [])],
    run: async () => {
      const choices = hasChoices ? await readChoices(context) : [];
      const judge = judgeOf(context, choices);
      const outputs: OutputRow[] = [];
      for (const file of files)
        for await (const output of readEntries<GeneratedOutput>(directory.file(file)))
          outputs.push(judge(output));
      const { pairs, frequencies } = await readFrequencies(context);
      const model = largestModel(
        (await readModelRecords(directory.path, modelNames)).map((record) => record.model),
      );
      const outputOf = new Map(
        outputs
          .filter((row) => row.model === model)
          .map((row) => [exampleKey(row.task, row.example), row]),
      );
      const rows = evaluatedItems(context).map(({ task, example }) => {
        const key = exampleKey(task.name, example.id);
        const output = outputOf.get(key);
        return {
          id: example.id,
          task: task.name,
          split: example.split ?? null,
          group: example.group ?? null,
          input: example.input,
          reference: example.output,
          output: output?.output ?? null,
          correctness: output?.correctness ?? null,
          choices: task.metric === CHOICE_METRIC ? (example.choices?.length ?? null) : null,
          pairs: pairs.get(key) ?? 0,
          frequency: frequencies.get(key) ?? 0,
        };
      });
      await writeTable(directory, exampleTable, rows);
      await writeTable(directory, outputTable, outputs);
      if (hasChoices) await writeTable(directory, choiceTable, choices);
      return { examples: rows.length };
    },
  };
}

/** Judges an output by its task's metric: by its text, or by what its model chose. */
function judgeOf(
  context: StudyContext,
  choices: readonly ChoiceRow[],
): (output: GeneratedOutput) => OutputRow {
  const itemOf = new Map(
    evaluatedItems(context).map((item) => [exampleKey(item.task.name, item.example.id), item]),
  );
  const choicesOf = groupBy(choices, ({ task, example, model }) =>
    JSON.stringify([task, example, model]),
  );
  return (generated) => {
    const { task: name, example: id, model, output } = generated;
    const { task, example } = itemOf.get(exampleKey(name, id))!;
    const { metric } = task;
    const correctness =
      metric === CHOICE_METRIC
        ? choiceCorrectness(choicesOf.get(JSON.stringify([name, id, model])) ?? [], task.choices)
        : metricNamed(metric).score(output, example);
    return { ...generated, metric, correctness };
  };
}

/** Every model's choices, which stand a line an example. */
async function readChoices({ directory, modelNames }: StudyContext): Promise<ChoiceRow[]> {
  const rows: ChoiceRow[] = [];
  for (const file of modelNames.map(scoredChoicesFile))
    for await (const own of readEntries<readonly ChoiceRow[]>(directory.file(file)))
      rows.push(...own);
  return rows;
}

function exampleKey(task: string, example: string): string {
  return JSON.stringify([task, example]);
}

/** Of every example that has pairs of its task's first n: how many, and Eq. 4 over them. */
async function readFrequencies({ directory, tasks, study }: StudyContext): Promise<{
  readonly pairs: ReadonlyMap<string, number>;
  readonly frequencies: ReadonlyMap<string, number>;
}> {
  const firstN = new Map(tasks.map(({ entry }) => [entry.name, entry.n[0]]));
  const isOutlier = await readOutliers(directory.path, study);
  const rows = (await readTable<PairRow>(directory.file(pairTable.file), pairTable)).filter(
    (pair) => firstN.get(pair.task) === pair.n && !isOutlier(pair),
  );
  const counted = await readTable(directory.file(countTable.file), countTable);
  const counts = study.released.minOfSingleCounts ? withSingleCounts(counted) : counted;
  const codf = new Map(counts.map((row) => [JSON.stringify([row.a, row.b]), row.codf]));
  const keyed = rows.map(({ task, example, a, b }) => ({
    example: exampleKey(task, example),
    a,
    b,
  }));
  return {
    pairs: new Map(
      Array.from(
        groupBy(keyed, ({ example }) => example),
        ([key, own]) => [key, own.length],
      ),
    ),
    frequencies: exampleFrequencies(keyed, (a, b) => codf.get(JSON.stringify([a, b])) ?? 0),
  };
}
