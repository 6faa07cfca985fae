/** Sum each pair's span of the scored outputs: one row a pair of an example and model. */
import { scoreSpan } from "../../memorization/spans.ts";
import { readEntries } from "../batches.ts";
import type { StudyContext } from "../context.ts";
import type { Stage } from "../run-directory.ts";
import {
  type PairRow,
  pairTable,
  readTable,
  scoreTable,
  type ScoredPairRow,
  writeTable,
} from "../tables.ts";
import { type ScoredOutput, scoredOutputsFile } from "./score.ts";

export function spansStage({ directory, modelNames, tasks }: StudyContext): Stage {
  const files = modelNames.map(scoredOutputsFile);
  return {
    name: "spans",
    options: { tasks: tasks.map(({ entry, sha256 }) => [entry.name, sha256]), models: modelNames },
    reads: [pairTable.file, ...files],
    writes: [scoreTable.file],
    run: async () => {
      const pairs = await readTable(directory.file(pairTable.file), pairTable);
      const answers = new Map(
        tasks.flatMap(({ entry, evaluated }) =>
          evaluated.map(({ id, output }) => [outputKey(entry.name, id), output] as const),
        ),
      );
      const rows: ScoredPairRow[] = [];
      for (const [i, model] of modelNames.entries()) {
        const scored = await readScoredOutputs(directory.file(files[i]!));
        for (const pair of pairs) {
          const key = outputKey(pair.task, pair.example);
          rows.push(scorePair(pair, model, answers.get(key) ?? "", scored.get(key)));
        }
      }
      await writeTable(directory, scoreTable, rows);
      return { pairs: rows.length };
    },
  };
}

function scorePair(
  { task, example, n, a, b, start, end }: PairRow,
  model: string,
  answer: string,
  scored: ScoredOutput | undefined,
): ScoredPairRow {
  const identity = { example, task, model, n, a, b };
  const unmatched = {
    logLikelihood: null,
    tokens: 0,
    characters: end - start,
    straddling: 0,
    matched: false,
  } as const;
  if (scored === undefined)
    return { ...identity, ...unmatched, reason: "the output was not scored" };
  if (scored.refused !== undefined) return { ...identity, ...unmatched, reason: scored.refused };
  const tokens = {
    answer,
    offsets: Int32Array.from(scored.offsets),
    logProbs: Float64Array.from(scored.logProbs),
  };
  const span = scoreSpan(tokens, start, end);
  if (!span.matched) return { ...identity, ...unmatched, reason: span.reason };
  const { logLikelihood, tokens: count, characters, straddling } = span;
  return {
    ...identity,
    logLikelihood,
    tokens: count,
    characters,
    straddling,
    matched: true,
    reason: null,
  };
}

function outputKey(task: string, example: string): string {
  return JSON.stringify([task, example]);
}

async function readScoredOutputs(path: string): Promise<ReadonlyMap<string, ScoredOutput>> {
  const outputs = new Map<string, ScoredOutput>();
  for await (const output of readEntries<ScoredOutput>(path))
    outputs.set(outputKey(output.task, output.example), output);
  return outputs;
}
