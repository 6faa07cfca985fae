/** Requests for documents, and documents as answers show them. */
import { RequestError, type RequestFields } from "./api-fields.ts";
import type { ApiLimits } from "./api-limits.ts";
import { type ApiIndex, type ApiQuery, clausesOf, readQuery } from "./api-query.ts";
import { cnfFields, findCnfOf } from "./api-cnf.ts";
import {
  type DocumentWindow,
  type IndexDocument,
  readDocument,
  readDocumentAt,
  readDocumentAtRank,
  searchDocuments,
} from "./documents.ts";
import { chooseDocuments } from "./choose-documents.ts";

type Answer = Record<string, unknown>;

export const documentFields: readonly string[] = ["query", "query_ids", "max_disp_len"];
/** Instead of `max_disp_len`: so much around a hit of so many tokens, as the package's `…_2` calls. */
export const contextFields: readonly string[] = ["needle_len", "max_ctx_len"];
export const searchFields: readonly string[] = ["maxnum", "seed", ...cnfFields, ...documentFields];

/** `get_doc_by_rank`, `get_doc_by_ptr` and, as in the original package, `get_doc_by_ix`. */
export function getDocument(
  by: "rank" | "ptr" | "doc_ix",
  fields: RequestFields,
  api: ApiIndex,
  limits: ApiLimits,
): Answer {
  const { index } = api;
  const asked = fields.has("query") || fields.has("query_ids");
  const query = asked ? readQuery(fields, api, limits) : undefined;
  const spans = tokenSpans(query, api);
  const length = shownLength(fields, limits);
  if (by === "doc_ix") {
    const document = within(fields, by, index.documentCount);
    return documentAnswer(readDocument(index, document, { after: length }), api, spans);
  }
  const window = { ...shownAround(fields, limits, length), needleLength: query?.ids?.length ?? 1 };
  const shard = within(fields, "s", index.shards.length);
  const { tokenCount } = index.shards[shard]!;
  const document =
    by === "rank"
      ? readDocumentAtRank(index, shard, within(fields, by, tokenCount), window)
      : readDocumentAt(index, shard, positionOf(fields, tokenCount, api), window);
  return documentAnswer(document, api, spans);
}

/** `search_docs`: a sample of the documents that hold what was asked for, none of them twice. */
export function searchDocs(
  fields: RequestFields,
  api: ApiIndex,
  limits: ApiLimits,
  query: ApiQuery,
): Answer {
  const { limit, seed, ...window } = hitWindow(fields, limits);
  let found: { count: number; documents: readonly IndexDocument[]; approximate?: boolean };
  if (query.clauses === undefined) {
    clausesOf(query);
    found = searchDocuments(api.index, query.ids, { ...window, limit, seed });
  } else {
    const matches = findCnfOf(fields, api, limits, query);
    const places = chooseDocuments(api.index, matches.positions, { limit, seed });
    const documents = places.map(({ shard, position }) =>
      readDocumentAt(api.index, shard, position, window),
    );
    found = { ...matches, documents };
  }
  const shown = found.documents.map((document) =>
    documentAnswer(document, api, tokenSpans(query, api)),
  );
  return searchAnswer({ ...found, documents: shown });
}

/** What `search_docs` answers. */
export interface SearchAnswer extends Answer {
  readonly cnt: number;
  readonly documents: readonly Answer[];
}

/** The answer to `search_docs` from what was found. */
export function searchAnswer({
  count,
  documents,
  approximate = false,
}: {
  readonly count: number;
  readonly documents: readonly Answer[];
  readonly approximate?: boolean;
}): SearchAnswer {
  const shown = documents.length === 1 ? "1 document" : `${documents.length} documents`;
  return {
    cnt: count,
    approx: approximate,
    documents,
    message: `${approximate ? "About " : ""}${count} ${count === 1 ? "match" : "matches"}, ${shown} shown`,
  };
}

