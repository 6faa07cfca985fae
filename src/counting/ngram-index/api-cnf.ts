/** Requests about clauses, which the original engine counts in its own way (cnf.ts). */
import type { RequestFields } from "./api-fields.ts";
import type { ApiLimits } from "./api-limits.ts";
import { type ApiIndex, type ApiQuery, clausesOf } from "./api-query.ts";
import { type CnfMatches, findCnf } from "./cnf.ts";

export const cnfFields: readonly string[] = ["max_clause_freq", "max_diff_tokens"];

/** Where the clauses meet. */
export function findCnfOf(
  fields: RequestFields,
  { index }: ApiIndex,
  limits: ApiLimits,
  query: ApiQuery,
): CnfMatches {
  const maxClauseCount = fields.integer("max_clause_freq", {
    ...{ minimum: 1, maximum: limits.max_clause_freq },
    fallback: Math.min(50_000, limits.max_clause_freq),
  });
  const maxDistance = fields.integer("max_diff_tokens", {
    ...{ minimum: 1, maximum: limits.max_diff_tokens },
    fallback: Math.min(100, limits.max_diff_tokens),
  });
  return findCnf(index, clausesOf(query), { maxClauseCount, maxDistance });
}

/** `find_cnf`: pointers by shard; none at all where an n-gram of every choice is missing. */
export function cnfAnswer(
  fields: RequestFields,
  api: ApiIndex,
  limits: ApiLimits,
  query: ApiQuery,
): Record<string, unknown> {
  const { count, approximate, positions } = findCnfOf(fields, api, limits, query);
  const { index } = api;
  const never = clausesOf(query).some((terms) => terms.every((ngram) => index.count(ngram) === 0));
  const pointers = positions.map((shard) =>
    Array.from(shard, (position) => position * index.traits.tokenWidth),
  );
  return { cnt: count, approx: approximate, ptrs_by_shard: never ? [] : pointers };
}
