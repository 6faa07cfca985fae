/** How one task of a study is mined at one n: the study's choices, where the task has none of its own. */
import type { MiningOptions } from "../task-grams/options.ts";
import { textPolicy } from "../text/policies.ts";
import { stopWords } from "../text/stop-words.ts";
import type { Study } from "./load-study.ts";
import { paperThreshold } from "./preset/paper-tasks.ts";
import { languagesOf } from "./task-languages.ts";
import type { StopWordLanguage, TaskEntry } from "./study-file.ts";

/** What decides the n-grams of a task and which of their pairs count. */
export type TaskMiningChoices = Required<
  Pick<
    MiningOptions,
    | "n"
    | "policy"
    | "stopWords"
    | "shortTexts"
    | "outputs"
    | "filters"
    | "threshold"
    | "nullShare"
    | "characterLengthSize"
    | "dropLastNgram"
    | "languages"
  >
>;

/** What of a study bears on mining. */
type MinedStudy = Pick<Study, "mine" | "corpus" | "released">;

/** The choices for a task at n, as mining takes them. */
export function miningChoicesOf(
  { mine, corpus, released: { characterLengthSize, dropLastNgram } }: MinedStudy,
  entry: TaskEntry,
  n: number,
): TaskMiningChoices {
  const { threshold: studys, nullShare, shortTexts, filters } = mine;
  const threshold = entry.threshold ?? studys;
  return {
    ...{ n, nullShare, shortTexts, filters, outputs: entry.outputs },
    ...{ characterLengthSize, dropLastNgram, languages: languagesOf(entry) },
    policy: textPolicy(corpus.policy),
    stopWords: new Set(removedLanguages({ mine }, entry, n).flatMap((own) => [...stopWords(own)])),
    threshold: threshold === "paper" ? paperThreshold(entry, n).value : threshold,
  };
}

/** The same as plain values: what decides a stage's files. */
export function miningKeyOf(
  study: MinedStudy,
  entry: TaskEntry,
  n: number,
): Readonly<Record<string, unknown>> {
  const { policy, languages, ...choices } = miningChoicesOf(study, entry, n);
  const stopWords = removedLanguages(study, entry, n);
  const isTold = choices.filters.includes("language");
  return { ...choices, policy: policy.name, stopWords, ...(isTold ? { languages } : {}) };
}

/** Languages whose stop words are removed at n. */
export function removedLanguages(
  { mine }: Pick<Study, "mine">,
  entry: Pick<TaskEntry, "stopWords">,
  n: number,
): readonly StopWordLanguage[] {
  if (n > (mine.stopWordsUpTo ?? Infinity)) return [];
  return entry.stopWords ?? mine.stopWords;
}
