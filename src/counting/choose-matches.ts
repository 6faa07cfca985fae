/** Which of the documents that match queries are shown. */
import { createRng } from "../base/random.ts";

/** A document and one of the queries it answers. */
export interface Match<T> {
  readonly query: number;
  readonly document: T;
}

/** How many matches of each query are wanted, and which. */
export interface Choice {
  /** The first ones, at most so many. */
  readonly limit: number;
  /** Instead of those a uniform sample of so many. */
  readonly sample?: number | undefined;
  readonly seed: number;
}

/** Choose among matches that come in the order of the corpus. The choice keeps that order. */
export function chooseMatches<T>(
  matches: AsyncIterable<Match<T>>,
  queries: number,
  { limit, sample, seed }: Choice,
): AsyncGenerator<Match<T>> {
  return sample === undefined
    ? first(matches, queries, limit)
    : draw(matches, queries, sample, seed);
}

/** The first matches of each query; ends as soon as every query has its share. */
async function* first<T>(
  matches: AsyncIterable<Match<T>>,
  queries: number,
  limit: number,
): AsyncGenerator<Match<T>> {
  const left = new Array<number>(queries).fill(limit);
  let open = limit === 0 ? 0 : queries;
  if (open === 0) return;
  for await (const match of matches) {
    if (left[match.query] === 0) continue;
    yield match;
    left[match.query]! -= 1;
    if (left[match.query] === 0) open -= 1;
    if (open === 0) return;
  }
}

/**
 * For each query a uniform sample without replacement of all its matches, in the order of the corpus
 * (Algorithm R of Vitter, "Random Sampling with a Reservoir", 1985). Holds `size` documents a query.
 */
async function* draw<T>(
  matches: AsyncIterable<Match<T>>,
  queries: number,
  size: number,
  seed: number,
): AsyncGenerator<Match<T>> {
  const reservoirs = Array.from({ length: queries }, (_, query) => ({
    rng: createRng(seed).fork(`find-documents/${query}`),
    seen: 0,
    sample: [] as { readonly order: number; readonly match: Match<T> }[],
  }));
  let order = 0;
  for await (const match of matches) {
    const reservoir = reservoirs[match.query]!;
    const place = reservoir.seen < size ? reservoir.seen : reservoir.rng.int(reservoir.seen + 1);
    if (place < size) reservoir.sample[place] = { order, match };
    reservoir.seen += 1;
    order += 1;
  }
  const drawn = reservoirs.flatMap(({ sample }) => sample).sort((a, b) => a.order - b.order);
  for (const { match } of drawn) yield match;
}
