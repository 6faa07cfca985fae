import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildQueryTables } from "#rote/counting/scan/query-tables.js";
import { prepareScan, TextCounter } from "#rote/counting/scan/text-counter.js";
import { charactersPolicy, exactWordsPolicy, wordsPolicy } from "#rote/text/policies.js";
import type { TextPolicy } from "#rote/text/policy.js";
import { naiveCounts } from "./naive.js";

type Feed = (counter: TextCounter, texts: readonly string[]) => void;

interface Asked {
  readonly policy?: TextPolicy;
  readonly window?: number | undefined;
  readonly feed?: Feed;
}

const asStrings: Feed = (counter, texts) => {
  for (const text of texts) counter.countText(text);
};

const encoder = new TextEncoder();

/** Put bytes into the input and hand them to a counting method. */
function fill(counter: TextCounter, bytes: Uint8Array): number {
  counter.input(bytes.length).set(bytes);
  return bytes.length;
}

const asJsonLines: Feed = (counter, texts) => {
  const lines = texts.map((text, id) => `${JSON.stringify({ id, text })}\n`).join("");
  const end = fill(counter, encoder.encode(lines));
  expect(counter.countJsonLines(0, end)).toBe(end);
};

/** Every UTF-16 unit as an escape. */
const asEscapedJson: Feed = (counter, texts) => {
  const escape = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  const lines = texts.map((text) => `{ "text" : "${text.split("").map(escape).join("")}" }\r\n`);
  const end = fill(counter, encoder.encode(lines.join("")));
  expect(counter.countJsonLines(0, end)).toBe(end);
};

function count(
  texts: readonly string[],
  phrases: readonly string[],
  pairs: readonly (readonly [number, number])[],
  { policy = wordsPolicy, window, feed = asStrings }: Asked = {},
): { df: number[]; tf: number[]; codf: number[] } {
  const tables = buildQueryTables(phrases, policy);
  const query = { tables, pairs: Uint32Array.from(pairs.flat()), policy: policy.name, window };
  const scan = prepareScan(query, 1);
  const counter = new TextCounter(scan.plans[0]!);
  feed(counter, texts);
  counter.flush();
  expect(counter.documents).toBe(texts.length);
  expect(counter.words).toBe(texts.reduce((sum, text) => sum + policy.words(text).length, 0));
  const { df, tf, codf } = scan.totals();
  return { df: [...df], tf: [...tf], codf: [...codf] };
}

// Small alphabets make hits, overlaps, clusters and borders common; the odd ones fold, decompose, compose,
// reorder, expand, or are white space in disguise.
const letters = fc.constantFrom(...Array.from("aAbBcC"));
const odd = fc.constantFrom(
  ...Array.from(
    "ẹ́́̀̂̈ÉßſKÅΣσςﬁﬀ½Ⅷ²ªº №…\u00a0\u2003\u200d\u00adİıǰJ̌가각ᄀ ᅡᆨक़क़्िกำ々東京ｶﾞガﷺ𝒜😀\ud83d\ude00\u0000’—",
  ),
);
const separators = fc.constantFrom(
  " ",
  "  ",
  "\n",
  ", ",
  "-",
  "_",
  "'",
  '"',
  "\\",
  "/",
  "\t",
  "\u2028",
);
const piece = fc.oneof(
  { weight: 6, arbitrary: letters },
  { weight: 2, arbitrary: odd },
  { weight: 3, arbitrary: separators },
);
const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(""));
const anyText = fc.oneof(text, fc.string({ unit: "binary", maxLength: 30 }));

function questions(policy: TextPolicy) {
  const phrase = fc
    .oneof(
      fc.array(letters, { minLength: 1, maxLength: 3 }).map((words) => words.join(" ")),
      fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join("")),
    )
    .filter((candidate) => policy.words(candidate).length > 0);
  return fc.array(phrase, { minLength: 1, maxLength: 8 }).chain((phrases) =>
    fc.record({
      phrases: fc.constant(phrases),
      pairs: fc.array(fc.tuple(fc.nat(phrases.length - 1), fc.nat(phrases.length - 1)), {
        maxLength: 8,
      }),
    }),
  );
}

describe("counts equal those of the naive twin", () => {
  for (const policy of [wordsPolicy, exactWordsPolicy, charactersPolicy])
    for (const [name, feed, texts] of [
      ["strings", asStrings, anyText],
      ["JSON lines", asJsonLines, text.filter((t) => !/\p{Surrogate}/u.test(t))],
      ["escaped JSON lines", asEscapedJson, anyText],
    ] as const)
      test(`${policy.name}, as ${name}`, () => {
        fc.assert(
          fc.property(
            fc.array(texts, { maxLength: 6 }),
            questions(policy),
            fc.option(fc.nat(4), { nil: undefined }),
            (documents, { phrases, pairs }, window) => {
              const asked = { policy, window, feed };
              const expected = naiveCounts(documents, phrases, pairs, { policy, window });
              expect(count(documents, phrases, pairs, asked)).toEqual(expected);
            },
          ),
          { numRuns: 150 },
        );
      });
});
