/**
 * Mining of task-gram pairs: for each example the n-grams of its input times the n-grams of its
 * output, with their cosine (Wang et al. 2025, definition 1). Pairs of one and the same string are
 * dropped, and only they.
 *
 * Examples stream: memory holds one batch of them, the cached vectors (ngram-vectors.ts), 44 bytes
 * an example for its key, and what the caller keeps. They are read twice, first for the sample on
 * which the threshold is calibrated.
 */
import type { LongWork } from "../base/progress.ts";
import { createRng, type Rng } from "../base/random.ts";
import type { EmbeddingModel } from "../models/embedding-model.ts";
import type { Example, Task } from "../tasks/task.ts";
import type { Ngram } from "../text/ngrams.ts";
import { exampleNgrams, type ExampleNgrams } from "./example-ngrams.ts";
import { NgramVectors, similarities as products } from "./ngram-vectors.ts";
import { type MiningChoices, type MiningOptions, resolveMiningOptions } from "./options.ts";
import { filteredFor, findNames } from "./pair-filters.ts";
import { reportExamples } from "./progress.ts";
import { type Survey, surveyExamples } from "./survey.ts";
import { TaskGramTable } from "./table.ts";
import { chooseThreshold, type SampledSimilarities, type Threshold } from "./threshold.ts";

/** Examples that can be read more than once. */
export type ExampleSource = () => AsyncIterable<Example>;

/** An example with the similarity of each of its pairs. */
export interface ExampleProduct extends ExampleNgrams {
  /** Number of the example in the stream. */
  readonly index: number;
  /** Input n-gram i and output n-gram j at i · outputs + j. */
  readonly similarities: Float64Array;
}

/** A table with the threshold that made it. */
export interface MinedTable {
  readonly table: TaskGramTable;
  readonly threshold: Threshold;
  /** What the threshold was chosen on. */
  readonly similarities: SampledSimilarities;
  /** What the examples hold, before any threshold. */
  readonly survey: Survey;
}

/** N-grams that are embedded together; a batch ends with the example that reaches it. */
const ngramsAtOnce = 4096;

/** Mine the task-gram table of examples, such as a task's training split. */
export async function mineTaskGrams(
  task: string,
  examples: ExampleSource,
  embedder: EmbeddingModel,
  options: MiningOptions = {},
): Promise<MinedTable> {
  const choices = await withNames(resolveMiningOptions(options), options, [examples()]);
  return mineTable(task, examples, choices, new NgramVectors(embedder, options), workOf(options));
}

/** All examples of some tasks. */
export function textsOf(
  tasks: readonly Pick<Task, "examples">[],
): readonly AsyncIterable<Example>[] {
  return tasks.flatMap(({ examples }) => [examples("train"), examples("test")]);
}

/** The choices with the names of the examples, where these are filtered and were not given. */
export async function withNames(
  choices: MiningChoices,
  { names }: Pick<MiningOptions, "names">,
  sources: Iterable<AsyncIterable<Example>>,
): Promise<MiningChoices> {
  if (names !== undefined || !choices.filters.includes("entities")) return choices;
  return { ...choices, names: await findNames(sources, choices.policy) };
}

/** `mineTaskGrams` with options resolved and vectors shared. */
export async function mineTable(
  task: string,
  examples: ExampleSource,
  choices: MiningChoices,
  vectors: NgramVectors,
  work: LongWork,
): Promise<MinedTable> {
  const rng = miningRng(task, choices);
  const what = `task "${task}"`;
  const survey = await surveyExamples(examples(), choices, { ...work, what, rng });
  const { threshold, similarities } = await chooseThreshold(survey.sample, vectors, choices, rng);
  const table = new TaskGramTable(task, choices.n);
  for await (const product of mineExamples(examples(), vectors, choices, work))
    forEachPair(product, (a, b, similarity) => {
      const isWanted =
        a.text !== b.text && filteredFor(product, a.text, b.text, choices) === undefined;
      if (isWanted && passes(similarity, threshold)) table.add(a.text, b.text, similarity);
    });
  return { table, threshold, similarities, survey };
}

/** The similarities of each example's pairs, in the order of the examples. */
export async function* mineExamples(
  examples: AsyncIterable<Example>,
  vectors: NgramVectors,
  choices: MiningChoices,
  work: LongWork = {},
): AsyncGenerator<ExampleProduct> {
  let batch: (ExampleNgrams & { index: number })[] = [];
  let [index, pending] = [0, 0];
  for await (const example of examples) {
    const grams = exampleNgrams(example, choices);
    batch.push({ ...grams, index: index++ });
    pending += grams.input.ngrams.length + grams.output.ngrams.length;
    reportExamples("mine pairs", index, work);
    if (pending < ngramsAtOnce) continue;
    yield* productsOf(batch, vectors);
    [batch, pending] = [[], 0];
  }
  yield* productsOf(batch, vectors);
}

/** Visit each pair of an example, identical ones included. */
export function forEachPair(
  { input, output, similarities }: ExampleProduct,
  visit: (a: Ngram, b: Ngram, similarity: number) => void,
): void {
  let k = 0;
  for (const a of input.ngrams) for (const b of output.ngrams) visit(a, b, similarities[k++]!);
}

/** Strictly above the threshold, or no threshold. */
export function passes(similarity: number, { value }: Pick<Threshold, "value">): boolean {
  return value === undefined || similarity > value;
}

/** Random numbers of one task and n: adding a task or an n does not shift another's. */
export function miningRng(task: string, { seed, n }: MiningChoices): Rng {
  return createRng(seed).fork(`mine/${task}/${n}`);
}

/** Only what long work takes. */
export function workOf({ signal, onProgress }: LongWork): LongWork {
  return { ...(signal && { signal }), ...(onProgress && { onProgress }) };
}

async function* productsOf(
  batch: readonly (ExampleNgrams & { readonly index: number })[],
  vectors: NgramVectors,
): AsyncGenerator<ExampleProduct> {
  const texts = (ngrams: readonly Ngram[]): string[] => ngrams.map(({ text }) => text);
  await vectors.load(
    batch.flatMap(({ input, output }) => texts([...input.ngrams, ...output.ngrams])),
  );
  for (const example of batch) {
    const inputs = vectors.matrix(texts(example.input.ngrams));
    const outputs = vectors.matrix(texts(example.output.ngrams));
    yield { ...example, similarities: products(inputs, outputs, vectors.dimension) };
  }
}
