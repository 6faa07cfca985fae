import { expect, test } from "vitest";
import { placesIn } from "#rote/models/remote/spelled-text.js";

const places = (text: string, pieces: readonly string[]): number[][] => {
  const flat = placesIn(
    "server",
    text,
    pieces.map((piece) => ({ text: piece, logProb: null, isGreedy: null })),
  );
  return pieces.map((_, i) => [...flat.slice(2 * i, 2 * i + 2)]);
};

test.each<[string, string, string[], number[][]]>([
  [
    "pieces side by side",
    "to be",
    ["to", " be"],
    [
      [0, 2],
      [2, 5],
    ],
  ],
  [
    "a beginning-of-sequence mark",
    "to be",
    ["<s>", "to", " be"],
    [
      [0, 0],
      [0, 2],
      [2, 5],
    ],
  ],
  [
    "a text that begins like the mark",
    "<s>to",
    ["<s>", "to"],
    [
      [0, 3],
      [3, 5],
    ],
  ],
  [
    "spaces lost by decoding pieces alone",
    "to  be it",
    ["<s>", "to", "", "be", "it"],
    [
      [0, 0],
      [0, 2],
      [2, 2],
      [2, 6],
      [6, 9],
    ],
  ],
  [
    "a last space lost",
    "to ",
    ["to", ""],
    [
      [0, 2],
      [2, 2],
    ],
  ],
  [
    "an emoji in bytes",
    "a🦊b",
    ["a", "\ufffd", "\ufffd", "b"],
    [
      [0, 1],
      [1, 3],
      [1, 3],
      [3, 4],
    ],
  ],
  [
    "bytes behind a space",
    "a 🦊.",
    ["a", " \ufffd", "\ufffd", "\ufffd."],
    [
      [0, 1],
      [1, 5],
      [1, 5],
      [1, 5],
    ],
  ],
  [
    "SentencePiece's bytes",
    "a🦊",
    ["a", "<0xF0>", "<0x9F>", "<0xA6>", "<0x8A>"],
    [
      [0, 1],
      [1, 3],
      [1, 3],
      [1, 3],
      [1, 3],
    ],
  ],
  [
    "whole and partial characters in a row",
    "你好🦊x",
    ["你", "\ufffd", "\ufffd", "🦊", "x"],
    [
      [0, 1],
      [1, 4],
      [1, 4],
      [1, 4],
      [4, 5],
    ],
  ],
  [
    "a replacement character of the text's own",
    "a\ufffdb",
    ["a", "\ufffd", "b"],
    [
      [0, 1],
      [1, 2],
      [2, 3],
    ],
  ],
])("%s", (_name, text, pieces, expected) => {
  expect(places(text, pieces)).toEqual(expected);
});

test.each<[string, string, string[]]>([
  ["another word", "to be", ["to", " bee"]],
  ["a word too few", "to be or", ["to", " be"]],
  ["a word too many", "to be", ["to", " be", " or"]],
  ["bytes where the text has none", "to be", ["to", "\ufffd", "be"]],
  ["bytes that hide a word", "a🦊 b c", ["a", "\ufffd", " c"]],
])("%s is an error", (_name, text, pieces) => {
  expect(() => places(text, pieces)).toThrow(/do not spell the text/);
});
