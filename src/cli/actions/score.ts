import { RoteError } from "../../base/errors.ts";
import type {
  IdsRequest,
  LanguageModel,
  ScoredIds,
  ScoreRequest,
} from "../../models/language-model.ts";
import { openLanguageModel } from "../../models/open-model.ts";
import { importScores } from "../../study/import-scores.ts";
import type { ExitCode } from "../define-command.ts";
import type { CommandIo } from "../io.ts";
import { amount, formatInteger } from "../output.ts";
import { connectionOf, type RunningValues } from "../running.ts";
import { readRequests, type Request, stringOf, withPlaces } from "./requests.ts";

export interface ScoreValues extends RunningValues {
  readonly model: string;
  readonly tokenizer: string | undefined;
  readonly requests: string;
}

/** Requests scored together: enough to make batches of like lengths, little enough to answer soon. */
const GROUP = 1024;

type AnyRequest = ScoreRequest | IdsRequest;

/** `rote score`: one answer a request, in their order. */
export async function score(values: ScoreValues, io: CommandIo): Promise<ExitCode> {
  await using model = await openModelOf(values, io);
  let cut = 0;
  for await (const group of readRequests(values.requests, io, {
    size: GROUP,
    parse: parseRequest,
  })) {
    const scores = await scoreGroup(model, group, io);
    for (const { logLikelihood, isGreedy, ids, logProbs, cutTokens } of scores) {
      cut += cutTokens > 0 ? 1 : 0;
      await io.stdout.writeJson({
        ...{ logLikelihood, isGreedy, ids: Array.from(ids), logProbs: Array.from(logProbs) },
        ...(cutTokens > 0 ? { cutTokens } : {}),
      });
    }
    await io.stdout.flush();
  }
  if (cut > 0)
    io.say(
      `${amount(cut, "request")} ${cut === 1 ? "was" : "were"} longer than the model reads; only the last tokens were kept (cutTokens says how many were not)`,
    );
  return 0;
}

/** `rote score --import`: one row a log-probability; what is left out is told. */
export async function importScoresOf(path: string, io: CommandIo): Promise<ExitCode> {
  const leftOut = new Map<string, number>();
  let imported = 0;
  for await (const { row, leftOut: reason } of importScores(path)) {
    if (reason !== undefined) {
      leftOut.set(reason, (leftOut.get(reason) ?? 0) + 1);
      continue;
    }
    imported += 1;
    await io.stdout.writeJson(row);
  }
  io.say(`${amount(imported, "log-probability", "log-probabilities")} imported`);
  for (const [reason, count] of leftOut) io.say(`left out: ${formatInteger(count)}, ${reason}`);
  return imported > 0 ? 0 : 1;
}

/** The model a command names, with as many threads, or requests to a server, as --jobs allows. */
export async function openModelOf(
  { model, tokenizer, ...running }: Omit<ScoreValues, "requests">,
  io: CommandIo,
): Promise<LanguageModel> {
  return openLanguageModel(model, {
    ...(tokenizer === undefined ? {} : { tokenizer }),
    threads: running.jobs,
    device: running.device,
    connection: connectionOf(running, io),
  });
}

const EXAMPLE = '{"context":"…","continuation":"…"} or {"ids":[…],"start":1}';

function parseRequest(record: Readonly<Record<string, unknown>>): AnyRequest {
  const { ids, start } = record;
  if (ids === undefined) {
    return {
      context: stringOf(record, "context", EXAMPLE),
      continuation: stringOf(record, "continuation", EXAMPLE),
    };
  }
  if (!Array.isArray(ids) || !ids.every((id) => Number.isSafeInteger(id) && id >= 0))
    throw new Error(`has "ids" that are no list of whole numbers; a request is ${EXAMPLE}`);
  if (typeof start !== "number")
    throw new Error(`has no number "start", the first scored position; a request is ${EXAMPLE}`);
  return { ids: ids as number[], start };
}

/** Texts and ids are scored apart and put back in their order. */
async function scoreGroup(
  model: LanguageModel,
  group: readonly Request<AnyRequest>[],
  { signal, onProgress }: CommandIo,
): Promise<readonly ScoredIds[]> {
  const work = { signal, onProgress, overlong: "cut" as const };
  const texts = group.filter((request): request is Request<ScoreRequest> => !isIds(request));
  const ids = group.filter(isIds);
  const scoredTexts =
    texts.length === 0 ? [] : await withPlaces(texts, (requests) => model.score(requests, work));
  const scoredIds =
    ids.length === 0 ? [] : await withPlaces(ids, (requests) => idScorer(model)(requests, work));
  const [nextText, nextIds] = [scoredTexts.values(), scoredIds.values()];
  return group.map((request) => {
    const { value } = (isIds(request) ? nextIds : nextText).next();
    if (value === undefined) throw new RoteError("internal", "a request was not answered");
    return value;
  });
}

function isIds(request: Request<AnyRequest>): request is Request<IdsRequest> {
  return "ids" in request.value;
}

function idScorer(model: LanguageModel): NonNullable<LanguageModel["scoreIds"]> {
  if (model.scoreIds !== undefined) return model.scoreIds.bind(model);
  throw new RoteError("model/cannot", `${model.identity.name} scores texts only, not token ids`);
}
