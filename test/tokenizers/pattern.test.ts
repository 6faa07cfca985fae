import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parsePattern } from "#rote/tokenizers/pattern.js";
import { PatternAutomaton } from "#rote/tokenizers/pattern-automaton.js";

/** The length of the match at the beginning of a text, in UTF-16 units; 0 where there is none. */
function matchLength(automaton: PatternAutomaton, text: string): number {
  let state = PatternAutomaton.START;
  let [at, matched] = [0, 0];
  for (const character of [...Array.from(text), undefined]) {
    const { isMatch, next } = automaton.read(state, character?.codePointAt(0));
    if (isMatch) matched = at;
    if (next === PatternAutomaton.DEAD) break;
    state = next;
    at += character?.length ?? 0;
  }
  return matched;
}

/** Oniguruma's spelling → a regular expression of JavaScript that means the same. */
const twins: Readonly<Record<string, string>> = {
  "a|ab|abc": "a|ab|abc",
  "(?:a|ab)(?:c|bcd|)d*": "(?:a|ab)(?:c|bcd|)d*",
  "a+?b|a*c|[ab]+": "a+?b|a*c|[ab]+",
  "(?:ab?){2,3}c?": "(?:ab?){2,3}c?",
  "a{1,2}+b": "(?:a{1,2})+b",
  "a?+[ab]b": "(?:a|(?!a))[ab]b",
  "[ab]++c|[a-d]": "[ab]+(?![ab])c|[a-d]",
  "a(?!b)|b(?=c)|[^ab]$|ab": "a(?!b)|b(?=c)|[^ab](?![^\\n])|ab",
  "[^a[bc]]+|\\x61\\u0062": "[^abc]+|ab",
  "(?i:'d|ab)|[^\\n]": "'[dD]|[aA][bB]|[^\\n]",
  "\\s+(?!\\S)|\\s+|\\p{L}?[\\p{Lu}\\p{N}]+": "\\s+(?!\\S)|\\s+|\\p{L}?[\\p{Lu}\\p{N}]+",
};

describe("an automaton finds what backtracking finds", () => {
  const text = fc.string({
    unit: fc.constantFrom(...Array.from("aabbbccdAD' \n1é")),
    maxLength: 12,
  });
  for (const [source, twin] of Object.entries(twins))
    test(source, () => {
      const automaton = new PatternAutomaton(parsePattern(source));
      const expression = new RegExp(twin, "uy");
      fc.assert(
        fc.property(text, (text) => {
          expression.lastIndex = 0;
          expect(matchLength(automaton, text)).toBe(expression.exec(text)?.[0].length ?? 0);
        }),
        { numRuns: 500 },
      );
    });
});

describe("what is not read is refused by name", () => {
  const refused: Readonly<Record<string, string>> = {
    "(?<=a)b": "a kind of group",
    "a*": "a match of nothing",
    "(?!ab)c": "a condition on more than the next character",
    "(?:ab)++": "a possessive group",
    "[a&&b]": "an intersection",
    "[[:alpha:]]": "a POSIX bracket",
    "\\p{Script=Han}": "the property Script=Han",
    "(?i:ss)": "letters that fold together",
    "(?i:é)": "without regard to case",
    "a.b": 'a "."',
    "\\bword": "the escape \\b",
    "(a": "a group without an end",
    "a)": "an unmatched )",
    "[a": "no end",
  };
  for (const [source, what] of Object.entries(refused))
    test(source, () => {
      expect(() => parsePattern(source)).toThrow(
        expect.objectContaining({
          code: "tokenizer/unsupported",
          message: expect.stringContaining(what) as string,
        }) as Error,
      );
    });
});
