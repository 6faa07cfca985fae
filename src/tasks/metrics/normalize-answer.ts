/** How two answers are made comparable. The two scripts disagree on the same answer: SQuAD's joins "U.S." to "us", TriviaQA's parts it to "u s". */

const ARTICLES = /(?<![\p{L}\p{N}])(?:a|an|the)(?![\p{L}\p{N}])/gu;

/**
 * An answer as the official TriviaQA script compares it: lower case, punctuation and underscores
 * turned into spaces, English articles dropped, white space collapsed.
 * Source: github.com/mandarjoshi90/triviaqa, evaluation/triviaqa_evaluation.py.
 */
export function normalizeAnswer(answer: string): string {
  return withoutArticles(answer.toLowerCase().replace(/[!-/:-@[-`{-~‘’´]/g, " "));
}

/**
 * An answer as the official SQuAD scripts compare it: lower case, ASCII punctuation deleted, English
 * articles dropped, white space collapsed. Source: Rajpurkar et al. 2016, evaluate-v1.1.py.
 */
export function normalizeSquadAnswer(answer: string): string {
  return withoutArticles(answer.toLowerCase().replace(/[!-/:-@[-`{-~]/g, ""));
}

function withoutArticles(text: string): string {
  return text.replace(ARTICLES, " ").trim().replace(/\s+/g, " ");
}
