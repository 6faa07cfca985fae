/**
 * The answers of the original package to 295 questions about an index that it built. Not its own:
 * - what it calls an error is an exception here; the texts belong to its interface;
 * - a hit on a separator has needle offset -1, where the original shows an unsigned underflow (2^63 - 1).
 */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { NextTokens } from "#rote/counting/ngram-index/next-tokens.js";
import type { NgramIndex, Probability } from "#rote/counting/ngram-index/ngram-index.js";
import { openIndex } from "#rote/counting/ngram-index/open-index.js";

const path = "../shared/data/golden/infini-gram-index";
const absent = !existsSync(path);

interface Question {
  readonly op: string;
  readonly ids: readonly number[];
  readonly cont: number;
  readonly max_support?: number;
}

function linesOf(name: string): unknown[] {
  const lines = readFileSync(`${path}/${name}`, "utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as unknown);
}

const questions = absent ? [] : (linesOf("queries.jsonl") as Question[]);
const answers = absent ? [] : (linesOf("answers.jsonl") as Record<string, unknown>[]);

function prob({ contextCount, continuationCount, probability }: Probability): object {
  return { prompt_cnt: contextCount, cont_cnt: continuationCount, prob: probability ?? -1 };
}

function ntd({ contextCount, tokens, counts, approximate }: NextTokens): object {
  const rows = Array.from(tokens, (token, i): [number, object] => [
    token,
    { cont_cnt: counts[i], prob: counts[i]! / contextCount },
  ]);
  return {
    prompt_cnt: contextCount,
    result_by_token_id: Object.fromEntries(rows),
    approx: approximate,
  };
}

const ask: Readonly<Record<string, (index: NgramIndex, question: Question) => unknown>> = {
  count: (index, { ids }) => ({ count: index.count(ids), approx: false }),
  find(index, { ids }) {
    const { count, segments } = index.find(ids);
    return { cnt: count, segment_by_shard: segments.map(({ start, end }) => [start, end]) };
  },
  prob: (index, { ids, cont }) => prob(index.probability(ids, cont)),
  ntd: (index, { ids, max_support: maxSupport = 1000 }) =>
    ntd(index.nextTokens(ids, { maxSupport })),
  infgram_prob(index, { ids, cont }) {
    const answer = index.infinityGram(ids, cont);
    return { ...prob(answer), suffix_len: answer.suffixLength };
  },
  infgram_ntd(index, { ids, max_support: maxSupport = 1000 }) {
    const answer = index.infinityGramNextTokens(ids, { maxSupport });
    return { ...ntd(answer), suffix_len: answer.suffixLength };
  },
};

describe.skipIf(absent)(absent ? `golden (skipped: no ${path})` : "golden", () => {
  test.each(Object.keys(ask))("%s", async (op) => {
    for (const memory of [2 ** 30, 0]) {
      using index = await openIndex(`${path}/index`, { endOfDocument: 50_256, memory });
      let asked = 0;
      for (const [i, question] of questions.entries()) {
        if (question.op !== op) continue;
        asked += 1;
        if ("error" in answers[i]!) expect(() => ask[op]!(index, question)).toThrow();
        else expect(ask[op]!(index, question), `line ${i + 1}`).toEqual(answers[i]);
      }
      expect(asked).toBeGreaterThan(0);
    }
  });
});
