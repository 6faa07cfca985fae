/** A language model that is a function: what it finds probable is known exactly. */
import type { LanguageModel } from "#rote/models/language-model.js";

export interface FakeModelOptions {
  /** Log-probability of each token of the continuation; a token is a word with its space. */
  readonly logProbs: (context: string, continuation: string) => readonly number[];
  /** Words that greedy decoding gives; a continuation is exact where they begin with it. Default none. */
  readonly greedy?: (context: string) => string;
}

const wordsOf = (text: string): string[] => text.match(/\s*\S+/g) ?? [];

/** Ids of words, which mean nothing but that equal words have equal ids. */
function idsOf(text: string): Int32Array {
  return Int32Array.from(wordsOf(text), (word) =>
    Array.from(word.trim()).reduce((id, letter) => (id * 31 + letter.charCodeAt(0)) % 1_000_003, 7),
  );
}

export function fakeModel({ logProbs, greedy = () => "" }: FakeModelOptions): LanguageModel {
  return {
    identity: { name: "fake", family: "fake", parameters: 0, sha256: "0" },
    can: new Set(["score", "generate"]),
    score: (requests) =>
      Promise.resolve(
        requests.map(({ context, continuation }) => {
          const scores = Float64Array.from(logProbs(context, continuation));
          return {
            logLikelihood: scores.reduce((sum, value) => sum + value, 0),
            isGreedy: greedy(context).startsWith(continuation),
            ids: idsOf(continuation),
            logProbs: scores,
            offsets: new Int32Array(2 * scores.length),
            cutTokens: 0,
          };
        }),
      ),
    generate: (prompts, { maxTokens = 64 } = {}) =>
      Promise.resolve(
        prompts.map((prompt) => {
          const text = wordsOf(greedy(prompt as string))
            .slice(0, maxTokens)
            .join("");
          const ids = idsOf(text);
          return { text, ids, logProbs: new Float64Array(ids.length) };
        }),
      ),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
