import fc from "fast-check";
import { expect, test } from "vitest";
import { levenshtein } from "#rote/stats/levenshtein.js";

const ids = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0));

test.each([
  ["kitten", "sitting", 3],
  ["", "abc", 3],
  ["abc", "", 3],
  ["abc", "abc", 0],
  ["intention", "execution", 5],
])("%s and %s are %i edits apart", (a, b, distance) => {
  expect(levenshtein(ids(a), ids(b))).toBe(distance);
});

/** The definition, without a table. */
function naive(a: readonly number[], b: readonly number[]): number {
  if (a.length === 0 || b.length === 0) return a.length + b.length;
  const [first, second] = [a.slice(1), b.slice(1)];
  if (a[0] === b[0]) return naive(first, second);
  return 1 + Math.min(naive(first, b), naive(a, second), naive(first, second));
}

test("the distance equals its recursive definition", () => {
  const sequence = fc.array(fc.nat(2), { maxLength: 6 });
  fc.assert(
    fc.property(sequence, sequence, (a, b) => {
      expect(levenshtein(Int32Array.from(a), b)).toBe(naive(a, b));
    }),
  );
});
