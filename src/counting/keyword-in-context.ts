/** A hit with the text around it. */
export interface KeywordInContext {
  readonly before: string;
  readonly keyword: string;
  readonly after: string;
  /** Whether text was cut off before and after. */
  readonly cutBefore: boolean;
  readonly cutAfter: boolean;
}

/** How much text stands around a hit. */
export interface ContextOptions {
  /** Longest context on each side, in UTF-16 units; default 60. */
  readonly width?: number;
}

/**
 * Cut the text around [start, end): whole words where the limit falls inside one and the context
 * has a space, never half a surrogate pair, white space shown as single spaces.
 */
export function keywordInContext(
  text: string,
  { start, end }: { readonly start: number; readonly end: number },
  { width = 60 }: ContextOptions = {},
): KeywordInContext {
  const from = contextStart(text, start, width);
  const to = contextEnd(text, end, width);
  return {
    before: singleSpaces(text.slice(from, start)).trimStart(),
    keyword: singleSpaces(text.slice(start, end)),
    after: singleSpaces(text.slice(end, to)).trimEnd(),
    cutBefore: text.slice(0, from).trim() !== "",
    cutAfter: text.slice(to).trim() !== "",
  };
}

function contextStart(text: string, start: number, width: number): number {
  if (start <= width) return 0;
  const limit = start - width;
  if (/\s/.test(text[limit - 1]!)) return limit;
  const space = text.slice(limit, start).search(/\s/);
  if (space !== -1) return limit + space;
  return isInsidePair(text, limit) ? limit + 1 : limit;
}

function contextEnd(text: string, end: number, width: number): number {
  if (text.length - end <= width) return text.length;
  const limit = end + width;
  if (/\s/.test(text[limit]!)) return limit;
  const cut = text.slice(end, limit).search(/\s\S*$/);
  if (cut !== -1) return end + cut;
  return isInsidePair(text, limit) ? limit - 1 : limit;
}

function isInsidePair(text: string, index: number): boolean {
  return index > 0 && text.codePointAt(index - 1)! > 0xffff;
}

function singleSpaces(text: string): string {
  return text.replace(/\s+/g, " ");
}
