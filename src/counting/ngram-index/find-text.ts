/**
 * Where a text stands in an index of tokens, however it is cut into tokens and, if asked for,
 * whatever the case of its letters.
 *
 * An occurrence begins within some token and runs through those behind it: one *sequence* of tokens
 * and one place in the first of them, because a document's text is cut in one way only. So the
 * sequences are found by walking over tokens that spell the text on, each step narrowing the ranks of
 * the suffix array; where no rank is left the walk turns back, and what occurs is all that is visited.
 * The occurrences of all sequences together are those of the text, each of them once.
 */
import { RoteError } from "../../base/errors.ts";
import { walkRuns } from "./next-tokens.ts";
import type { NgramIndex } from "./ngram-index.ts";
import type { Segment, Shard } from "./shard.ts";
import { findSegment, narrow } from "./suffix-search.ts";
import { TextPattern } from "./text-pattern.ts";
import type { Reached, TokenSpellings } from "./token-spellings.ts";
import { boundaryOf, isBoundaryInside, isWholeAt, type WholeWords } from "./whole-words.ts";

/** How a text is looked for. */
export interface FindTextOptions {
  /** Take letters that differ in case only for the same; default true. */
  readonly ignoreCase?: boolean;
  /** Only where no letter, mark or digit stands beside it; default false. */
  readonly wholeWords?: boolean;
  /** More sequences than this are an error; default 1,000,000. */
  readonly maxSequences?: number;
}

/** Tokens that spell a text, and where they stand. */
export interface TextSequence {
  /** In the order of the text. */
  readonly tokens: Uint32Array;
  /** Bytes of the first token before the text, and of the last one behind it. */
  readonly before: number;
  readonly after: number;
  /** Ranks in each shard's suffix array. */
  readonly segments: readonly Segment[];
  /** Whether some occurrences have other words beside them, and others not: each is to be looked at. */
  readonly isMixed: boolean;
}

/** The sequences of tokens that spell a text, those of them that occur. */
export function findText(
  index: NgramIndex,
  text: string,
  spellings: TokenSpellings,
  { ignoreCase = true, wholeWords = false, maxSequences = 1_000_000 }: FindTextOptions = {},
): TextOccurrences {
  if (text === "") throw new RoteError("usage", "the text to look for must not be empty");
  const { reversed } = index.traits;
  const pattern = new TextPattern(text, { ignoreCase, reversed });
  const boundary = boundaryOf(text, spellings, wholeWords);
  const sequences: TextSequence[] = [];
  const walk = new Walk(index, pattern, reversed ? spellings.backwards() : spellings);
  for (const { tokens, offset, rest, segments } of walk.paths()) {
    const sequence = reversed
      ? { tokens: Uint32Array.from(tokens).reverse(), before: rest, after: offset, segments }
      : { tokens: Uint32Array.from(tokens), before: offset, after: rest, segments };
    const isWhole = isBoundaryInside(sequence, spellings, boundary);
    if (isWhole === false) continue;
    if (sequences.length === maxSequences)
      throw new RoteError(
        "usage",
        `the text stands in more than ${maxSequences} different sequences of tokens; ask for a longer one`,
        { maxSequences },
      );
    sequences.push({ ...sequence, isMixed: isWhole === undefined });
  }
  return new TextOccurrences(index, sequences, { spellings, boundary });
}

/** Where a text stands. Documents are found, and neighbours looked at, when they are asked for. */
export class TextOccurrences {
  readonly sequences: readonly TextSequence[];
  readonly #index: NgramIndex;
  readonly #whole: WholeWords;

  constructor(index: NgramIndex, sequences: readonly TextSequence[], whole: WholeWords) {
    this.sequences = sequences;
    this.#index = index;
    this.#whole = whole;
  }

  /** Occurrences of a sequence. */
  countOf(sequence: TextSequence): number {
    let count = 0;
    if (sequence.isMixed) this.#visit(sequence, () => (count += 1));
    else for (const { start, end } of sequence.segments) count += end - start;
    return count;
  }

  /** Occurrences of the text. */
  count(): number {
    return this.sequences.reduce((sum, sequence) => sum + this.countOf(sequence), 0);
  }

