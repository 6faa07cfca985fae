import { phraseKey } from "../text/policies.ts";
import type { TextPolicy } from "../text/policy.ts";

/** Phrases as asked for, and the different ones among them. */
export interface DistinctPhrases {
  /** Each different phrase once: its words joined by single spaces. */
  readonly keys: readonly string[];
  /** For each phrase asked for, the index of its key. */
  readonly keyOf: Uint32Array;
}

/** Find the different phrases among `phrases`; two spellings with the same words are one. */
export function distinctPhrases(phrases: readonly string[], policy: TextPolicy): DistinctPhrases {
  const indexes = new Map<string, number>();
  const keyOf = new Uint32Array(phrases.length);
  for (const [i, phrase] of phrases.entries()) {
    const key = phraseKey(phrase, policy, `phrase ${i + 1}`);
    let index = indexes.get(key);
    if (index === undefined) indexes.set(key, (index = indexes.size));
    keyOf[i] = index;
  }
  return { keys: [...indexes.keys()], keyOf };
}
