/**
 * The requests of infini-gram's web API (https://infini-gram.readthedocs.io/en/latest/api.html),
 * answered from an index in the original's shape. Ours besides: `df` and `codf`, exact document
 * counts, and texts however they are cut into tokens (api-text.ts); `get_doc_by_ix`, `creativity` and
 * `attribute` are those of the original package.
 *
 * Differences on purpose: `search_docs` repeats no document and lists no `idxs`; a hit on a document's
 * separator has `needle_offset` -1; a probability of a document's end is what `ntd` says it is.
 */
import { RoteError } from "../../base/errors.ts";
import { isRecord } from "../../base/json.ts";
import { attributeAnswer, attributeFields } from "./api-attribute.ts";
import { cnfAnswer, cnfFields, findCnfOf } from "./api-cnf.ts";
import {
  contextFields,
  documentFields,
  getDocument,
  searchDocs,
  searchFields,
} from "./api-documents.ts";
import { RequestError, RequestFields } from "./api-fields.ts";
import { type ApiLimits, noLimits } from "./api-limits.ts";
import {
  type ApiIndex,
  type ApiQuery,
  echoQuery,
  ngramOf,
  readNgram,
  readQuery,
} from "./api-query.ts";
import {
  asksForText,
  countTextAnswer,
  findTextAnswer,
  searchTextAnswer,
  textDfAnswer,
  textFields,
  textPairAnswer,
} from "./api-text.ts";
import { longestMatches } from "./attribution.ts";
import { CountBatches } from "./count-together.ts";
import type { NextTokens } from "./next-tokens.ts";
import type { Probability } from "./ngram-index.ts";

export type { ApiIndex } from "./api-query.ts";
export { type ApiLimits, noLimits, originalLimits } from "./api-limits.ts";

/** What became of a request, and what is sent back. */
export interface ApiAnswer {
  /** "malformed": no request at all; "refused": one that cannot be answered. The body has `error` then. */
  readonly kind: "answered" | "refused" | "malformed";
  readonly body: Readonly<Record<string, unknown>>;
}

type Body = Record<string, unknown>;

/** What a request is answered from. */
interface Target extends ApiIndex {
  readonly limits: ApiLimits;
  readonly batches: CountBatches;
}

interface QueryType {
  /** Fields besides the common ones. */
  readonly fields: readonly string[];
  readonly answer: (fields: RequestFields, target: Target) => Body | Promise<Body>;
}

const queryFields = ["query", "query_ids"];

/** A type of query whose answer also tells the tokens of the query. */
function aboutQuery(
  fields: readonly string[],
  answer: (query: ApiQuery, fields: RequestFields, target: Target) => Body | Promise<Body>,
): QueryType {
  return {
    fields: [...queryFields, ...fields],
    async answer(given, target) {
      const query = readQuery(given, target, target.limits);
      return { ...(await answer(query, given, target)), ...echoQuery(query, target) };
    },
  };
}

/** The same; with `ignore_case` or `whole_words` the query is a text, however it is cut into tokens. */
function aboutTextOr(
  ofTokens: QueryType,
  ofText: (fields: RequestFields, target: Target) => Promise<Body>,
): QueryType {
  return {
    fields: [...ofTokens.fields, ...textFields],
    answer: (fields, target) =>
      (asksForText(fields, target) ? ofText : ofTokens.answer)(fields, target),
  };
}

function ofDocument(by: "rank" | "ptr" | "doc_ix", place: readonly string[]): QueryType {
  return {
    fields: [...place, ...documentFields],
    answer: (fields, target) => getDocument(by, fields, target, target.limits),
  };
}

const queryTypes: Readonly<Record<string, QueryType>> = {
  count: aboutTextOr(
    aboutQuery(cnfFields, (query, fields, target) => {
      if (query.ids !== undefined) return { count: target.index.count(query.ids), approx: false };
      const { count, approximate } = findCnfOf(fields, target, target.limits, query);
      return { count, approx: approximate };
    }),
    countTextAnswer,
  ),
  prob: aboutQuery([], (query, _fields, { index }) => {
    const ids = ngramOf(query, { minimum: 1 });
    return probabilityBody(index.probability(ids.slice(0, -1), ids.at(-1)!));
  }),
  ntd: aboutQuery(["max_support"], (query, fields, target) =>
    distributionBody(target.index.nextTokens(ngramOf(query), supportOf(fields, target)), target),
  ),
  infgram_prob: aboutQuery([], (query, _fields, target) => {
    const ids = ngramOf(query, { minimum: 1 });
    const context = ids.slice(0, -1);
    const found = target.index.infinityGram(context, ids.at(-1)!);
    return { ...probabilityBody(found), ...suffixBody(context, found.suffixLength, target) };
  }),
  infgram_ntd: aboutQuery(["max_support"], (query, fields, target) => {
    const ids = ngramOf(query);
    const found = target.index.infinityGramNextTokens(ids, supportOf(fields, target));
    return { ...distributionBody(found, target), ...suffixBody(ids, found.suffixLength, target) };
  }),
  find: aboutTextOr(
    aboutQuery([], (query, _fields, { index }) => {
      const { count, segments } = index.find(ngramOf(query));
      return { cnt: count, segment_by_shard: segments.map(({ start, end }) => [start, end]) };
    }),
    findTextAnswer,
  ),
  find_cnf: aboutQuery(cnfFields, (query, fields, target) =>
    cnfAnswer(fields, target, target.limits, query),
  ),
  search_docs: aboutTextOr(
    aboutQuery(searchFields, (query, fields, target) =>
      searchDocs(fields, target, target.limits, query),
    ),
    searchTextAnswer,
  ),
  get_doc_by_rank: ofDocument("rank", ["s", "rank", ...contextFields]),
  get_doc_by_ptr: ofDocument("ptr", ["s", "ptr", ...contextFields]),
  get_doc_by_ix: ofDocument("doc_ix", ["doc_ix"]),
  creativity: aboutQuery([], (query, _fields, { index }) => ({
    rs: Array.from(longestMatches(index, ngramOf(query))),
  })),
  df: aboutTextOr(
    aboutQuery([], async (query, _fields, { index, batches }) => {
      const { df, tf } = await batches.count(index, [ngramOf(query, { minimum: 1 })]);
      return { df: df[0], tf: tf[0] };
    }),
    textDfAnswer,
  ),
  codf: aboutTextOr(
    { fields: ["a", "b", "a_ids", "b_ids", "window"], answer: codf },
    textPairAnswer,
  ),
  attribute: aboutQuery(attributeFields, (query, fields, target) =>
    attributeAnswer(fields, target, target.limits, query),
  ),
};

