import type { DocumentHit } from "./count-engine.ts";
import type { TextPolicy, Words } from "../text/policy.ts";

/**
 * Every occurrence of each phrase in a text, by start, end and phrase; overlapping ones too. A
 * phrase is given as its words joined by single spaces, as `phraseKey` writes it.
 */
export function locatePhrases(
  text: string,
  keys: readonly string[],
  policy: TextPolicy,
): DocumentHit["hits"] {
  const words = policy.wordsWithOffsets(text);
  const hits = keys.flatMap((key, phrase) =>
    locate(words, key.split(" ")).map((span) => ({ phrase, ...span })),
  );
  return hits.sort((a, b) => a.start - b.start || a.end - b.end || a.phrase - b.phrase);
}

function locate(
  { words, offsets }: Words,
  phrase: readonly string[],
): { readonly start: number; readonly end: number }[] {
  const spans = [];
  for (let at = words.indexOf(phrase[0]!); at !== -1; at = words.indexOf(phrase[0]!, at + 1)) {
    if (!phrase.every((word, i) => words[at + i] === word)) continue;
    spans.push({ start: offsets[2 * at]!, end: offsets[2 * (at + phrase.length) - 1]! });
  }
  return spans;
}
