/**
 * Values of a rank correlation under the null that the model's probabilities have nothing to do
 * with the corpus, in two ways:
 *
 *   recounted   input phrases are exchanged and the new pairs counted (shuffle-plan.ts)
 *   blocks      no corpus at hand: the corpus probabilities of whole examples are exchanged
 */
import { RoteError } from "../base/errors.ts";
import type { Rng } from "../base/random.ts";
import { positionOf } from "./pair-query.ts";
import type { ShufflePlan } from "./shuffle-plan.ts";
import { logProbability } from "./task-gram-probability.ts";

/** A plan and the counts of its pairs and phrases, in the plan's order. */
export interface RecountedShuffles {
  readonly plan: ShufflePlan;
  readonly codf: Float64Array;
  readonly df: Float64Array;
}

/** The pairs of points, as phrases. */
export interface PairColumns {
  readonly a: readonly string[];
  readonly b: readonly string[];
}

/**
 * The log-probabilities of the points' pairs in each permutation, -Infinity where the exchanged
 * phrases never co-occur. Yields one array, written anew each time.
 */
export function* recountedLogProbabilities(
  { plan, codf, df }: RecountedShuffles,
  pairs: PairColumns,
): Generator<Float64Array> {
  const size = plan.phrases.length;
  const indexes = new Map(plan.phrases.map((phrase, index) => [phrase, index]));
  const [a, b] = [indexesOf(indexes, pairs.a), indexesOf(indexes, pairs.b)];
  const keys = Float64Array.from(
    codf,
    (_, i) => plan.pairs[2 * i]! * size + plan.pairs[2 * i + 1]!,
  );
  const values = new Float64Array(a.length);
  for (let permutation = 0; permutation < plan.permutations; permutation++) {
    for (let i = 0; i < values.length; i++) {
      const image = plan.images[permutation * size + a[i]!]!;
      const position = positionOf(keys, image * size + b[i]!);
      if (position < 0) throw unplanned(pairs, i);
      values[i] = logProbability(codf[position]!, df[image]!);
    }
    yield values;
  }
}

function indexesOf(indexes: ReadonlyMap<string, number>, phrases: readonly string[]): Uint32Array {
  return Uint32Array.from(phrases, (phrase) => {
    const index = indexes.get(phrase);
    if (index !== undefined) return index;
    throw new RoteError(
      "study/mismatch",
      `the shuffles were planned without "${phrase}", which is scored; plan and count them again for these pairs`,
      { phrase },
    );
  });
}

function unplanned({ a, b }: PairColumns, i: number): RoteError {
  return new RoteError(
    "study/mismatch",
    `the shuffles were planned without the pair ("${a[i]!}", "${b[i]!}"), which is scored; plan and count them again for these pairs`,
    { a: a[i], b: b[i] },
  );
}

/**
 * x with whole blocks exchanged: the blocks (points of one example, in their order) are strung
 * together in a random order and dealt out to the points in their own block order. Every value of x
 * is used once. Blocks of one size are permuted exactly; of unequal sizes a block may begin inside
 * another's place, so that its points stay neighbors but can straddle two examples. Yields one
 * array, written anew each time.
 */
export function* blockShuffles(
  x: Float64Array,
  example: Uint32Array,
  { permutations, rng }: { readonly permutations: number; readonly rng: Rng },
): Generator<Float64Array> {
  const blocks = blocksOf(example);
  const places = blocks.flat();
  const values = new Float64Array(x.length);
  for (let permutation = 0; permutation < permutations; permutation++) {
    rng
      .shuffle(blocks.slice())
      .flat()
      .forEach((from, i) => (values[places[i]!] = x[from]!));
    yield values;
  }
}

/** Positions of each example's points, examples in order of appearance. */
function blocksOf(example: Uint32Array): readonly (readonly number[])[] {
  const blocks = new Map<number, number[]>();
  example.forEach((key, i) => {
    const block = blocks.get(key);
    if (block === undefined) blocks.set(key, [i]);
    else block.push(i);
  });
  return [...blocks.values()];
}
