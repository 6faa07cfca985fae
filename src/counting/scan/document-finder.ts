/** The documents of a stream that hold all phrases of a query, for many queries at once. */
import { RoteError } from "../../base/errors.ts";
import { createRng } from "../../base/random.ts";
import type { Document } from "../../corpus/document.ts";
import { phraseKey } from "../../text/policies.ts";
import type { TextPolicy } from "../../text/policy.ts";
import type { DocumentHit, FindOptions, Query } from "../count-engine.ts";
import { locatePhrases } from "../locate-phrases.ts";
import { prepareScan } from "./prepare-scan.ts";
import { buildQueryTables } from "./query-tables.ts";
import { TextCounter } from "./text-counter.ts";

type Choice = Pick<FindOptions, "sample"> & { readonly limit: number; readonly seed: number };

/** Reads documents once, on the calling thread. */
export class DocumentFinder {
  /** Whether the documents came to their end before every query had its share. */
  hasReadAll = false;
  readonly #queries: readonly Query[];
  readonly #policy: TextPolicy;
  readonly #counter: TextCounter;
  /** The numbers of each query's phrases. */
  readonly #numbers: readonly (readonly number[])[];

  constructor(queries: readonly Query[], policy: TextPolicy) {
    if (queries.some(({ phrases }) => phrases.length === 0))
      throw new RoteError("usage", "a search needs at least one phrase, got none");
    const tables = buildQueryTables(
      queries.flatMap(({ phrases }) => phrases),
      policy,
    );
    const query = { tables, pairs: new Uint32Array(0), policy: policy.name };
    let next = 0;
    this.#queries = queries;
    this.#policy = policy;
    this.#counter = new TextCounter(prepareScan(query, { jobs: 1 }).plans[0]!);
    this.#numbers = queries.map(({ phrases }) =>
      Array.from(tables.numbers.subarray(next, (next += phrases.length))),
    );
  }

  /** Documents and words read so far. */
  get documents(): number {
    return this.#counter.documents;
  }

  get words(): number {
    return this.#counter.words;
  }

  /** The documents found, each with the places of the query's phrases. */
  async *find(
    documents: AsyncIterable<Document>,
    { limit, sample, seed }: Choice,
  ): AsyncGenerator<DocumentHit> {
    const matches = this.#matches(documents);
    const count = this.#queries.length;
    const chosen =
      sample === undefined ? first(matches, count, limit) : draw(matches, count, sample, seed);
    for await (const { query, document } of chosen) {
      const { id, source, text } = document;
      const asked = this.#queries[query]!.phrases.map((phrase) => phraseKey(phrase, this.#policy));
      const hits = locatePhrases(text, asked, this.#policy);
      yield source === undefined ? { query, id, text, hits } : { query, id, source, text, hits };
    }
  }

  async *#matches(documents: AsyncIterable<Document>): AsyncGenerator<Match> {
    for await (const document of documents) {
      this.#counter.countText(document.text);
      for (const [query, numbers] of this.#numbers.entries())
        if (numbers.every((number) => this.#counter.holds(number))) yield { query, document };
    }
    this.hasReadAll = true;
  }
}

/** A document and one of the queries it answers. */
interface Match {
  readonly query: number;
  readonly document: Document;
}

/** The first matches of each query; ends as soon as every query has its share. */
async function* first(
  matches: AsyncGenerator<Match>,
  queries: number,
  limit: number,
): AsyncGenerator<Match> {
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
async function* draw(
  matches: AsyncGenerator<Match>,
  queries: number,
  size: number,
  seed: number,
): AsyncGenerator<Match> {
  const reservoirs = Array.from({ length: queries }, (_, query) => ({
    rng: createRng(seed).fork(`find-documents/${query}`),
    seen: 0,
    sample: [] as { readonly order: number; readonly match: Match }[],
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
