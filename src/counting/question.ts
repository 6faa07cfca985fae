import type { LongWork } from "../base/progress.ts";
import { phraseKey } from "../text/policies.ts";
import type { TextPolicy } from "../text/policy.ts";
import type { PairCounts, PhraseCounts } from "./count-engine.ts";
import { PhraseTable } from "./phrase-table.ts";
import { type QueryFile, type QueryKind, readQueries } from "./queries.ts";

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

/** Progress is told and the signal heeded once in so many rows. */
const REPORT_ROWS = 1 << 14;

/** Phrases and pairs to be counted together. */
export interface QuestionParts {
  /** Phrases given one by one. */
  readonly phrases?: readonly string[];
  /** A file of phrases, asked for after those. */
  readonly phraseFile?: QueryFile | undefined;
  readonly pairFile?: QueryFile | undefined;
}

/**
 * Gather phrases and pairs into one question. A phrase without words is an error that names its
 * place. Memory holds each different phrase once and 8 bytes a pair.
 */
export async function gatherQuestion(
  { phrases: given = [], phraseFile, pairFile }: QuestionParts,
  policy: TextPolicy,
  work: LongWork = {},
): Promise<CountQuestion> {
  const phrases = new PhraseTable();
  const asked = given.map((phrase) => {
    phraseKey(phrase, policy, "PHRASE");
    const known = phrases.findText(phrase);
    return known === -1 ? phrases.addText(phrase) : known;
  });
  const read = async (file: QueryFile | undefined, kind: QueryKind): Promise<Uint32Array> =>
    file === undefined ? new Uint32Array() : readQueries(file, kind, { phrases, policy, ...work });
  const inFile = await read(phraseFile, "phrases");
  const pairs = await read(pairFile, "pairs");
  return { phrases: phrases.texts(), asked: joined(asked, inFile), pairs };
}

function joined(first: readonly number[], second: Uint32Array): Uint32Array {
  const all = new Uint32Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

/** A row for each phrase asked for, in the order of asking. */
export function* phraseRows(
  { phrases, asked }: CountQuestion,
  { df, tf }: PhraseCounts,
  work: LongWork = {},
): Generator<PhraseRow> {
  for (const [i, index] of asked.entries()) {
    if (i % REPORT_ROWS === 0) report(i, asked.length, work);
    yield { phrase: phrases[index]!, df: df[index]!, tf: tf[index]! };
  }
}

/** A row for each pair asked for, in the order of asking. */
export function* pairRows(
  { phrases, pairs }: Pick<CountQuestion, "phrases" | "pairs">,
  { df, tf, codf }: PairCounts,
  work: LongWork = {},
): Generator<PairRow> {
  for (let i = 0; i < codf.length; i++) {
    if (i % REPORT_ROWS === 0) report(i, codf.length, work);
    const [a, b] = [pairs[2 * i]!, pairs[2 * i + 1]!];
    yield {
      a: phrases[a]!,
      b: phrases[b]!,
      codf: codf[i]!,
      dfA: df[a]!,
      dfB: df[b]!,
      tfA: tf[a]!,
      tfB: tf[b]!,
    };
  }
}

function report(done: number, total: number, { signal, onProgress }: LongWork): void {
  signal?.throwIfAborted();
  onProgress?.({ stage: "write rows", done, total, unit: "rows" });
}
