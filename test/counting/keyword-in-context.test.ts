import fc from "fast-check";
import { expect, test } from "vitest";
import { keywordInContext } from "#rote/counting/keyword-in-context.js";

const text = "It was the best of times,\nit was the worst of times.";

test("context is cut at words and says that it is cut", () => {
  const start = text.indexOf("times");
  expect(keywordInContext(text, { start, end: start + 5 }, { width: 10 })).toEqual({
    before: "best of ",
    keyword: "times",
    after: ", it was",
    cutBefore: true,
    cutAfter: true,
  });
  expect(keywordInContext(text, { start, end: start + 5 })).toEqual({
    before: "It was the best of ",
    keyword: "times",
    after: ", it was the worst of times.",
    cutBefore: false,
    cutAfter: false,
  });
});

test("text without spaces is cut at the limit, never inside a surrogate pair", () => {
  const emoji = "🙂".repeat(10);
  expect(keywordInContext(emoji, { start: 10, end: 12 }, { width: 5 })).toMatchObject({
    before: "🙂🙂",
    keyword: "🙂",
    after: "🙂🙂",
  });
});

test("context is part of the text and not wider than asked for", () => {
  const pieces = fc.array(fc.constantFrom("a", " ", "é", "\n\n", "🙂", "word"), { maxLength: 30 });
  fc.assert(
    fc.property(pieces, fc.nat(40), fc.nat(5), fc.nat(12), (parts, at, length, width) => {
      const text = parts.join("");
      const start = Math.min(at, text.length);
      const end = Math.min(start + length, text.length);
      const context = keywordInContext(text, { start, end }, { width });
      const flat = text.replace(/\s+/g, " ");
      expect(flat).toContain(context.before.trim());
      expect(flat).toContain(context.after.trim());
      expect(context.before.length).toBeLessThanOrEqual(width);
      expect(context.after.length).toBeLessThanOrEqual(width);
    }),
  );
});
