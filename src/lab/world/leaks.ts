/** Runs of words that must not occur where an item is held out. */
import { wordsPolicy } from "../../text/policies.ts";

/** Shorter runs occur by chance; longer ones would let a near copy pass. */
export const LEAK_WORDS = 8;

/** All runs of `n` words of a text, joined by single spaces; none where it is shorter. */
export function runsOf(text: string, n: number = LEAK_WORDS): string[] {
  const words = wordsPolicy.words(text);
  const runs = new Set<string>();
  for (let start = 0; start + n <= words.length; start++)
    runs.add(words.slice(start, start + n).join(" "));
  return [...runs];
}

/** Runs of 8 words of a text that hold a word of its variable part. */
export function variableRuns(text: string, variable: string): string[] {
  const words = new Set(wordsPolicy.words(variable));
  return runsOf(text).filter((run) => run.split(" ").some((word) => words.has(word)));
}