async function codf(fields: RequestFields, target: Target): Promise<Body> {
  const { index, limits, batches } = target;
  const a = readNgram(fields, "a", target, limits);
  const b = readNgram(fields, "b", target, limits);
  const window = fields.has("window") ? fields.integer("window", {}) : undefined;
  const counts = await batches.count(index, [a, b], window);
  return { codf: counts.codf, dfA: counts.df[0], dfB: counts.df[1] };
}

/** Whether a request is one of those that share `batches`: they gain from being asked at the same time. */
export function isCountedTogether(request: unknown): boolean {
  if (!isRecord(request) || textFields.some((name) => request[name] === true)) return false;
  return request.query_type === "df" || request.query_type === "codf";
}

/** What answers a request. */
export interface AnswerOptions {
  /** By name. A request may leave its `index` out where there is only one. */
  readonly indexes: ReadonlyMap<string, ApiIndex>;
  /** Default: none. */
  readonly limits?: ApiLimits;
  /** Shared by requests that are answered at the same time, it counts their n-grams and pairs together. */
  readonly batches?: CountBatches;
}

/** Answer one request, as it comes out of `JSON.parse`. Throws only where the index cannot be read. */
export async function answerRequest(
  request: unknown,
  { indexes, limits = noLimits, batches = new CountBatches() }: AnswerOptions,
): Promise<ApiAnswer> {
  const start = performance.now();
  try {
    const fields = new RequestFields(request);
    const target = { ...indexOf(fields, indexes), limits, batches };
    const { fields: names, answer } = typeOf(fields);
    fields.allow(names);
    const body = await answer(fields, target);
    const latency = Math.round((performance.now() - start) * 1000) / 1000;
    return { kind: "answered", body: { ...body, latency } };
  } catch (error) {
    if (error instanceof RequestError) return { kind: error.kind, body: { error: error.message } };
    if (error instanceof RoteError && error.code === "usage")
      return { kind: "refused", body: { error: error.message } };
    throw error;
  }
}

function indexOf(fields: RequestFields, indexes: ReadonlyMap<string, ApiIndex>): ApiIndex {
  const field = fields.has("index") || !fields.has("corpus") ? "index" : "corpus";
  const [only] = indexes.values();
  if (!fields.has(field) && indexes.size === 1) return only!;
  const name = fields.string(field);
  const found = indexes.get(name);
  if (found !== undefined) return found;
  throw new RequestError(
    "malformed",
    `Invalid ${field}: ${name}; there is ${[...indexes.keys()].join(", ")}`,
  );
}

function typeOf(fields: RequestFields): QueryType {
  const name = fields.string("query_type");
  if (Object.hasOwn(queryTypes, name)) return queryTypes[name]!;
  throw new RequestError(
    "malformed",
    `Invalid query_type: ${name}; there is ${Object.keys(queryTypes).join(", ")}`,
  );
}

function supportOf(fields: RequestFields, { limits }: Target): { maxSupport?: number } {
  const { max_support: maximum } = limits;
  if (maximum === Infinity && !fields.has("max_support")) return {};
  const fallback = Math.min(1000, maximum);
  return { maxSupport: fields.integer("max_support", { minimum: 1, maximum, fallback }) };
}

function probabilityBody({ contextCount, continuationCount, probability }: Probability): Body {
  return { prompt_cnt: contextCount, cont_cnt: continuationCount, prob: probability ?? -1 };
}

function distributionBody(
  { contextCount, tokens, counts, approximate }: NextTokens,
  { text }: Target,
): Body {
  const byToken: Body = {};
  for (const [i, id] of tokens.entries())
    byToken[id] = {
      cont_cnt: counts[i],
      prob: counts[i]! / contextCount,
      ...(text === undefined ? {} : { token: text.token(id) }),
    };
  return { prompt_cnt: contextCount, result_by_token_id: byToken, approx: approximate };
}

function suffixBody(context: readonly number[], length: number, { text }: Target): Body {
  const suffix = context.slice(context.length - length);
  return {
    suffix_len: length,
    ...(text === undefined ? {} : { longest_suffix: text.decode(suffix) }),
  };
}
