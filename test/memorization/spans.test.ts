import { describe, expect, test } from "vitest";
import { type AnswerTokens, scoreSpan, scoreSpans } from "#rote/memorization/spans.js";

/** Tokens as pieces of text, the first of which may begin before the answer. */
function tokens(pieces: readonly string[], before = 0): AnswerTokens {
  let end = -before;
  const offsets = pieces.flatMap((piece) => {
    const start = end;
    end += piece.length;
    return [start, end];
  });
  return {
    answer: pieces.join("").slice(before),
    offsets: Int32Array.from(offsets),
    // -1, -2, -4, …: a sum tells which tokens are in it.
    logProbs: Float64Array.from(pieces, (_, i) => -(2 ** i)),
  };
}
const spanOf = (answer: AnswerTokens, text: string): ReturnType<typeof scoreSpan> => {
  const start = answer.answer.indexOf(text);
  return scoreSpan(answer, start, start + text.length);
};

describe("scoreSpan", () => {
  test("sums the tokens that overlap the span; a word's own leading space straddles nothing", () => {
    const answer = tokens(["The", " capital", " is", " Par", "is", "."]);
    expect(spanOf(answer, "Paris")).toEqual({
      matched: true,
      logLikelihood: -(8 + 16),
      tokens: 2,
      characters: 5,
      straddling: 0,
    });
  });

  test("a token that holds other words' letters is scored whole and counted as straddling", () => {
    const answer = tokens(["it is", " nort", "hern."]);
    expect(spanOf(answer, "is north")).toEqual({
      matched: true,
      logLikelihood: -7,
      tokens: 3,
      characters: 8,
      straddling: 2,
    });
  });

  test("a first token that begins in the context is part of the answer's first word", () => {
    const answer = tokens([" Paris", " is"], 1);
    expect(answer.answer).toBe("Paris is");
    expect(spanOf(answer, "Paris")).toMatchObject({ logLikelihood: -1, straddling: 0 });
  });

  test("tokens that share one character are all scored", () => {
    const answer = { answer: "a東b", offsets: Int32Array.of(0, 1, 1, 2, 1, 2, 2, 3) };
    const logProbs = Float64Array.of(-1, -2, -4, -8);
    expect(scoreSpan({ ...answer, logProbs }, 1, 2)).toMatchObject({
      logLikelihood: -6,
      tokens: 2,
    });
  });

  test.each([
    ["a span beyond the answer", tokens(["abc"]), 2, 5, "span 2–5 is not inside the answer of 3"],
    ["an empty span", tokens(["abc"]), 1, 1, "span 1–1"],
    ["no token there", { ...tokens(["abc"]), answer: "abc def" }, 4, 7, "no token overlaps"],
    ["half a span", { ...tokens(["abc"]), answer: "abcdef" }, 1, 5, "the span was cut"],
  ])("%s is unmatched with a reason", (_, answer, start, end, reason) => {
    expect(scoreSpan(answer, start, end)).toEqual({
      matched: false,
      reason: expect.stringContaining(reason) as string,
    });
  });
});

describe("scoreSpans", () => {
  const answer = tokens(["Paris", ",", " yes", ",", " Paris", "!"]);

  test("sums the tokens of all occurrences of a phrase", () => {
    const places = [
      { start: 0, end: 5 },
      { start: 12, end: 17 },
    ];
    expect(answer.answer.slice(12, 17)).toBe("Paris");
    expect(scoreSpans(answer, places)).toEqual({
      matched: true,
      logLikelihood: -(1 + 16),
      tokens: 2,
      characters: 10,
      straddling: 0,
    });
  });

  test("scores each token and character once where occurrences overlap", () => {
    const echo = tokens(["la", " la", " la"]);
    const places = [
      { start: 0, end: 5 },
      { start: 3, end: 8 },
    ];
    expect(scoreSpans(echo, places)).toMatchObject({ logLikelihood: -7, tokens: 3, characters: 8 });
  });

  test("is unmatched where one of the places is", () => {
    const places = [
      { start: 0, end: 5 },
      { start: 17, end: 40 },
    ];
    expect(scoreSpans(answer, places)).toMatchObject({ matched: false });
  });
});
