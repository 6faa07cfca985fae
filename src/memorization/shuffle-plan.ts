/**
 * The permutation null with recounting. In each permutation every distinct input phrase a of a task
 * and n is replaced, wherever it stands, by another one, a bijection within strata of similar df(a).
 * Outputs, examples and their dependence stay as they are; what is cut is the tie between an input
 * phrase and the answers of its own example. The pairs that arise are counted in the same corpus:
 * with their counts, the statistic of each permutation is one value under the null.
 *
 * As far as possible no phrase is replaced by itself, by one that shares an example with it, or by one
 * of its own outputs (which would co-occur with itself); what remains is reported as `conflicts`. The
 * plan depends on the set of rows, their document frequencies and the seed, not on the order of the
 * rows, so it can be made again from a run's files.
 */
import type { Rng } from "../base/random.ts";
import { distinctAscending, pairsOfKeys, type PairQuery } from "./pair-query.ts";
import type { ExamplePair } from "./example-frequency.ts";

/** How inputs are shuffled. */
export interface ShufflePlanOptions {
  readonly rng: Rng;
  /** Default 200. */
  readonly permutations?: number;
  /** Strata of df(a) at most; each holds at least 20 phrases. Default 10. */
  readonly strata?: number;
}

/** `pairs` are the distinct pairs of all permutations; ask a CountEngine for them as they are. */
export interface ShufflePlan extends PairQuery {
  readonly permutations: number;
  /** For each permutation and phrase the phrase put in its place: permutations × phrases. */
  readonly images: Uint32Array;
  readonly strata: number;
  /** Share of replacements by the phrase itself, one of the same example, or one of its outputs. */
  readonly conflicts: number;
}

const smallestStratum = 20;
const repairTries = 50;

/**
 * Plan the shuffles of one task and n. Rows whose df(a) is zero take no part. Memory: at the peak 24
 * bytes a permutation for each distinct pair, and 4 for each phrase.
 */
export function planShuffles(
  rows: Iterable<ExamplePair>,
  df: (phrase: string) => number,
  { rng, permutations = 200, strata = 10 }: ShufflePlanOptions,
): ShufflePlan {
  const { phrases, keys, inputs } = readRows(rows, df);
  const groups = stratify(inputs, (phrase) => df(phrases[phrase]!), strata);
  const images = new Uint32Array(permutations * phrases.length);
  let conflicts = 0;
  for (let permutation = 0; permutation < permutations; permutation++) {
    const image = images.subarray(permutation * phrases.length, (permutation + 1) * phrases.length);
    image.forEach((_, phrase) => (image[phrase] = phrase));
    for (const group of groups) conflicts += shuffleStratum(image, group, inputs, rng);
  }
  const shuffledKeys = Array.from({ length: permutations }, (_, permutation) =>
    keys.map((key) => {
      const a = Math.floor(key / phrases.length);
      const b = key - a * phrases.length;
      return images[permutation * phrases.length + a]! * phrases.length + b;
    }),
  );
  return {
    permutations,
    phrases,
    images,
    pairs: pairsOfKeys(distinctAscending(shuffledKeys), phrases.length),
    strata: groups.length,
    conflicts: conflicts / Math.max(1, permutations * inputs.size),
  };
}

/** Where an input phrase stands. */
interface Input {
  readonly examples: Set<string>;
  readonly outputs: Set<number>;
}

interface Incidence {
  /** Ascending by UTF-16 units. */
  readonly phrases: readonly string[];
  /** Distinct real pairs. */
  readonly keys: Float64Array;
  readonly inputs: ReadonlyMap<number, Input>;
}

function readRows(rows: Iterable<ExamplePair>, df: (phrase: string) => number): Incidence {
  const valid = Array.from(rows).filter(({ a }) => df(a) > 0);
  const phrases = [...new Set(valid.flatMap(({ a, b }) => [a, b]))].sort();
  const indexes = new Map(phrases.map((phrase, index) => [phrase, index]));
  const inputs = new Map<number, Input>();
  const keys = Float64Array.from(valid, ({ example, a, b }) => {
    const [from, to] = [indexes.get(a)!, indexes.get(b)!];
    const input: Input = inputs.get(from) ?? { examples: new Set(), outputs: new Set() };
    inputs.set(from, input);
    input.examples.add(example);
    input.outputs.add(to);
    return from * phrases.length + to;
  });
  return { phrases, keys: distinctAscending([keys]), inputs };
}

/** Input phrases by ascending df, cut where df changes and the stratum is large enough. */
function stratify(
  inputs: ReadonlyMap<number, unknown>,
  df: (phrase: number) => number,
  strata: number,
): readonly Uint32Array[] {
  const byDf = [...inputs.keys()].sort((a, b) => df(a) - df(b) || a - b);
  const target = Math.max(smallestStratum, Math.ceil(byDf.length / strata));
  const starts = [0];
  byDf.forEach((phrase, i) => {
    const full = i - starts.at(-1)! >= target && byDf.length - i >= smallestStratum;
    if (full && df(phrase) !== df(byDf[i - 1]!)) starts.push(i);
  });
  return starts.map((start, i) => Uint32Array.from(byDf.slice(start, starts[i + 1])));
}

/** Permute one stratum in `image`; returns the number of conflicts that could not be repaired. */
function shuffleStratum(
  image: Uint32Array,
  stratum: Uint32Array,
  inputs: ReadonlyMap<number, Input>,
  rng: Rng,
): number {
  const shuffled = rng.shuffle(stratum.slice());
  const clash = (i: number, j: number): boolean => {
    const [own, other] = [inputs.get(stratum[i]!)!, inputs.get(shuffled[j]!)!];
    return own.outputs.has(shuffled[j]!) || intersect(own.examples, other.examples);
  };
  // A later swap may mend a place that was given up: what counts is what stands in the end.
  const unmended = new Set<number>();
  for (let i = 0; i < stratum.length; i++) {
    let clashes = clash(i, i);
    for (let attempt = 0; clashes && attempt < repairTries; attempt++) {
      const j = rng.int(stratum.length);
      if (clash(i, j) || clash(j, i)) continue;
      [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
      unmended.delete(j);
      clashes = false;
    }
    if (clashes) unmended.add(i);
  }
  stratum.forEach((phrase, i) => (image[phrase] = shuffled[i]!));
  return unmended.size;
}

function intersect(first: ReadonlySet<string>, second: ReadonlySet<string>): boolean {
  const [small, large] = first.size <= second.size ? [first, second] : [second, first];
  for (const example of small) if (large.has(example)) return true;
  return false;
}
