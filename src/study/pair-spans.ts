/** Where the n-gram b of a pair stands in its output: the places whose tokens are scored. */
import { groupBy } from "../base/group-by.ts";
import type { AnswerSpan } from "../memorization/spans.ts";
import { ngrams } from "../text/ngrams.ts";
import { evaluatedItems, type StudyContext } from "./context.ts";
import { miningChoicesOf, type TaskMiningChoices } from "./mining-choices.ts";
import type { PairRow } from "./tables.ts";

/** What of its output is scored for each pair: the first occurrence of b, or all of them. */
export function spansOf(
  pairs: readonly PairRow[],
  { study, tasks }: Pick<StudyContext, "study" | "tasks">,
): readonly (readonly AnswerSpan[])[] {
  if (study.measure.occurrences === "first") return pairs.map((pair) => [pair]);
  const entries = new Map(tasks.map(({ entry }) => [entry.name, entry]));
  const answers = new Map(
    evaluatedItems({ tasks }).map(({ task, example }) => [
      JSON.stringify([task.name, example.id]),
      example.output,
    ]),
  );
  const found = new Map<string, ReadonlyMap<string, readonly AnswerSpan[]>>();
  return pairs.map((pair) => {
    const { task, example, n, b } = pair;
    const key = JSON.stringify([task, example, n]);
    let occurrences = found.get(key);
    if (occurrences === undefined) {
      const choices = miningChoicesOf(study, entries.get(task)!, n);
      occurrences = occurrencesOf(answers.get(JSON.stringify([task, example]))!, choices);
      found.set(key, occurrences);
    }
    // A whole output, or one of fewer than n words, stands once.
    return occurrences.get(b) ?? [pair];
  });
}

/** From the first place to the end of the answer: what the released code scores, its flag of a match never being reset. */
export function tailOf(answer: string, spans: readonly AnswerSpan[]): AnswerSpan {
  return { start: Math.min(...spans.map(({ start }) => start)), end: answer.length };
}

/** Every place of every n-gram of a text. */
export function occurrencesOf(
  text: string,
  { n, policy, stopWords }: Pick<TaskMiningChoices, "n" | "policy" | "stopWords">,
): ReadonlyMap<string, readonly AnswerSpan[]> {
  return groupBy(ngrams(policy.wordsWithOffsets(text), n, { stopWords }), (ngram) => ngram.text);
}
