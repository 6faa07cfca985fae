/** The documents of a stream that hold all phrases of a query, for many queries at once, or any phrase of many. */
import { RoteError } from "../../base/errors.ts";
import type { Document } from "../../corpus/document.ts";
import { phraseKey } from "../../text/policies.ts";
import type { TextPolicy } from "../../text/policy.ts";
import { chooseMatches, type Choice, type Match } from "../choose-matches.ts";
import type { DocumentHit, Query } from "../count-engine.ts";
import { locatePhrases } from "../locate-phrases.ts";
import { prepareScan } from "./prepare-scan.ts";
import { buildQueryTables, type QueryTables } from "./query-tables.ts";
import { TextCounter } from "./text-counter.ts";

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
    let next = 0;
    this.#queries = queries;
    this.#policy = policy;
    this.#counter = countPhrasesOf(tables, policy);
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
  async *find(documents: AsyncIterable<Document>, choice: Choice): AsyncGenerator<DocumentHit> {
    const chosen = chooseMatches(this.#matches(documents), this.#queries.length, choice);
    for await (const { query, document } of chosen) {
      const { id, source, text } = document;
      const asked = this.#queries[query]!.phrases.map((phrase) => phraseKey(phrase, this.#policy));
      const hits = locatePhrases(text, asked, this.#policy);
      yield source === undefined ? { query, id, text, hits } : { query, id, source, text, hits };
    }
  }

  async *#matches(documents: AsyncIterable<Document>): AsyncGenerator<Match<Document>> {
    for await (const document of documents) {
      this.#counter.countText(document.text);
      for (const [query, numbers] of this.#numbers.entries())
        if (numbers.every((number) => this.#counter.holds(number))) yield { query, document };
    }
    this.hasReadAll = true;
  }
}

/**
 * The documents that hold at least one of the phrases, read on the calling thread. Returns the documents
 * and words read when all are.
 */
export async function* findAny(
  documents: AsyncIterable<Document>,
  phrases: readonly string[],
  policy: TextPolicy,
): AsyncGenerator<Document, { readonly documents: number; readonly words: number }> {
  const counter = countPhrasesOf(buildQueryTables(phrases, policy), policy);
  for await (const document of documents) {
    counter.countText(document.text);
    if (counter.holdsAny()) yield document;
  }
  return { documents: counter.documents, words: counter.words };
}

/** A counter of phrases on the calling thread. */
function countPhrasesOf(tables: QueryTables, policy: TextPolicy): TextCounter {
  const query = { tables, pairs: new Uint32Array(0), policy: policy.name };
  return new TextCounter(prepareScan(query, { jobs: 1 }).plans[0]!);
}
