import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import type { IdsRequest } from "#rote/models/language-model.js";
import { openLanguageModel } from "#rote/models/open-model.js";
import { openTokenizer } from "#rote/tokenizers/open.js";
import { goldenFolder, hasGolden } from "./golden.ts";

interface Golden {
  readonly rolling: readonly { text: string; tokens: number; loglikelihood: number }[];
}

/** Windows of `longest` predicted tokens; the last one is filled up to the left with what was scored before. */
function windowsOf(ids: readonly number[], longest: number): readonly IdsRequest[] {
  const count = Math.ceil((ids.length - 1) / longest);
  return Array.from({ length: count }, (_, window) => {
    const end = Math.min(ids.length, 1 + (window + 1) * longest);
    const start = Math.max(0, end - longest - 1);
    return { ids: ids.slice(start, end), start: 1 + window * longest - start };
  });
}

test.skipIf(!hasGolden)("windows over a text sum to the harness's rolling scores", async () => {
  const file = resolve("../shared/data/golden/metrics/lm_eval_scores.json");
  const { rolling } = JSON.parse(readFileSync(file, "utf8")) as Golden;
  const tokenizer = await openTokenizer(goldenFolder("neox"));
  await using model = await openLanguageModel(goldenFolder("neox"), { threads: 1 });
  for (const { text, tokens, loglikelihood } of rolling) {
    const ids = [tokenizer.endOfText!, ...tokenizer.encode(text)];
    expect(ids).toHaveLength(tokens + 1);
    const scores = await model.scoreIds!(windowsOf(ids, 128));
    expect(scores.reduce((sum, { logProbs }) => sum + logProbs.length, 0)).toBe(tokens);
    expect(scores.every(({ cutTokens }) => cutTokens === 0)).toBe(true);
    const sum = scores.reduce((total, { logLikelihood }) => total + logLikelihood, 0);
    expect(Math.abs(sum - loglikelihood)).toBeLessThan(3e-5 * tokens + 1e-5);
  }
});
