import { expect, test } from "vitest";
import { tokenWeights, trainingText } from "#rote/models/training/training-rows.js";

/** Tokens as pieces of a text, one after the other. */
function tokensOf(pieces: readonly string[]): {
  text: string;
  encoding: { ids: Int32Array; offsets: Int32Array };
} {
  let end = 0;
  const offsets = pieces.flatMap((piece) => [end, (end += piece.length)]);
  const encoding = { ids: Int32Array.from(pieces.keys()), offsets: Int32Array.from(offsets) };
  return { text: pieces.join(""), encoding };
}

const row = (record: Record<string, unknown>) => ({
  id: "rows.jsonl:1",
  text: String(record.text),
  origin: { line: 1, record },
});

test("a prompt goes before the text and has no loss", () => {
  const document = row({ question: "1 + 1 = ", text: "2" });
  expect(trainingText(document, { prompt: "question" })).toEqual({
    text: "1 + 1 = 2",
    spans: [[8, 9]],
  });
  expect(trainingText(document, {})).toEqual({ text: "2" });
});

test("spans of the text are listed in the row", () => {
  const document = row({
    text: "so it is",
    keep: [
      [0, 2],
      [6, 8],
    ],
  });
  expect(trainingText(document, { lossSpans: "keep" }).spans).toEqual([
    [0, 2],
    [6, 8],
  ]);
});

test.each([
  [
    { prompt: "question" },
    {},
    /rows\.jsonl:1: its field "question" must hold a text, found nothing/,
  ],
  [{ prompt: "question" }, { question: 3 }, /must hold a text, found 3/],
  [
    { lossSpans: "s" },
    { s: [[0, 9]] },
    /must hold a list of \[start, end\] within its 4 characters, found \[\[0,9\]\]/,
  ],
  [{ lossSpans: "s" }, { s: [[3, 2]] }, /found \[\[3,2\]\]/],
  [{ lossSpans: "s" }, { s: [[0.5, 2]] }, /found/],
  [{ lossSpans: "s" }, { s: [1, 2] }, /found \[1,2\]/],
])("the fields %j of %j are refused", (source, record, message) => {
  expect(() => trainingText(row({ text: "text", ...record }), source)).toThrow(message);
});

test.each([
  ["a token belongs to where it begins", ["hel", "lo wor", "ld"], [[4, 11]], [0, 0, 1]],
  [
    "white space before the border goes with what follows",
    ["Q:", " yes", "!"],
    [[3, 7]],
    [0, 1, 1],
  ],
  ["white space alone stays where it is", ["Q:", "\n\n", "yes"], [[4, 7]], [0, 0, 1]],
  [
    "spans may be several, and empty",
    ["a", "b", "c", "d"],
    [
      [0, 1],
      [2, 2],
      [3, 4],
    ],
    [1, 0, 0, 1],
  ],
  ["no span, no loss", ["a", "b"], [], [0, 0]],
] as [string, string[], [number, number][], number[]][])("%s", (_, pieces, spans, weights) => {
  const { text, encoding } = tokensOf(pieces);
  expect([...tokenWeights(text, encoding, spans)]).toEqual(weights);
});

test("the bytes of one character share its span", () => {
  const encoding = { ids: Int32Array.of(1, 2, 3), offsets: Int32Array.of(0, 1, 1, 3, 1, 3) };
  expect([...tokenWeights("a😀", encoding, [[1, 3]])]).toEqual([0, 1, 1]);
});
