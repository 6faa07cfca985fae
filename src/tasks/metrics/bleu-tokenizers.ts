/**
 * How sacreBLEU 2 cuts a segment into words before it counts them.
 *
 *   13a   the NIST script mteval-v13a: entities unescaped, ASCII punctuation set apart, full stops
 *         and commas left inside numbers
 *   intl  mteval-v14 --international-tokenization: any Unicode punctuation and symbol set apart
 *   zh    each Chinese character a word, the rest as 13a
 *   char  each character a word
 *   none  words as white space has them
 *
 * Source: github.com/mjpost/sacrebleu, sacrebleu/tokenizers.
 */
import { splitWhiteSpace } from "./white-space.ts";

/** A tokenizer's name as it stands in sacreBLEU's signatures. */
export type BleuTokenizer = "13a" | "intl" | "zh" | "char" | "none";

type Replacement = readonly [pattern: RegExp, by: string];

const western: readonly Replacement[] = [
  [/([{-~[-` -&(-+:-@/])/gu, " $1 "],
  [/([^0-9])([.,])/gu, "$1 $2 "],
  [/([.,])([^0-9])/gu, " $1 $2"],
  [/([0-9])(-)/gu, "$1 $2 "],
];

const international: readonly Replacement[] = [
  [/(\P{N})(\p{P})/gu, "$1 $2 "],
  [/(\p{P})(\P{N})/gu, " $1 $2"],
  [/(\p{S})/gu, " $1 "],
];

const entities: readonly Replacement[] = [
  [/&quot;/g, '"'],
  [/&amp;/g, "&"],
  [/&lt;/g, "<"],
  [/&gt;/g, ">"],
];

/**
 * The ranges of sacreBLEU's tokenizer_zh.py. U+2001 to U+2A6D are there by an oversight of its
 * authors (a bound written "\u20000" is U+2000 and a zero), and belong to the numbers it gives;
 * characters beyond U+FFFF for the same reason do not.
 */
const CHINESE =
  /[\u2001-\u2a6d\u2e80-\u2fdf\u2ff0-\u303f\u3100-\u312f\u31a0-\u31bf\u31c0-\u31ef\u3200-\u4db5\u4e00-\u9fbb\uf900-\ufa2d\ufa30-\ufa6a\ufa70-\ufad9\ufe10-\ufe1f\ufe30-\ufe4f\uff00-\uffef]/g;

const cut: Readonly<Record<BleuTokenizer, (segment: string) => string>> = {
  "13a": (segment) => replaceAll(` ${replaceAll(unbroken(segment), entities)} `, western),
  intl: (segment) => replaceAll(segment, international),
  zh: (segment) => replaceAll(segment.replace(CHINESE, " $& "), western),
  char: (segment) => Array.from(segment).join(" "),
  none: (segment) => segment,
};

/** The words of a segment. */
export function tokenizeSegment(segment: string, tokenizer: BleuTokenizer): readonly string[] {
  return splitWhiteSpace(cut[tokenizer](segment.trimEnd()));
}

// Words hyphenated at the end of a line are joined, lines become one.
function unbroken(segment: string): string {
  return segment.replaceAll("<skipped>", "").replaceAll("-\n", "").replaceAll("\n", " ");
}

function replaceAll(text: string, replacements: readonly Replacement[]): string {
  return replacements.reduce((result, [pattern, by]) => result.replace(pattern, by), text);
}
