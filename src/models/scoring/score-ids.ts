/**
 * Scores of token ids: requests become rows in which common beginnings are read once, rows become
 * batches of like lengths within the memory allowed, and the answers come in the order asked.
 */
import { RoteError } from "../../base/errors.ts";
import type { IdsRequest, ScoredIds, ScoreOptions, ScoringWork } from "../language-model.ts";
import { checkIds, checkLogProb, type TokenModel, type TokenScores } from "../token-model.ts";
import { planBatches } from "./plan-batches.ts";
import { type PlannedRow, planRows, type RowRequest } from "./plan-rows.ts";
import { DEFAULT_RUN_BYTES } from "./run-memory.ts";

/** Score ids; see `LanguageModel.scoreIds`. */
export async function scoreIds(
  model: TokenModel,
  requests: readonly IdsRequest[],
  options: ScoreOptions = {},
): Promise<readonly ScoredIds[]> {
  const { signal, onProgress, onWork, overlong = "refuse", memory = DEFAULT_RUN_BYTES } = options;
  for (const [index, request] of requests.entries()) checkRequest(request, index, model, overlong);
  const details = options.entropies === true || options.ranks === true;
  const limits = { shape: model.shape, memory, details };
  const rows = planRows(requests, model.maximumLength, limits);
  const results = new Array<ScoredIds>(requests.length);
  const tally = new WorkTally(requests, rows);
  for (const batch of planBatches(rows, limits)) {
    await nextTurn(signal);
    const scores = await model.run(treesOf(batch), { details });
    for (const [i, row] of batch.entries())
      for (const request of row.requests) {
        const scored = scoredFrom(request, scores[i]!, options);
        checkLogProb(scored.logLikelihood, model, `request ${request.index + 1}`);
        results[request.index] = scored;
      }
    tally.add(batch);
    onProgress?.({ stage: "score", ...tally.progress, unit: "tokens" });
  }
  onWork?.(tally.work);
  return results;
}

/** Counts what was read, and what was read in vain. */
class WorkTally {
  readonly #total: number;
  readonly #requests: number;
  readonly #tokens: number;
  #read = 0;
  #padding = 0;
  #runs = 0;

  constructor(requests: readonly IdsRequest[], rows: readonly PlannedRow[]) {
    this.#requests = requests.length;
    this.#total = tokensOf(rows);
    this.#tokens = rows
      .flatMap((row) => row.requests)
      .reduce((sum, { index, cutTokens }) => sum + requests[index]!.ids.length - cutTokens - 1, 0);
  }

  /** A run of rows, the longest first. */
  add(batch: readonly PlannedRow[]): void {
    const read = tokensOf(batch);
    this.#read += read;
    this.#padding += batch.length * batch[0]!.tree.ids.length - read;
    this.#runs += 1;
  }

  get progress(): { readonly done: number; readonly total: number } {
    return { done: this.#read, total: this.#total };
  }

  get work(): ScoringWork {
    return {
      requests: this.#requests,
      tokens: this.#tokens,
      read: this.#read,
      padding: this.#padding,
      runs: this.#runs,
    };
  }
}

function tokensOf(rows: readonly PlannedRow[]): number {
  return rows.reduce((sum, { tree }) => sum + tree.ids.length, 0);
}

function treesOf(rows: readonly PlannedRow[]): PlannedRow["tree"][] {
  return rows.map(({ tree }) => tree);
}

function scoredFrom(
  { ids, questions, cutTokens }: RowRequest,
  { logProbs, argmax, entropies, ranks }: TokenScores,
  wanted: Pick<ScoreOptions, "entropies" | "ranks">,
): ScoredIds {
  const values = Float64Array.from(questions, (question) => logProbs[question]!);
  return {
    logLikelihood: values.reduce((sum, value) => sum + value, 0),
    isGreedy: questions.every((question, i) => argmax[question] === ids[i]),
    ids,
    logProbs: values,
    ...(wanted.entropies && {
      entropies: Float64Array.from(questions, (question) => entropies![question]!),
    }),
    ...(wanted.ranks && { ranks: questions.map((question) => ranks![question]!) }),
    cutTokens,
  };
}

/** Let timers and signals have their turn, where the model runs on this thread. */
async function nextTurn(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resume) => setImmediate(resume));
  if (signal?.aborted === true)
    throw new RoteError("interrupted", "scoring was interrupted", {}, signal.reason);
}

/** Refuse a request that no model of these sizes can answer. */
export function checkRequest(
  { ids, start }: IdsRequest,
  index: number,
  { maximumLength, vocabularySize }: Pick<TokenModel, "maximumLength" | "vocabularySize">,
  overlong: "refuse" | "cut",
): void {
  const { length } = ids;
  if (length < 2)
    throw new RoteError(
      "usage",
      `request ${index + 1}: two ids are needed, one to begin with and one to score, got ${length}`,
      { request: index, length },
    );
  if (!(Number.isInteger(start) && start >= 1 && start < length))
    throw new RoteError(
      "usage",
      `request ${index + 1}: start must lie between 1 and ${length - 1}, the last of its ${length} ids, got ${start}`,
      { request: index, start, length },
    );
  checkIds(ids, vocabularySize, index);
  if (length - start > maximumLength && overlong === "refuse")
    throw new RoteError(
      "model/cannot",
      `request ${index + 1} asks for ${length - start} tokens at once, and the model reads ${maximumLength}; cut the continuation`,
      { request: index, maximumLength },
    );
}
