import { phraseKey } from "../text/policies.ts";
import type { TextPolicy } from "../text/policy.ts";
import type { PairCounts, PhraseCounts } from "./count-engine.ts";
import type { PairQuery, PhraseQuery } from "./queries.ts";

/** Everything asked for at once, as a CountEngine takes it: each spelling stands once in `phrases`. */
export interface CountQuestion {
  readonly phrases: readonly string[];
  /** The index of each phrase asked for alone, in the order of asking, repeated ones included. */
  readonly asked: Uint32Array;
  /** Two indexes for each pair asked for, in the order of asking, repeated ones included. */
  readonly pairs: Uint32Array;
}

/** The counts of one phrase asked for. */
export interface PhraseRow {
  readonly phrase: string;
  readonly df: number;
  readonly tf: number;
}

/** The counts of one pair asked for. */
export interface PairRow {
  readonly a: string;
  readonly b: string;
  readonly codf: number;
  readonly dfA: number;
  readonly dfB: number;
  readonly tfA: number;
  readonly tfB: number;
}

/** Phrases and pairs to be counted together, from files or memory. */
export interface QuestionParts {
  readonly phrases?: Iterable<PhraseQuery> | AsyncIterable<PhraseQuery>;
  readonly pairs?: Iterable<PairQuery> | AsyncIterable<PairQuery>;
}

/** Gather phrases and pairs into one question. A phrase without words is an error that names its place. */
export async function gatherQuestion(
  { phrases = [], pairs = [] }: QuestionParts,
  policy: TextPolicy,
): Promise<CountQuestion> {
  const indexes = new Map<string, number>();
  const indexOf = (phrase: string, place: string): number => {
    const known = indexes.get(phrase);
    if (known !== undefined) return known;
    phraseKey(phrase, policy, place);
    indexes.set(phrase, indexes.size);
    return indexes.size - 1;
  };
  const asked: number[] = [];
  for await (const { phrase, place } of phrases) asked.push(indexOf(phrase, place));
  const flat: number[] = [];
  for await (const { a, b, place } of pairs) flat.push(indexOf(a, place), indexOf(b, place));
  return {
    phrases: [...indexes.keys()],
    asked: Uint32Array.from(asked),
    pairs: Uint32Array.from(flat),
  };
}

/** A row for each phrase asked for, in the order of asking. */
export function* phraseRows(
  { phrases, asked }: CountQuestion,
  { df, tf }: PhraseCounts,
): Generator<PhraseRow> {
  for (const index of asked) yield { phrase: phrases[index]!, df: df[index]!, tf: tf[index]! };
}

/** A row for each pair asked for, in the order of asking. */
export function* pairRows(
  { phrases, pairs }: Pick<CountQuestion, "phrases" | "pairs">,
  { df, tf, codf }: PairCounts,
): Generator<PairRow> {
  for (const [i, count] of codf.entries()) {
    const [a, b] = [pairs[2 * i]!, pairs[2 * i + 1]!];
    yield {
      a: phrases[a]!,
      b: phrases[b]!,
      codf: count,
      dfA: df[a]!,
      dfB: df[b]!,
      tfA: tf[a]!,
      tfB: tf[b]!,
    };
  }
}
