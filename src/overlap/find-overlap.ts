/**
 * Which n-grams of a task's examples stand in a corpus, in how many documents, and how far the matches
 * go: the check for contamination.
 *
 * Two passes. The first counts every n-gram of every example at once. The second reads the documents
 * that hold one of the shortest n-grams found, and follows each match as far as the words agree, so that
 * the longest match is exact whatever its length. Where nothing was found there is no second pass. An
 * index answers both without reading the corpus.
 */
import { RoteError } from "../base/errors.ts";
import type { LongWork } from "../base/progress.ts";
import type { CountEngine } from "../counting/count-engine.ts";
import type { Example } from "../tasks/task.ts";
import { wordsPolicy } from "../text/policies.ts";
import type { TextPolicy } from "../text/policy.ts";
import { ExampleTally } from "./example-tally.ts";
import type { OverlapRow } from "./overlap-rows.ts";
import { RunFinder } from "./run-finder.ts";
import { TaskWords, type Units } from "./task-words.ts";

/** What is looked for. */
export interface OverlapOptions extends LongWork {
  /** Words of the n-grams; default 8 and 13, between which GPT-3's check and its successors lie. */
  readonly lengths?: readonly number[];
  /** That of the corpus; default `words`. */
  readonly policy?: TextPolicy;
  /** Documents named for each longest match, the first ones; default 100. All are counted. */
  readonly documents?: number;
}

/** Lengths where none are given. */
export const overlapLengths: readonly number[] = [8, 13];

/**
 * The rows of each example, in the order of the examples: of each length its input, its output, and both
 * in one document. Memory: the examples' words and n-grams, and the longest document.
 */
export async function findOverlap(
  examples: readonly Example[],
  engine: CountEngine,
  {
    lengths = overlapLengths,
    policy = wordsPolicy,
    documents: keep = 100,
    ...work
  }: OverlapOptions = {},
): Promise<readonly OverlapRow[]> {
  const ascending = checkLengths(lengths);
  checkPolicy(engine, policy);
  const task = new TaskWords(examples, policy);
  const phraseNumbers = new Map<string, number>();
  const units = ascending.map((n) => task.units(n, phraseNumbers));
  const phrases = [...phraseNumbers.keys()];
  const df = (await engine.countPhrases(phrases, work)).df;
  const tallies = await followMatches(task, units, { engine, phrases, df, policy, keep, work });
  return examples.flatMap((_, example) => {
    const tally = tallies.get(example) ?? new ExampleTally(task, ascending);
    return [...tally.rows(example, units, df)];
  });
}

interface Search {
  readonly engine: CountEngine;
  readonly phrases: readonly string[];
  readonly df: Float64Array;
  readonly policy: TextPolicy;
  readonly keep: number;
  readonly work: LongWork;
}

/** Read the documents that hold a unit of the shortest length, and gather what each holds by example. */
async function followMatches(
  task: TaskWords,
  units: readonly Units[],
  { engine, phrases, df, policy, keep, work }: Search,
): Promise<Map<number, ExampleTally>> {
  const tallies = new Map<number, ExampleTally>();
  const { places, seeds } = startingPlaces(task, units[0]!, df);
  if (seeds.size === 0) return tallies;
  const lengths = units.map(({ n }) => n);
  const finder = new RunFinder(task, places, lengths[0]!);
  const held = Array.from(seeds, (phrase) => phrases[phrase]!);
  for await (const { id, text } of engine.documentsWithAny(held, work)) {
    const runs = finder.find(policy.words(text));
    for (const example of new Set([...runs.keys()].map((side) => side >> 1))) {
      const tally = tallies.get(example) ?? new ExampleTally(task, lengths);
      tallies.set(example, tally);
      tally.add([runs.get(2 * example) ?? [], runs.get(2 * example + 1) ?? []], id, keep);
    }
  }
  return tallies;
}

/**
 * From where runs are followed, and the phrases of which a document must hold one to be read. A side that
 * is shorter than an n-gram may be one word that half of the corpus holds, and matters only beside the
 * other side: so its documents are found by the other side, or, where that is short too, by the rarer.
 */
function startingPlaces(
  task: TaskWords,
  { n, phraseAt }: Units,
  df: Float64Array,
): { readonly places: readonly number[]; readonly seeds: ReadonlySet<number> } {
  const places: number[] = [];
  const seeds = new Set<number>();
  for (let side = 0; side + 1 < task.starts.length; side += 2) {
    const sides = [side, side + 1].map((which) => {
      const all = Array.from({ length: task.lengthOf(which) }, (_, i) => task.starts[which]! + i);
      const found = all.filter((place) => (df[phraseAt[place]!] ?? 0) > 0);
      return { found, short: task.lengthOf(which) < n };
    });
    const isInBoth = sides.every(({ found }) => found.length > 0);
    for (const { found, short } of sides) {
      if (!short || isInBoth) for (const place of found) places.push(place);
      if (!short) for (const place of found) seeds.add(phraseAt[place]!);
    }
    if (isInBoth && sides.every(({ short }) => short)) {
      const [input, output] = sides.map(({ found }) => phraseAt[found[0]!]!) as [number, number];
      seeds.add(df[input]! <= df[output]! ? input : output);
    }
  }
  return { places, seeds };
}

/** The different lengths, ascending. */
function checkLengths(lengths: readonly number[]): readonly number[] {
  for (const n of lengths)
    if (!(Number.isSafeInteger(n) && n >= 1))
      throw new RoteError("usage", `n must be a whole number of at least 1, got ${n}`, { n });
  if (lengths.length === 0) throw new RoteError("usage", "an overlap needs at least one n");
  return [...new Set(lengths)].sort((a, b) => a - b);
}

function checkPolicy({ identity }: CountEngine, policy: TextPolicy): void {
  if (identity.policy === policy.version) return;
  throw new RoteError(
    "text/policy-mismatch",
    `${identity.name} is counted under ${identity.policy}, the task is read under ${policy.version}; open both under one policy`,
    { corpus: identity.policy, task: policy.version },
  );
}
