/** The query of a request: text or ids, one n-gram or clauses of several. */
import { type RequestFields, RequestError } from "./api-fields.ts";
import type { ApiLimits } from "./api-limits.ts";
import { separatorOf } from "./format.ts";
import type { IndexText } from "./index-text.ts";
import type { NgramIndex } from "./ngram-index.ts";

/** An index that is asked. Without text, queries are ids and answers have no text. */
export interface ApiIndex {
  readonly index: NgramIndex;
  readonly text?: IndexText | undefined;
}

type Ngram = readonly number[];
type Clauses = readonly (readonly Ngram[])[];

/** What was asked for. */
export type ApiQuery =
  | { readonly ids: Ngram; readonly clauses?: undefined }
  | { readonly clauses: Clauses; readonly ids?: undefined };

/** Read `query` or `query_ids`; exactly one of them must be there. */
export function readQuery(fields: RequestFields, api: ApiIndex, limits: ApiLimits): ApiQuery {
  if (fields.has("query") === fields.has("query_ids"))
    throw new RequestError(
      "malformed",
      fields.has("query")
        ? "Give either query or query_ids, not both"
        : "Missing required field: query or query_ids",
    );
  const query = fields.has("query")
    ? parseText(readText(fields, "query", limits), textOf(api))
    : parseIds(fields.get("query_ids"), "query_ids", api.index);
  requireWithin(query, limits);
  return query;
}

/** Read one n-gram, of text under `name` or of ids under `name` with "_ids" behind it; it has tokens. */
export function readNgram(
  fields: RequestFields,
  name: string,
  api: ApiIndex,
  limits: ApiLimits,
): Ngram {
  const ids = `${name}_ids`;
  if (fields.has(name) === fields.has(ids))
    throw new RequestError(
      "malformed",
      fields.has(name)
        ? `Give either ${name} or ${ids}, not both`
        : `Missing required field: ${ids}`,
    );
  const query: ApiQuery = fields.has(name)
    ? { ids: Array.from(textOf(api).encode(readText(fields, name, limits))) }
    : parseIds(fields.get(ids), ids, api.index);
  requireWithin(query, limits);
  if (query.ids !== undefined && query.ids.length > 0) return query.ids;
  throw new RequestError("refused", `${name} must be one n-gram of at least one token`);
}

/** A query as clauses: one n-gram is a clause of its own. */
export function clausesOf({ ids, clauses }: ApiQuery): Clauses {
  if (clauses !== undefined) return clauses;
  if (ids.length > 0) return [[ids]];
  throw new RequestError("refused", "the query must not be empty");
}

/** The one n-gram of a query. */
export function ngramOf(
  { ids }: ApiQuery,
  { minimum = 0 }: { readonly minimum?: number } = {},
): Ngram {
  if (ids === undefined)
    throw new RequestError("refused", "AND, OR and nested query_ids cannot be asked here");
  if (ids.length >= minimum) return ids;
  throw new RequestError("refused", "the query must not be empty");
}

/** What every answer to a query says about it; its tokens only where there is text. */
export function echoQuery({ ids, clauses }: ApiQuery, { text }: ApiIndex): Record<string, unknown> {
  const tokens = (ngram: Ngram): string[] => ngram.map((id) => text?.token(id) ?? "");
  return {
    token_ids: ids ?? clauses,
    ...(text === undefined
      ? {}
      : { tokens: ids === undefined ? clauses.map((terms) => terms.map(tokens)) : tokens(ids) }),
  };
}

/** A text within the limit. */
export function readText(fields: RequestFields, name: string, { characters }: ApiLimits): string {
  const text = fields.string(name);
  if (text.length <= characters) return text;
  throw new RequestError(
    "refused",
    `${name} must have at most ${characters} characters, got ${text.length}`,
  );
}

/** What turns text into ids and back; an error where nobody knows it. */
export function textOf({ text }: ApiIndex): IndexText {
  if (text !== undefined) return text;
  throw new RequestError(
    "refused",
    "this index has no tokenizer: ask with ids, or open it with --tokenizer",
  );
}

/** OR binds tighter than AND; both count only in capitals, between spaces. */
function parseText(query: string, text: IndexText): ApiQuery {
  const clauses = query.split(" AND ").map((clause) => clause.split(" OR "));
  const encode = (term: string): number[] => Array.from(text.encode(term));
  if (clauses.flat().length === 1) return { ids: encode(query) };
  const encoded = clauses.map((terms) => terms.map(encode));
  if (encoded.flat().every((ngram) => ngram.length > 0)) return { clauses: encoded };
  throw new RequestError("refused", "each side of AND and OR must have tokens");
}

function parseIds(value: unknown, name: string, { traits }: NgramIndex): ApiQuery {
  const highest = separatorOf(traits.tokenWidth);
  const isId = (id: unknown): boolean =>
    Number.isInteger(id) && (id as number) >= 0 && (id as number) <= highest;
  const isNgram = (ids: unknown): boolean => Array.isArray(ids) && ids.every(isId);
  if (isNgram(value)) return { ids: value as number[] };
  const isNested = Array.isArray(value) && value.some(Array.isArray);
  const isListOf = (list: unknown, isItem: (item: unknown) => boolean): boolean =>
    Array.isArray(list) && list.length > 0 && list.every(isItem);
  const isTerm = (term: unknown): boolean => isListOf(term, isId);
  if (isListOf(value, (clause) => isListOf(clause, isTerm))) return { clauses: value as Clauses };
  throw new RequestError(
    "refused",
    `${name} must be a ${isNested ? "non-empty, triply-nested " : ""}list of integers in range [0, ${highest}]`,
  );
}

function requireWithin({ ids, clauses }: ApiQuery, limits: ApiLimits): void {
  const choices = clauses ?? [];
  const tokens = ids?.length ?? choices.flat().reduce((sum, ngram) => sum + ngram.length, 0);
  const terms = choices.reduce((most, clause) => Math.max(most, clause.length), 0);
  const require = (what: string, value: number, most: number): void => {
    if (value > most)
      throw new RequestError("refused", `a query must have at most ${most} ${what}, got ${value}`);
  };
  require("tokens", tokens, limits.tokens);
  require("clauses", choices.length, limits.clauses);
  require("n-grams in a clause", terms, limits.terms);
}
