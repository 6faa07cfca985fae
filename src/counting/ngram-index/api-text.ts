/** Requests for a text however it is cut into tokens: with `ignore_case` or `whole_words`. Ours. */
import { cnfFields } from "./api-cnf.ts";
import { documentAnswer, hitWindow, type SearchAnswer, searchAnswer } from "./api-documents.ts";
import { RequestError, type RequestFields } from "./api-fields.ts";
import type { ApiLimits } from "./api-limits.ts";
import { type ApiIndex, readText, textOf } from "./api-query.ts";
import { findText, type FindTextOptions } from "./find-text.ts";
import { countText, countTextPair, createLocator, searchText } from "./search-text.ts";
import type { TokenSpellings } from "./token-spellings.ts";

export const textFields: readonly string[] = ["ignore_case", "whole_words"];

/** Whether a request asks for a text, not for tokens. Where tokens are folded words, both are the same. */
export function asksForText(fields: RequestFields, { text }: ApiIndex): boolean {
  const [ignoreCase, wholeWords] = textFields.map((name) => fields.flag(name));
  return (ignoreCase === true || wholeWords === true) && text?.isFolded !== true;
}

interface TextTarget extends ApiIndex {
  readonly limits: ApiLimits;
}

type Answer = Record<string, unknown>;

/** `count` */
export async function countTextAnswer(fields: RequestFields, target: TextTarget): Promise<Answer> {
  const { text, spellings, options } = await readTextQuery(fields, "query", target);
  return { count: findText(target.index, text, spellings, options).count(), approx: false };
}

/** `df` */
export async function textDfAnswer(fields: RequestFields, target: TextTarget): Promise<Answer> {
  const { text, spellings, options } = await readTextQuery(fields, "query", target);
  return { ...countText(target.index, text, spellings, options) };
}

/** `codf` */
export async function textPairAnswer(fields: RequestFields, target: TextTarget): Promise<Answer> {
  if (fields.has("window"))
    throw new RequestError(
      "refused",
      "window counts tokens; leave out ignore_case and whole_words",
    );
  const a = await readTextQuery(fields, "a", target);
  const b = await readTextQuery(fields, "b", target);
  return { ...countTextPair(target.index, [a.text, b.text], a.spellings, a.options) };
}

/** `find`: every sequence of tokens that the text stands in, the most frequent first. */
export async function findTextAnswer(fields: RequestFields, target: TextTarget): Promise<Answer> {
  const { text, spellings, options } = await readTextQuery(fields, "query", target);
  const found = findText(target.index, text, spellings, options);
  const variants = found.sequences
    .map((sequence) => ({
      token_ids: Array.from(sequence.tokens),
      tokens: Array.from(sequence.tokens, (id) => textOf(target).token(id)),
      cnt: found.countOf(sequence),
      segment_by_shard: sequence.segments.map(({ start, end }) => [start, end]),
    }))
    .filter(({ cnt }) => cnt > 0)
    .sort((a, b) => b.cnt - a.cnt);
  return { cnt: variants.reduce((sum, { cnt }) => sum + cnt, 0), variants };
}

/** `search_docs`: a sample of the documents that hold the text; its occurrences are marked in `spans`. */
export async function searchTextAnswer(
  fields: RequestFields,
  target: TextTarget,
): Promise<SearchAnswer> {
  const { text, spellings, options } = await readTextQuery(fields, "query", target);
  const { limit, seed, ...window } = hitWindow(fields, target.limits);
  const all = { ...options, ...window, limit, seed };
  const { count, documents } = searchText(target.index, text, spellings, all);
  const locate = createLocator(text, spellings, options);
  const spansOf = (ids: readonly number[]): [string, string | null][] => {
    const bytes = Buffer.concat(ids.map((id) => spellings.bytes(id)));
    const isHit = new Uint8Array(bytes.length);
    for (const { start, end } of locate(ids)) isHit.fill(1, start, end);
    const spans: [string, string | null][] = [];
    for (let start = 0, end = 0; start < bytes.length; start = end) {
      while (end < bytes.length && isHit[end] === isHit[start]) end++;
      spans.push([bytes.toString("utf8", start, end), isHit[start] === 1 ? "0" : null]);
    }
    return spans;
  };
  const shown = documents.map((document) => documentAnswer(document, target, spansOf));
  return searchAnswer({ count, documents: shown });
}

interface TextQuery {
  readonly text: string;
  readonly spellings: TokenSpellings;
  readonly options: FindTextOptions;
}

async function readTextQuery(
  fields: RequestFields,
  name: string,
  target: TextTarget,
): Promise<TextQuery> {
  if (fields.has(`${name}_ids`))
    throw new RequestError(
      "refused",
      `ignore_case and whole_words are about text: give ${name}, not ${name}_ids`,
    );
  const ofClauses = cnfFields.find((field) => fields.has(field));
  if (ofClauses !== undefined)
    throw new RequestError("refused", `${ofClauses} is about clauses; leave it out`);
  const typed = readText(fields, name, target.limits);
  if (/ (?:AND|OR) /.test(typed))
    throw new RequestError(
      "refused",
      "AND and OR cannot be asked with ignore_case or whole_words; ask for df of each text, or for codf of two",
    );
  const own = textOf(target);
  const text = own.spell(typed);
  if (text === "") throw new RequestError("refused", `${name} must not be empty`);
  const options = {
    ignoreCase: fields.flag("ignore_case"),
    wholeWords: fields.flag("whole_words"),
    maxSequences: target.limits.sequences,
  };
  return { text, spellings: await own.spellings(), options };
}
