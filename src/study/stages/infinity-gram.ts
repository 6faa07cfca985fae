/**
 * The ∞-gram counts of every token of every evaluated output, given the whole prompt and all of the
 * output before it. They depend on the corpus and on the index's own tokens, on no model.
 */
import { join } from "node:path";
import { RoteError } from "../../base/errors.ts";
import { exists, hashFile, readJson, writeAtomically } from "../../base/files.ts";
import type { CorpusIdentity } from "../../corpus/document.ts";
import { CHECKSUM_FILE } from "../../counting/ngram-index/format.ts";
import { type IndexEncoder, openIndexEncoder } from "../../counting/ngram-index/index-encoder.ts";
import {
  type InfinityGramIndex,
  infinityGramTokens,
} from "../../counting/ngram-index/infinity-gram.ts";
import type { NgramIndex } from "../../counting/ngram-index/ngram-index.ts";
import { openIndex } from "../../counting/ngram-index/open-index.ts";
import {
  type EvaluatedItem,
  evaluatedItems,
  fingerprintOf,
  type StudyContext,
} from "../context.ts";
import { corpusFile } from "../corpus-engine.ts";
import type { Stage } from "../run-directory.ts";
import type { InfinityGramEntry } from "../study-file.ts";
import { type InfinityGramRow, infinityGramTable, writeTable } from "../tables.ts";

/** The record kept as run.json's `infinityGram`: the index that was asked, and what it knew of each task's outputs. */
export interface InfinityGramRecord {
  readonly index: {
    readonly directory: string;
    /** What its tokens are; null where a foreign index does not say. */
    readonly tokenizer: string | null;
    readonly documents: number;
    /** Separators included, one a document. */
    readonly tokens: number;
    /** sha256 of its SHA256SUMS; null where it has none. */
    readonly sha256: string | null;
    /** Whether the index says that it was made of the very files that were counted. */
    readonly sameCorpus: boolean;
  };
  readonly tasks: readonly {
    readonly task: string;
    readonly outputs: number;
    readonly tokens: number;
    /** Tokens that never stand behind the longest suffix before them. */
    readonly zeroTokens: number;
    /** Mean over the tokens; null where there is none. */
    readonly effectiveN: number | null;
  }[];
}

export const infinityGramFile = "infinity-gram.json";

export async function infinityGramStage(
  context: StudyContext,
  entry: InfinityGramEntry,
): Promise<Stage> {
  const { directory, tasks } = context;
  return {
    name: "infinity-gram",
    options: {
      index: await fingerprintOf(entry.index),
      tokenizer: entry.tokenizer === undefined ? null : await fingerprintOf(entry.tokenizer),
      tasks: tasks.map((task) => [task.entry.name, task.entry.prompt, task.sha256, task.shots]),
    },
    reads: [corpusFile],
    writes: [infinityGramTable.file, infinityGramFile],
    run: async () => {
      using index = await openIndex(entry.index);
      const sameCorpus = await checkCorpus(context, index);
      const encode = await openIndexEncoder(index, { tokenizer: entry.tokenizer });
      const rows = readOutputs(context, index, encode);
      await writeTable(directory, infinityGramTable, rows);
      const record: InfinityGramRecord = {
        index: await identify(index, sameCorpus),
        tasks: tasks.map(({ entry: { name }, evaluated }) => ({
          task: name,
          outputs: evaluated.length,
          ...summarize(rows.filter(({ task }) => task === name)),
        })),
      };
      await writeAtomically(
        directory.file(infinityGramFile),
        `${JSON.stringify(record, null, 2)}\n`,
      );
      return { tokens: rows.length };
    },
  };
}

/** An index of ours says what it was made of: another corpus than the counted one is refused. */
async function checkCorpus({ directory }: StudyContext, index: NgramIndex): Promise<boolean> {
  const [description] = index.traits.descriptions;
  if (description === undefined) return false;
  const counted = (await readJson(directory.file(corpusFile))) as CorpusIdentity;
  if (description.corpus.sha256 === counted.sha256) return true;
  const path = index.traits.directories[0]!;
  throw new RoteError(
    "index/mismatch",
    `measure.infinityGram: the index ${path} was made of ${description.corpus.name}, and the pairs were counted in ${counted.name}: their sha256 differ; build the index of the study's corpus`,
    { path, indexed: description.corpus.sha256, counted: counted.sha256 },
  );
}

function readOutputs(
  context: StudyContext,
  index: InfinityGramIndex,
  encode: IndexEncoder,
): readonly InfinityGramRow[] {
  const items = evaluatedItems(context);
  const rows: InfinityGramRow[] = [];
  for (const [done, item] of items.entries()) {
    context.signal?.throwIfAborted();
    context.onProgress({ stage: "infinity-gram", done, total: items.length, unit: "examples" });
    for (const row of outputRows(item, index, encode)) rows.push(row);
  }
  return rows;
}

/** The tokens that hold a character of the output. */
function outputRows(
  { task, example, context }: EvaluatedItem,
  index: InfinityGramIndex,
  encode: IndexEncoder,
): readonly InfinityGramRow[] {
  const { ids, offsets } = encode(context + example.output);
  let first = 0;
  while (first < ids.length && offsets[2 * first + 1]! <= context.length) first++;
  return infinityGramTokens(index, ids, first).map((token, i) => ({
    task: task.name,
    example: example.id,
    token: i,
    start: offsets[2 * (first + i)]! - context.length,
    end: offsets[2 * (first + i) + 1]! - context.length,
    ...token,
  }));
}

function summarize(
  rows: readonly InfinityGramRow[],
): Pick<InfinityGramRecord["tasks"][number], "tokens" | "zeroTokens" | "effectiveN"> {
  const sum = rows.reduce((total, { effectiveN }) => total + effectiveN, 0);
  return {
    tokens: rows.length,
    zeroTokens: rows.filter(({ continuationCount }) => continuationCount === 0).length,
    effectiveN: rows.length === 0 ? null : sum / rows.length,
  };
}

async function identify(
  { traits, documentCount, tokenCount }: NgramIndex,
  sameCorpus: boolean,
): Promise<InfinityGramRecord["index"]> {
  const directory = traits.directories[0]!;
  const sums = join(directory, CHECKSUM_FILE);
  return {
    directory,
    tokenizer: traits.descriptions[0]?.tokenizer?.name ?? null,
    documents: documentCount,
    tokens: tokenCount,
    sha256: (await exists(sums)) ? await hashFile(sums) : null,
    sameCorpus,
  };
}
