/** Counts by phrase and by pair, checked to be those of one corpus under one text policy. */
import { RoteError } from "../base/errors.ts";
import type { CountRow } from "./rows.ts";

/** What is held against the counts. */
export interface CountTableOptions {
  /** False where a pair's count is no number of documents and may exceed those of its phrases; default true. */
  readonly isBounded?: boolean;
  /** What the counts of pairs with this a are divided by, 0 where there is nothing; default its documents. */
  readonly denominatorOf?: ((a: string) => number) | undefined;
}

/**
 * What is counted of phrases and pairs. `add` throws `measure/contradiction` where a phrase has two document
 * frequencies, a pair two counts, or a pair more documents than one of its phrases.
 */
export class CountTable {
  /** Documents that hold each phrase, by its index. */
  readonly df: number[] = [];
  readonly #indexes = new Map<string, number>();
  readonly #pairs = new Map<string, Map<string, number>>();
  readonly #isBounded: boolean;
  readonly #denominatorOf: CountTableOptions["denominatorOf"];

  constructor({ isBounded = true, denominatorOf }: CountTableOptions = {}) {
    this.#isBounded = isBounded;
    this.#denominatorOf = denominatorOf;
  }

  /** In the order of their indexes. */
  get phrases(): readonly string[] {
    return [...this.#indexes.keys()];
  }

  indexOf(phrase: string): number | undefined {
    return this.#indexes.get(phrase);
  }

  /** What the counts of pairs with each phrase before them are divided by; undefined where that is `df`. */
  get denominators(): Float64Array | undefined {
    const own = this.#denominatorOf;
    return own && Float64Array.from(this.phrases, own);
  }

  denominatorOf(a: string): number {
    return this.#denominatorOf?.(a) ?? this.df[this.#indexes.get(a)!]!;
  }

  codf(a: string, b: string): number | undefined {
    return this.#pairs.get(a)?.get(b);
  }

  add(row: CountRow): void {
    this.#addPhrase(row.a, row.dfA);
    this.#addPhrase(row.b, row.dfB);
    if (this.#isBounded) refuseImpossible(row);
    let partners = this.#pairs.get(row.a);
    if (partners === undefined) this.#pairs.set(row.a, (partners = new Map<string, number>()));
    const known = partners.get(row.b);
    if (known !== undefined && known !== row.codf) throw twoCounts(row, known);
    partners.set(row.b, row.codf);
  }

  #addPhrase(phrase: string, count: number): void {
    const index = this.#indexes.get(phrase);
    if (index === undefined) {
      this.#indexes.set(phrase, this.df.length);
      this.df.push(count);
    } else if (this.df[index] !== count) throw twoFrequencies(phrase, this.df[index]!, count);
  }
}

function twoFrequencies(phrase: string, first: number, second: number): RoteError {
  return new RoteError(
    "measure/contradiction",
    `the counts give "${phrase}" a document frequency of ${first} in one row and ${second} in another; a phrase has one in a corpus, so count all pairs over one corpus under one text policy`,
    { phrase, first, second },
  );
}

function twoCounts({ a, b, codf }: CountRow, known: number): RoteError {
  return new RoteError(
    "measure/contradiction",
    `the counts give the pair ("${a}", "${b}") ${known} documents in one row and ${codf} in another; a pair has one count, so remove the wrong row`,
    { a, b, first: known, second: codf },
  );
}

function refuseImpossible({ a, b, codf, dfA, dfB }: CountRow): void {
  if (codf <= Math.min(dfA, dfB) && (a !== b || codf === dfA)) return;
  const rule =
    a === b
      ? "a phrase with itself co-occurs in exactly its own documents"
      : "no more documents can hold both phrases than hold one of them";
  throw new RoteError(
    "measure/contradiction",
    `the pair ("${a}", "${b}") has codf ${codf} with dfA ${dfA} and dfB ${dfB}; ${rule}, so count both in documents and in one corpus`,
    { a, b, codf, dfA, dfB },
  );
}
