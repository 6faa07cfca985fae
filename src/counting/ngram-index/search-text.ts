/** Counts of a text in an index of tokens, and documents that hold it (find-text.ts says how it is found). */
import { createRng } from "../../base/random.ts";
import { type DocumentWindow, type IndexDocument, readDocument } from "./documents.ts";
import { findText, type FindTextOptions } from "./find-text.ts";
import type { NgramIndex } from "./ngram-index.ts";
import { TextPattern } from "./text-pattern.ts";
import type { TokenSpellings } from "./token-spellings.ts";
import { boundaryOf, isWholeIn } from "./whole-words.ts";

/** Counts of a text. */
export interface TextCount {
  /** Documents that hold it. */
  readonly df: number;
  /** Occurrences; overlapping ones count. */
  readonly tf: number;
}

/** Count a text. */
export function countText(
  index: NgramIndex,
  text: string,
  spellings: TokenSpellings,
  options: FindTextOptions = {},
): TextCount {
  const found = findText(index, text, spellings, options);
  return { df: countBits(found.documents()), tf: found.count() };
}

/** Count the documents that hold each of two texts, and those that hold both. */
export function countTextPair(
  index: NgramIndex,
  [a, b]: readonly [string, string],
  spellings: TokenSpellings,
  options: FindTextOptions = {},
): { readonly codf: number; readonly dfA: number; readonly dfB: number } {
  const inA = findText(index, a, spellings, options).documents();
  const inB = findText(index, b, spellings, options).documents();
  const [dfA, dfB] = [countBits(inA), countBits(inB)];
  for (const [shard, words] of inA.entries())
    for (let i = 0; i < words.length; i++) words[i]! &= inB[shard]![i]!;
  return { codf: countBits(inA), dfA, dfB };
}

/** Which documents with a text are returned, and how much of each. */
export interface SearchTextOptions extends FindTextOptions, Omit<DocumentWindow, "needleLength"> {
  /** Documents at most; default 10. */
  readonly limit?: number;
  /** Which of the documents, where there are more than the limit; default 0. */
  readonly seed?: number;
}

/** Documents that hold a text. */
export interface FoundTexts {
  /** Occurrences of the text in the index, not documents. */
  readonly count: number;
  readonly documents: readonly IndexDocument[];
}

/**
 * A uniform sample, without repetition, of the documents that hold a text, in the order of the index,
 * each around its first occurrence. The same seed gives the same documents.
 */
export function searchText(
  index: NgramIndex,
  text: string,
  spellings: TokenSpellings,
  { limit = 10, seed = 0, before, after, ...options }: SearchTextOptions = {},
): FoundTexts {
  const found = findText(index, text, spellings, options);
  const window = {
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  };
  const locate = createLocator(text, spellings, options);
  const documents = chooseFrom(found.documents(), index, { limit, seed }).map((document) => {
    const [first] = locate(readDocument(index, document).tokens);
    return readDocument(index, document, { ...window, needle: first?.token ?? 0 });
  });
  return { count: found.count(), documents };
}

/** A text within the bytes that tokens spell. */
export interface LocatedText {
  /** The token it begins in. */
  readonly token: number;
  /** In bytes from the first token's first, half-open. */
  readonly start: number;
  readonly end: number;
}

/** What finds each occurrence of a text in tokens of a document, in their order; overlapping ones too. */
export function createLocator(
  text: string,
  spellings: TokenSpellings,
  { ignoreCase = true, wholeWords = false }: FindTextOptions = {},
): (tokens: Iterable<number>) => LocatedText[] {
  const pattern = new TextPattern(text, { ignoreCase });
  const boundary = boundaryOf(text, spellings, wholeWords);
  return (tokens) => {
    const parts = Array.from(tokens, (token) => spellings.bytes(token));
    const bytes = Buffer.concat(parts);
    const found: LocatedText[] = [];
    let tokenStart = 0;
    for (const [token, part] of parts.entries()) {
      const starts = spellings.isWhole ? Math.min(1, part.length) : part.length;
      for (let start = tokenStart; start < tokenStart + starts; start++) {
        const end = pattern.endOf(bytes, start);
        if (end !== -1 && isWholeIn(bytes, start, end, boundary)) found.push({ token, start, end });
      }
      tokenStart += part.length;
    }
    return found;
  };
}

/** Up to `limit` of the marked documents, counted over all shards, each as likely as any other. */
function chooseFrom(
  marks: readonly Uint32Array[],
  { shards }: NgramIndex,
  { limit, seed }: { readonly limit: number; readonly seed: number },
): number[] {
  const rng = createRng(seed).fork("search-text");
  let left = countBits(marks);
  const chosen: number[] = [];
  let earlier = 0;
  for (const [i, words] of marks.entries()) {
    for (const [word, bits] of words.entries())
      for (let rest = bits; rest !== 0 && chosen.length < limit; rest &= rest - 1, left--)
        if (rng.int(left) < limit - chosen.length)
          chosen.push(earlier + 32 * word + 31 - Math.clz32(rest & -rest));
    earlier += shards[i]!.documentCount;
  }
  return chosen;
}

function countBits(shards: readonly Uint32Array[]): number {
  let count = 0;
  for (const words of shards)
    for (let bits of words) for (; bits !== 0; bits &= bits - 1) count += 1;
  return count;
}
