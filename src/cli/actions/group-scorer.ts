import { RoteError } from "../../base/errors.ts";
import type {
  IdsRequest,
  LanguageModel,
  ScoredIds,
  ScoreOptions,
  ScoreRequest,
} from "../../models/language-model.ts";
import type { CommandIo } from "../io.ts";
import { amount, formatInteger } from "../output.ts";
import { parseSize } from "../size.ts";
import { type Request, withPlaces } from "./requests.ts";
import { ScoreProgress } from "./score-progress.ts";

export type AnyRequest = ScoreRequest | IdsRequest;

/** What a command says about answers. */
export interface ScoringValues {
  readonly entropies: boolean;
  readonly ranks: boolean;
  readonly memory: string | undefined;
}

/** Scores groups of requests and counts what that took. */
export class GroupScorer {
  readonly #model: LanguageModel;
  readonly #options: ScoreOptions;
  readonly #progress: ScoreProgress;
  readonly #say: CommandIo["say"];
  readonly #work = { tokens: 0, read: 0, padding: 0 };
  #cut = 0;

  constructor(
    model: LanguageModel,
    { entropies, ranks, memory }: ScoringValues,
    { signal, onProgress, say }: CommandIo,
    requests: number | undefined,
  ) {
    this.#model = model;
    this.#say = say;
    this.#progress = new ScoreProgress(onProgress, requests);
    this.#options = {
      ...{ signal, entropies, ranks, overlong: "cut" },
      ...(memory === undefined ? {} : { memory: parseSize("--memory", memory) }),
      onWork: ({ tokens, read, padding }) => {
        this.#work.tokens += tokens;
        this.#work.read += read;
        this.#work.padding += padding;
      },
    };
  }

  /** Answers in the order of the requests; texts and ids are scored apart. */
  async answer(group: readonly Request<AnyRequest>[]): Promise<readonly unknown[]> {
    const model = this.#model;
    const texts = group.filter((request): request is Request<ScoreRequest> => !isIds(request));
    const ids = group.filter(isIds);
    const scoredTexts = await this.#score(texts, (requests, work) => model.score(requests, work));
    const scoredIds = await this.#score(ids, (requests, work) => idScorer(model)(requests, work));
    const [nextText, nextIds] = [scoredTexts.values(), scoredIds.values()];
    return group.map((request) => {
      const { value } = (isIds(request) ? nextIds : nextText).next();
      if (value === undefined) throw new RoteError("internal", "a request was not answered");
      if (value.cutTokens > 0) this.#cut += 1;
      return answerOf(value);
    });
  }

  sayWhatWasCut(): void {
    if (this.#cut === 0) return;
    this.#say(
      `${amount(this.#cut, "request")} ${this.#cut === 1 ? "was" : "were"} longer than the model reads; only the last tokens were kept (cutTokens says how many were not)`,
    );
  }

  /** Say how many tokens were read, and how many need not be. */
  sayWhatWasRead(what: string): void {
    const { tokens, read, padding } = this.#work;
    const share = ((100 * padding) / Math.max(1, read + padding)).toFixed(1);
    this.#say(
      read === 0
        ? what
        : `${what}; ${amount(read, "token")} read, ${formatInteger(tokens - read)} shared between requests, ${share} % padding`,
    );
  }

  async #score<T>(
    requests: readonly Request<T>[],
    score: (values: readonly T[], work: ScoreOptions) => Promise<readonly ScoredIds[]>,
  ): Promise<readonly ScoredIds[]> {
    if (requests.length === 0) return [];
    const onProgress = this.#progress.call(requests.length);
    return withPlaces(requests, (values) => score(values, { ...this.#options, onProgress }));
  }
}

function answerOf({
  logLikelihood,
  isGreedy,
  ids,
  logProbs,
  entropies,
  ranks,
  cutTokens,
}: ScoredIds): unknown {
  return {
    ...{ logLikelihood, isGreedy, ids: Array.from(ids), logProbs: Array.from(logProbs) },
    ...(entropies && { entropies: Array.from(entropies) }),
    ...(ranks && { ranks: Array.from(ranks) }),
    ...(cutTokens > 0 ? { cutTokens } : {}),
  };
}

function isIds(request: Request<AnyRequest>): request is Request<IdsRequest> {
  return "ids" in request.value;
}

function idScorer(model: LanguageModel): NonNullable<LanguageModel["scoreIds"]> {
  if (model.scoreIds !== undefined) return model.scoreIds.bind(model);
  throw new RoteError("model/cannot", `${model.identity.name} scores texts only, not token ids`);
}
