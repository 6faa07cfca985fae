/** `attribute`: which parts of a text stand in the index word for word, and where. */
import { RequestError, type RequestFields } from "./api-fields.ts";
import type { ApiLimits } from "./api-limits.ts";
import { type ApiIndex, type ApiQuery, ngramOf, textOf } from "./api-query.ts";
import { attributeSpans } from "./attribution.ts";

/** As the original package names its arguments; `bow_ids`, in place of its file of them, is ours. */
export const attributeFields: readonly string[] = [
  "delim_ids",
  "min_len",
  "max_cnt",
  "enforce_bow",
  "bow_ids",
];

export async function attributeAnswer(
  fields: RequestFields,
  api: ApiIndex,
  { max_cnt: maximum }: ApiLimits,
  query: ApiQuery,
): Promise<Record<string, unknown>> {
  const { index } = api;
  const beginsWord = await readWordBeginnings(fields, api);
  const spans = attributeSpans(index, ngramOf(query), {
    delimiters: readIds(fields, "delim_ids") ?? [],
    minLength: fields.integer("min_len", { minimum: 1, fallback: 1 }),
    maxCount: fields.integer("max_cnt", { minimum: 1, maximum, fallback: Math.min(10, maximum) }),
    ...(beginsWord === undefined ? {} : { beginsWord }),
  });
  return {
    spans: spans.map(({ start, end, count, segments, logProbability }) => ({
      ...{ l: start, r: end, length: end - start, count },
      unigram_logprob_sum: logProbability,
      docs: segments.flatMap((segment, s) =>
        Array.from({ length: segment.end - segment.start }, (_, i) => ({
          s,
          ptr: index.traits.tokenWidth * index.shards[s]!.positionAt(segment.start + i),
        })),
      ),
    })),
  };
}

/** With `enforce_bow`, the tokens that begin a word: those listed, or those whose text says so. */
async function readWordBeginnings(
  fields: RequestFields,
  api: ApiIndex,
): Promise<((token: number) => boolean) | undefined> {
  const listed = readIds(fields, "bow_ids");
  if (!fields.flag("enforce_bow")) return undefined;
  if (listed !== undefined) {
    const ids = new Set(listed);
    return (token) => ids.has(token);
  }
  return textOf(api).wordBeginnings();
}

function readIds(fields: RequestFields, name: string): readonly number[] | undefined {
  const value = fields.get(name);
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every(Number.isSafeInteger)) return value as number[];
  throw new RequestError("refused", `${name} must be a list of integers`);
}