/** Which documents `search_docs` shows, and how much of them. */
export function hitWindow(
  fields: RequestFields,
  limits: ApiLimits,
): Required<Pick<DocumentWindow, "before" | "after">> & { limit: number; seed: number } {
  return {
    limit: fields.integer("maxnum", { minimum: 1, maximum: limits.maxnum, fallback: 1 }),
    seed: fields.integer("seed", { fallback: 0 }),
    ...around(shownLength(fields, limits)),
  };
}

/** The original shows half of `max_disp_len` before the hit and the other half from it on. */
function around(length: number): Required<Pick<DocumentWindow, "before" | "after">> {
  return { before: Math.floor(length / 2), after: Math.ceil(length / 2) };
}

/** What is shown around a place: half of the length on each side, or what is asked for of both sides. */
function shownAround(fields: RequestFields, limits: ApiLimits, length: number): DocumentWindow {
  const maximum = limits.max_disp_len;
  if (!contextFields.some((name) => fields.has(name))) return around(length);
  if (fields.has("max_disp_len"))
    throw new RequestError("malformed", "Give either max_disp_len or max_ctx_len, not both");
  const before = fields.integer("max_ctx_len", { maximum });
  const needle = fields.integer("needle_len", { maximum, fallback: 1 });
  return { before, after: needle + before };
}

function shownLength(fields: RequestFields, { max_disp_len: maximum }: ApiLimits): number {
  return fields.integer("max_disp_len", {
    ...{ minimum: 1, maximum },
    fallback: Math.min(1000, maximum),
  });
}

function within(fields: RequestFields, name: string, end: number): number {
  const value = fields.integer(name, {});
  if (value < end) return value;
  throw new RequestError("refused", `${name} must be an integer in range [0, ${end})`);
}

/** A pointer counts bytes; places are counted in tokens. */
function positionOf(fields: RequestFields, tokenCount: number, { index }: ApiIndex): number {
  const { tokenWidth } = index.traits;
  const position = fields.integer("ptr", {}) / tokenWidth;
  if (Number.isInteger(position) && position < tokenCount) return position;
  const kinds = { 1: "an integer", 2: "an even integer", 4: "a multiple of 4" };
  throw new RequestError(
    "refused",
    `ptr must be ${kinds[tokenWidth]} in range [0, ${tokenCount * tokenWidth})`,
  );
}

/** Parts of a text, each with the number of the clause it matches, or null. */
type Spans = [string, string | null][];

/** A document as answers show it; `spansOf` cuts the text of its tokens where there is text. */
export function documentAnswer(
  document: IndexDocument,
  { text }: ApiIndex,
  spansOf: (ids: readonly number[]) => Spans,
): Answer {
  const ids = Array.from(document.tokens);
  return {
    doc_ix: document.document,
    doc_len: document.length,
    disp_len: ids.length,
    needle_offset: document.needleOffset,
    metadata: document.metadata ?? "",
    token_ids: ids,
    ...(text === undefined ? {} : { spans: spansOf(ids) }),
    blocked: false,
  };
}

/** What marks the n-grams of a query in documents. */
function tokenSpans(query: ApiQuery | undefined, { text }: ApiIndex) {
  return (ids: readonly number[]): Spans =>
    cutAtMatches(ids, query).map(([part, label]) => [text?.decode(part) ?? "", label]);
}

/** The tokens cut where a match of a clause begins or ends, each part with its clause's number; null where there is none. */
function cutAtMatches(ids: readonly number[], query?: ApiQuery): [number[], string | null][] {
  const clauseAt = new Array<number>(ids.length).fill(-1);
  const clauses = query?.clauses ?? [[query?.ids ?? []]];
  for (const [clause, terms] of clauses.entries())
    for (const term of terms)
      for (let at = ids.indexOf(term[0]!); at !== -1; at = ids.indexOf(term[0]!, at + 1))
        if (term.every((id, i) => ids[at + i] === id)) clauseAt.fill(clause, at, at + term.length);
  const spans: [number[], string | null][] = [];
  for (let start = 0, end = 0; start < ids.length; start = end) {
    while (end < ids.length && clauseAt[end] === clauseAt[start]) end++;
    const clause = clauseAt[start]!;
    spans.push([ids.slice(start, end), clause === -1 ? null : String(clause)]);
  }
  return spans;
}
