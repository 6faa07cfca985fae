import { messageOf, RoteError } from "../base/errors.ts";
import type { LanguageModel, ScoredContinuation, ScoreRequest } from "../models/language-model.ts";

/** Score all requests but those the model refuses (no token of their own, too long); these give the reason. */
export async function scorePossible(
  model: LanguageModel,
  requests: readonly ScoreRequest[],
  signal: AbortSignal | undefined,
): Promise<readonly (ScoredContinuation | string)[]> {
  const results = new Array<ScoredContinuation | string>(requests.length);
  let open = requests.map((_, index) => index);
  while (open.length > 0) {
    try {
      const scored = await model.score(
        open.map((index) => requests[index]!),
        { signal },
      );
      for (const [i, index] of open.entries()) results[index] = scored[i]!;
      return results;
    } catch (error) {
      const refused = error instanceof RoteError ? error.detail.request : undefined;
      if (typeof refused !== "number") throw error;
      results[open[refused]!] = messageOf(error).replace(/^request \d+:? /, "");
      open = open.filter((_, i) => i !== refused);
    }
  }
  return results;
}
