/**
 * Sum each pair's span of the scored outputs, behind the prompt and behind the neutral context, and
 * of their ∞-gram tokens: one row a pair of an example and model.
 */
import {
  type InfinityGramOptions,
  infinityGramSpan,
  type InfinityGramSpan,
} from "../../memorization/infinity-gram.ts";
import {
  type AnswerSpan,
  charactersOf,
  findTokensOfSpans,
  scoreSpans,
  type SpanScore,
} from "../../memorization/spans.ts";
import { readEntries } from "../batches.ts";
import { evaluatedItems, type StudyContext } from "../context.ts";
import { miningKeyOf } from "../mining-choices.ts";
import { spansOf, tailOf } from "../pair-spans.ts";
import type { Stage } from "../run-directory.ts";
import {
  type InfinityGramRow,
  infinityGramTable,
  type PairRow,
  pairTable,
  readTable,
  scoreTable,
  type ScoredPairRow,
  writeTable,
} from "../tables.ts";
import { type ScoredOutput, type ScoredTokens, scoredOutputsFile } from "./score.ts";

/** A gold output and its ∞-gram tokens, none where the study asks for none. */
interface KnownOutput {
  readonly answer: string;
  readonly tokens: readonly InfinityGramRow[];
  /** Start and end of each token in the answer, UTF-16 units. */
  readonly offsets: Int32Array;
}

/** The ∞-gram columns of a pair; null where no token of the index covers its span. */
type InfinityGramColumns = { readonly [Column in keyof InfinityGramSpan]: number | null };

export function spansStage(context: StudyContext): Stage {
  const { directory, modelNames, tasks, study } = context;
  const files = modelNames.map(scoredOutputsFile);
  const counted = study.measure.infinityGram === undefined ? [] : [infinityGramTable.file];
  const { occurrences } = study.measure;
  const { wholeTail, unseenAsProbabilityOne } = study.released;
  return {
    name: "spans",
    options: {
      tasks: tasks.map(({ entry, sha256 }) => [
        ...[entry.name, sha256],
        ...(occurrences === "all" ? entry.n.map((n) => miningKeyOf(study, entry, n)) : []),
      ]),
      ...{ models: modelNames, occurrences, wholeTail, unseenAsProbabilityOne },
    },
    reads: [pairTable.file, ...files, ...counted],
    writes: [scoreTable.file],
    run: async () => {
      const pairs = await readTable(directory.file(pairTable.file), pairTable);
      const known = await readKnownOutputs(context);
      const outputOf = (pair: PairRow): KnownOutput =>
        known.get(outputKey(pair.task, pair.example))!;
      const spans = spansOf(pairs, context);
      const infinityGrams = pairs.map((pair, j) =>
        infinityGramOf(outputOf(pair), spans[j]!, study.released),
      );
      const rows: ScoredPairRow[] = [];
      for (const [i, model] of modelNames.entries()) {
        const outputs = await readScoredOutputs(directory.file(files[i]!));
        for (const [j, pair] of pairs.entries()) {
          const output = outputs.get(outputKey(pair.task, pair.example));
          const { answer } = outputOf(pair);
          const scored = wholeTail ? [tailOf(answer, spans[j]!)] : spans[j]!;
          const row = scorePair(pair, model, answer, output, scored);
          rows.push({ ...row, ...infinityGrams[j]! });
        }
      }
      await writeTable(directory, scoreTable, rows);
      return { pairs: rows.length };
    },
  };
}

function scorePair(
  { task, example, n, a, b }: PairRow,
  model: string,
  answer: string,
  scored: ScoredOutput | undefined,
  spans: readonly AnswerSpan[],
): ScoredPairRow {
  const given = scoreTokens(answer, scored, spans);
  const neutral = scored?.neutral && scoreTokens(answer, scored.neutral, spans);
  return {
    ...{ example, task, model, n, a, b },
    logLikelihood: given.matched ? given.logLikelihood : null,
    tokens: given.matched ? given.tokens : 0,
    characters: charactersOf(spans),
    straddling: given.matched ? given.straddling : 0,
    matched: given.matched,
    reason: given.matched ? null : given.reason,
    neutralLogLikelihood: neutral?.matched === true ? neutral.logLikelihood : null,
  };
}

function scoreTokens(
  answer: string,
  scored: ScoredTokens | undefined,
  spans: readonly AnswerSpan[],
): SpanScore {
  if (scored === undefined) return { matched: false, reason: "the output was not scored" };
  const { refused, offsets, logProbs } = scored;
  if (refused !== undefined) return { matched: false, reason: refused };
  const tokens = {
    answer,
    offsets: Int32Array.from(offsets),
    logProbs: Float64Array.from(logProbs),
  };
  return scoreSpans(tokens, spans);
}

function infinityGramOf(
  { tokens, ...output }: KnownOutput,
  spans: readonly AnswerSpan[],
  options: InfinityGramOptions,
): InfinityGramColumns {
  const span = findTokensOfSpans(output, spans);
  if (span.matched)
    return infinityGramSpan(
      span.tokens.map((token) => tokens[token]!),
      options,
    );
  return {
    ...{ infinityGram: null, infinityGramPaper: null, infinityGramBackoff: null },
    ...{ infinityGramTokens: null, infinityGramZeros: null, effectiveN: null },
  };
}

function outputKey(task: string, example: string): string {
  return JSON.stringify([task, example]);
}

async function readKnownOutputs({
  directory,
  tasks,
  study,
}: StudyContext): Promise<ReadonlyMap<string, KnownOutput>> {
  const tokens = new Map<string, InfinityGramRow[]>();
  if (study.measure.infinityGram !== undefined) {
    const path = directory.file(infinityGramTable.file);
    for (const row of await readTable(path, infinityGramTable)) {
      const key = outputKey(row.task, row.example);
      const rows = tokens.get(key) ?? [];
      tokens.set(key, rows);
      rows.push(row);
    }
  }
  return new Map(
    evaluatedItems({ tasks }).map(({ task, example }) => {
      const key = outputKey(task.name, example.id);
      const rows = tokens.get(key) ?? [];
      const offsets = Int32Array.from(rows.flatMap(({ start, end }) => [start, end]));
      return [key, { answer: example.output, tokens: rows, offsets }];
    }),
  );
}

async function readScoredOutputs(path: string): Promise<ReadonlyMap<string, ScoredOutput>> {
  const outputs = new Map<string, ScoredOutput>();
  for await (const output of readEntries<ScoredOutput>(path))
    outputs.set(outputKey(output.task, output.example), output);
  return outputs;
}
