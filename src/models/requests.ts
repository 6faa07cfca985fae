/**
 * Requests as files hold them, one JSON object a line: `{"context","continuation"}` or
 * `{"ids","start"}` to be scored, `{"prompt"}` to be continued. A file may mix the first two.
 */
import { RoteError } from "../base/errors.ts";
import { isRecord } from "../base/json.ts";
import type { LongWork } from "../base/progress.ts";
import type { IdsRequest, LanguageModel, ScoredIds, ScoreRequest } from "./language-model.ts";

export type AnyScoreRequest = ScoreRequest | IdsRequest;

/** A request to score, from a line's JSON value; `where` is the line's place, "FILE:LINE". */
export function parseScoreRequest(value: unknown, where: string): AnyScoreRequest {
  const { context, continuation, ids, start } = isRecord(value) ? value : {};
  if (typeof context === "string" && typeof continuation === "string")
    return { context, continuation };
  if (!Array.isArray(ids) || start === undefined)
    throw malformed(where, 'needs strings "context" and "continuation", or "ids" and "start"');
  const wrong: unknown = [...(ids as unknown[]), start].find((number) => !isWhole(number));
  if (wrong !== undefined)
    throw malformed(
      where,
      `ids and start are whole numbers from 0 on, got ${JSON.stringify(wrong)}`,
    );
  return { ids: Int32Array.from(ids as number[]), start: start as number };
}

/** A prompt, from a line's JSON value. */
export function parsePrompt(value: unknown, where: string): string {
  const prompt = isRecord(value) ? value.prompt : undefined;
  if (typeof prompt !== "string") throw malformed(where, 'needs a string "prompt"');
  return prompt;
}

/** Score requests of both kinds, in order. An error's `detail.request` is the request's index. */
export async function scoreRequests(
  model: LanguageModel,
  requests: readonly AnyScoreRequest[],
  work: LongWork = {},
): Promise<readonly ScoredIds[]> {
  const results = new Array<ScoredIds>(requests.length);
  const scoreThose = async <T extends AnyScoreRequest>(
    isKind: (request: AnyScoreRequest) => request is T,
    score: (those: readonly T[], work: LongWork) => Promise<readonly ScoredIds[]>,
  ): Promise<void> => {
    const indexes = requests.flatMap((request, index) => (isKind(request) ? [index] : []));
    if (indexes.length === 0) return;
    const scored = await score(requests.filter(isKind), work).catch((error: unknown) => {
      throw renumbered(error, indexes);
    });
    for (const [i, index] of indexes.entries()) results[index] = scored[i]!;
  };
  await scoreThose(isText, (those, options) => model.score(those, options));
  await scoreThose(isIds, (those, options) => {
    if (model.scoreIds !== undefined) return model.scoreIds(those, options);
    throw new RoteError("model/cannot", `${model.identity.name} scores text only, not token ids`);
  });
  return results;
}

const isText = (request: AnyScoreRequest): request is ScoreRequest => "context" in request;
const isIds = (request: AnyScoreRequest): request is IdsRequest => "ids" in request;

function isWhole(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 2 ** 31;
}

/** An error about request i of some, as one about request indexes[i] of all. */
function renumbered(error: unknown, indexes: readonly number[]): unknown {
  if (!(error instanceof RoteError) || typeof error.detail.request !== "number") return error;
  const request = indexes[error.detail.request]!;
  const message = error.message.replace(/^request \d+/, `request ${request + 1}`);
  return new RoteError(error.code, message, { ...error.detail, request }, error);
}

function malformed(where: string, what: string): RoteError {
  return new RoteError("file/malformed", `${where} ${what}`, { where });
}
