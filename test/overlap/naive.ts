/** The overlap by its definition, on texts of lower-case words: every example against every document. */
import type { OverlapRow } from "#rote/overlap/overlap-rows.js";
import type { Example } from "#rote/tasks/task.js";

export interface NaiveDocument {
  readonly id: string;
  readonly text: string;
}

export function naiveOverlap(
  examples: readonly Pick<Example, "id" | "input" | "output">[],
  documents: readonly NaiveDocument[],
  lengths: readonly number[],
): OverlapRow[] {
  const texts = documents.map(({ id, text }) => ({ id, words: wordsOf(text) }));
  return examples.flatMap(({ id, input, output }) =>
    lengths.flatMap((n) => {
      const sides = [wordsOf(input), wordsOf(output)];
      const rows = sides.map((words, i) => ({
        id,
        part: (["input", "output"] as const)[i]!,
        n,
        words: words.length,
        short: words.length < n,
        total: Math.max(0, words.length - n + 1),
        matched: ngramsOf(words, n).filter((ngram) =>
          texts.some((text) => holds(text.words, ngram)),
        ).length,
        ...best(texts.map((text) => ({ ...text, ...inDocument(words, n, text.words) }))),
      }));
      return [...rows, bothRow(id, n, sides, texts)];
    }),
  );
}

function bothRow(
  id: string,
  n: number,
  sides: readonly (readonly string[])[],
  texts: readonly { readonly id: string; readonly words: readonly string[] }[],
): OverlapRow {
  const units = sides.map((words) =>
    words.length > 0 && words.length < n ? [words] : ngramsOf(words, n),
  );
  const isPossible = sides.every((words) => words.length > 0);
  const inBoth = texts.filter(({ words }) =>
    units.every((side) => side.some((unit) => holds(words, unit))),
  );
  const found = inBoth.map(({ id, words }) => {
    const parts = sides.map((side) => inDocument(side, Math.min(n, side.length), words));
    return {
      id,
      longest: parts.reduce((sum, { longest }) => sum + longest, 0),
      covered: parts.reduce((sum, { covered }) => sum + covered, 0),
    };
  });
  return {
    id,
    part: "both",
    n,
    words: sides.flat().length,
    short: sides.some((words) => words.length < n),
    total: isPossible ? units.flat().length : 0,
    matched: isPossible
      ? units.flat().filter((unit) => inBoth.some(({ words }) => holds(words, unit))).length
      : 0,
    ...best(isPossible ? found : []),
  };
}

/** The longest match of at least n words in a document, and the words that such matches cover. */
function inDocument(
  words: readonly string[],
  n: number,
  document: readonly string[],
): { readonly longest: number; readonly covered: number } {
  const isCovered = words.map(() => false);
  let longest = 0;
  for (let start = 0; start < words.length; start++)
    for (let end = start + n; end <= words.length; end++) {
      if (!holds(document, words.slice(start, end))) break;
      longest = Math.max(longest, end - start);
      isCovered.fill(true, start, end);
    }
  return { longest, covered: isCovered.filter(Boolean).length };
}

function best(
  found: readonly { readonly id: string; readonly longest: number; readonly covered: number }[],
): Pick<OverlapRow, "longest" | "covered" | "df" | "documents"> {
  const longest = Math.max(0, ...found.map((document) => document.longest));
  const documents = found.filter((document) => longest > 0 && document.longest === longest);
  return {
    longest,
    covered: Math.max(0, ...found.map(({ covered }) => covered)),
    df: documents.length,
    documents: documents.map(({ id }) => id),
  };
}

function ngramsOf(words: readonly string[], n: number): string[][] {
  return words.flatMap((_, i) => (i + n <= words.length ? [words.slice(i, i + n)] : []));
}

function holds(words: readonly string[], phrase: readonly string[]): boolean {
  return words.some((_, i) => phrase.every((word, k) => words[i + k] === word));
}

function wordsOf(text: string): string[] {
  return text.split(" ").filter((word) => word !== "");
}