  /** The documents that hold the text: of each shard a bitmap, 32 documents a number. */
  documents(): Uint32Array[] {
    const { shards } = this.#index;
    const marks = shards.map((shard) => new Uint32Array(Math.ceil(shard.documentCount / 32)));
    for (const sequence of this.sequences)
      this.#visit(sequence, (shard, position) => {
        const document = shards[shard]!.documentAt(position);
        marks[shard]![document >>> 5]! |= 1 << (document & 31);
      });
    return marks;
  }

  #visit(sequence: TextSequence, visit: (shard: number, position: number) => void): void {
    const { shards, traits } = this.#index;
    for (const [i, { start, end }] of sequence.segments.entries()) {
      const shard = shards[i]!;
      for (let rank = start; rank < end; rank++) {
        const position = shard.positionAt(rank);
        const occurrence = { position, reversed: traits.reversed };
        if (!sequence.isMixed || isWholeAt(shard, occurrence, sequence, this.#whole))
          visit(i, position);
      }
    }
  }
}

/** A text's way through tokens in the order of the shards, as far as the text. */
interface Path {
  readonly tokens: readonly number[];
  /** Bytes of the first token before the text. */
  readonly offset: number;
  /** Bytes of the last token behind it. */
  readonly rest: number;
  readonly segments: readonly Segment[];
}

interface Step {
  readonly tokens: readonly number[];
  readonly offset: number;
  readonly reached: Reached;
  readonly segments: readonly Segment[];
}

/** A walk over all ways of tokens through a text, from the first tokens on, deepest first. */
class Walk {
  readonly #shards: readonly Shard[];
  readonly #pattern: TextPattern;
  readonly #spellings: TokenSpellings;
  /** Tokens that go on behind a state; the same for all ways that lead there. */
  readonly #next = new Map<number, ReadonlyMap<number, Reached>>();

  constructor({ shards }: NgramIndex, pattern: TextPattern, spellings: TokenSpellings) {
    this.#shards = shards;
    this.#pattern = pattern;
    this.#spellings = spellings;
  }

  *paths(): Generator<Path> {
    const open: Step[] = [];
    for (const { token, offset, reached } of this.#spellings.firstTokens(this.#pattern)) {
      const query = Uint32Array.of(token);
      const segments = this.#shards.map((shard) => findSegment(shard, query));
      if (sizeOf(segments) === 0) continue;
      open.push({ tokens: [token], offset, reached, segments });
      for (let step = open.pop(); step !== undefined; step = open.pop()) {
        const { tokens, reached, ...place } = step;
        if (reached < 0) {
          const rest = this.#spellings.bytes(tokens.at(-1)!).length + reached;
          yield { tokens, rest, ...place };
        } else for (const next of this.#stepsFrom(step)) open.push(next);
      }
    }
  }

  *#stepsFrom(step: Step): Generator<Step> {
    const { tokens, reached: state, offset } = step;
    let next = this.#next.get(state);
    if (next === undefined)
      this.#next.set(state, (next = this.#spellings.nextTokens(this.#pattern, state)));
    const found =
      sizeOf(step.segments) < next.size
        ? this.#tokensBehind(step, next)
        : this.#narrowed(step, next.keys());
    for (const [token, segments] of found)
      yield { tokens: [...tokens, token], offset, reached: next.get(token)!, segments };
  }

  /** Look for each token that may come: for few tokens. */
  *#narrowed({ tokens, segments }: Step, next: Iterable<number>): Generator<[number, Segment[]]> {
    for (const token of next) {
      const narrowed = segments.map((segment, i) =>
        segment.start === segment.end
          ? segment
          : narrow(this.#shards[i]!, segment, tokens.length, token),
      );
      if (sizeOf(narrowed) > 0) yield [token, narrowed];
    }
  }

  /** Look at each token that does come: for few occurrences. */
  #tokensBehind(
    { tokens, segments }: Step,
    next: ReadonlyMap<number, Reached>,
  ): ReadonlyMap<number, Segment[]> {
    const found = new Map<number, Segment[]>();
    for (const [i, segment] of segments.entries())
      walkRuns(this.#shards[i]!, segment, tokens.length, (token, run) => {
        if (!next.has(token)) return;
        const runs = found.get(token) ?? segments.map(() => ({ start: 0, end: 0 }));
        runs[i] = run;
        found.set(token, runs);
      });
    return found;
  }
}

function sizeOf(segments: readonly Segment[]): number {
  let size = 0;
  for (const { start, end } of segments) size += end - start;
  return size;
}
