/**
 * The number a worked solution ends in, as lm-evaluation-harness extracts it for GSM8K: `marked`
 * (its strict match) is the first number behind "#### ", `last` (its flexible extract) the last
 * number of the text, wherever it stands.
 */

/** Which number of a text is its answer. */
export type AnswerRule = "marked" | "last";

const MARKED = /#### (-?[0-9.,]+)/;
const ANY = /-?[$0-9.,]{2,}|-?[0-9]+/g;

/** The answer as it stands in the text; undefined where the rule finds no digit. */
export function findNumericAnswer(text: string, rule: AnswerRule): string | undefined {
  const found = rule === "marked" ? [MARKED.exec(text)?.[1] ?? ""] : (text.match(ANY) ?? []);
  // Dots and dollar signs alone ("and so on...") are no number.
  return found.findLast((candidate) => /[0-9]/.test(candidate));
}

/** An answer without thousands separators, dollar signs and full stops at its end. */
export function normalizeNumericAnswer(answer: string): string {
  return answer.replaceAll(",", "").replaceAll("$", "").replace(/\.+$/, "");
}

/** The value of a text's answer: of the marked one, else under the rule `last` of the last number. */
export function numericAnswer(text: string, rule: AnswerRule): number | undefined {
  const marked = findNumericAnswer(text, "marked");
  const found = marked ?? (rule === "last" ? findNumericAnswer(text, "last") : undefined);
  if (found === undefined) return undefined;
  const value = Number(normalizeNumericAnswer(found));
  return Number.isNaN(value) ? undefined : value;
}
