import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  charactersPolicy,
  exactWordsPolicy,
  phraseKey,
  textPolicy,
  wordsPolicy,
} from "#rote/text/policies.js";
import { foldCodePoint, foldText } from "#rote/text/unicode.js";
import { naiveWords, trickyText } from "./random-text.js";

const samePlatform = process.versions.unicode === "17.0";

describe("the policy words", () => {
  // The table of the contract. `a / b` in a name shows code points that look alike.
  test.each([
    ["Don't stop—it's 3.5% of F_1!", "don t stop it s 3 5 of f 1"],
    ["STRASSE Straße ﬁn Ⅷ ½", "strasse straße fin viii 1 2"],
    ["nai\u0308ve (U+0069 U+0308) na\u00efve (U+00EF)", "naïve u 0069 u 0308 naïve u 00ef"],
    ["ΌΣΟΣ όσος", "όσοσ όσοσ"],
    ["\u0130stanbul", "\u0130stanbul"],
    ["東京タワー ไทย", "東京タワー ไทย"],
  ])("%s", (text, words) => {
    expect(wordsPolicy.words(text)).toEqual(words.split(" "));
  });

  test.each([
    ["", ""],
    [" \t\n\u00a0\u3000—'_!", ""],
    ["ſtraſſe K Å µ", "strasse k å μ"],
    ["ẞ", "ß"],
    ["soft\u00adhyphen zero\u200bwidth", "soft hyphen zero width"],
    ["ﷺ", "صلى الله عليه وسلم"],
    ["㌀ ㎏ ①②③ x²", "アパート kg 123 x2"],
    ["\u0344", "\u0308\u0301"],
    ["\u1112\u1161\u11ab\u1100\u1173\u11af", "한글"],
    ["a\ud800b \udc00\ud83d", "a b"],
    ["𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𐐀", "unicode 𐐨"],
    ["a´b", "a \u0301b"],
    ["ͅx", "ιx"],
    ["J\u030c \u01f0", "j\u030c \u01f0"],
  ])("%j", (text, words) => {
    expect(wordsPolicy.words(text)).toEqual(words === "" ? [] : words.split(" "));
  });

  test.skipIf(!samePlatform)("equals the definition on random text", () => {
    fc.assert(
      fc.property(trickyText, (text) => {
        expect(wordsPolicy.words(text)).toEqual(naiveWords(text));
      }),
      { numRuns: 3000 },
    );
  });

  test("a phrase of words is those words again, but for letters that compose only when small", () => {
    fc.assert(
      fc.property(trickyText, (text) => {
        const words = wordsPolicy.words(text);
        fc.pre(words.every((word) => word === word.normalize("NFKC")));
        expect(wordsPolicy.words(words.join(" "))).toEqual(words);
      }),
    );
  });
});

describe("simple case folding", () => {
  test.skipIf(!samePlatform)("is the equivalence of case-insensitive regular expressions", () => {
    // With flags i and u a regular expression compares by simple case folding.
    const differing: string[] = [];
    for (let codePoint = 0; codePoint < 0x110000; codePoint++) {
      if (codePoint >= 0xd800 && codePoint < 0xe000) continue;
      const text = String.fromCodePoint(codePoint);
      const folded = foldCodePoint(codePoint);
      if (foldCodePoint(folded) !== folded) differing.push(text);
      for (const other of [text.toLowerCase(), text.toUpperCase(), String.fromCodePoint(folded)]) {
        if (other === text || Array.from(other).length !== 1) continue;
        const matches = new RegExp(`^\\u{${codePoint.toString(16)}}$`, "iu").test(other);
        if (matches !== (foldCodePoint(other.codePointAt(0)!) === folded)) differing.push(text);
      }
    }
    expect(differing).toEqual([]);
  });

  test("of a text folds its code points one by one, whatever the path", () => {
    const slowly = (text: string): string =>
      Array.from(text, (c) => String.fromCodePoint(foldCodePoint(c.codePointAt(0)!))).join("");
    for (let codePoint = 0; codePoint < 0x30000; codePoint++) {
      const text = `A${String.fromCodePoint(codePoint)}`;
      if (foldText(text) !== slowly(text)) expect.fail(`U+${codePoint.toString(16)}`);
    }
    fc.assert(
      fc.property(trickyText, (text) => {
        expect(foldText(text)).toBe(slowly(text));
      }),
    );
  });
});

describe("offsets", () => {
  const policies = [wordsPolicy, exactWordsPolicy, charactersPolicy];

  test.each(policies)("$name: the words with offsets are the words", (policy) => {
    fc.assert(
      fc.property(trickyText, (text) => {
        const { words, offsets } = policy.wordsWithOffsets(text);
        expect(words).toEqual(policy.words(text));
        expect(offsets.length).toBe(2 * words.length);
      }),
      { numRuns: 2000 },
    );
  });

  test.each(policies)("$name: a word's span holds the word, and spans are in order", (policy) => {
    fc.assert(
      fc.property(trickyText, (text) => {
        const { words, offsets } = policy.wordsWithOffsets(text);
        for (const [i, word] of words.entries()) {
          const [start, end] = [offsets[2 * i]!, offsets[2 * i + 1]!];
          expect(start).toBeLessThan(end);
          expect(policy.words(text.slice(start, end)).join(" ")).toContain(word);
          if (i === 0) continue;
          expect(start).toBeGreaterThanOrEqual(offsets[2 * i - 2]!);
          expect(end).toBeGreaterThanOrEqual(offsets[2 * i - 1]!);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ["Don't stop", ["Don", "t", "stop"]],
    ["a ½ b", ["a", "½", "½", "b"]],
    ["x½", ["x½", "½"]],
    ["ﬁn—ne", ["ﬁn", "ne"]],
    ["nai\u0308ve…Nai\u0308ve", ["nai\u0308ve", "Nai\u0308ve"]],
    ["(㌀)ﷺ", ["㌀", "ﷺ", "ﷺ", "ﷺ", "ﷺ"]],
    ["\u1112\u1161\u11ab, q\u0323\u0307", ["\u1112\u1161\u11ab", "q\u0323\u0307"]],
    ["𐐀𝔘!", ["𐐀𝔘"]],
  ])("words of %s", (text, spans) => {
    const { offsets } = wordsPolicy.wordsWithOffsets(text);
    expect(spans.map((_, i) => text.slice(offsets[2 * i], offsets[2 * i + 1]))).toEqual(spans);
    expect(offsets.length).toBe(2 * spans.length);
  });
});

test("exact-words neither normalizes nor folds", () => {
  expect(exactWordsPolicy.words("Don't nai\u0308ve ﬁn Ⅷ ½ Σ")).toEqual(
    "Don t nai\u0308ve ﬁn Ⅷ ½ Σ".split(" "),
  );
});

test("characters are the code points of the folded text that are not white space", () => {
  expect(charactersPolicy.words("東京 Ｔ\u3000½!\u0085𝔘e\u0323")).toEqual([
    "東",
    "京",
    "t",
    "1",
    "\u2044",
    "2",
    "!",
    "u",
    "\u1eb9",
  ]);
  fc.assert(
    fc.property(trickyText, (text) => {
      const folded = foldText(text.normalize("NFKC"));
      // U+FEFF is white space to JavaScript, not to Unicode; U+0085 the other way round.
      const expected = Array.from(folded).filter((c) => !/\p{White_Space}/u.test(c));
      expect(charactersPolicy.words(text)).toEqual(expected);
    }),
  );
});

test("a version names policy, revision and Unicode", () => {
  expect(wordsPolicy.version).toBe("words@1 (Unicode 17.0)");
  expect(textPolicy("exact-words").version).toBe("exact-words@1 (Unicode 17.0)");
  expect(() => textPolicy("word")).toThrow(/words, exact-words, characters/);
});

test("a phrase is known by its words", () => {
  expect(phraseKey("  The--ﬁrst! ", wordsPolicy)).toBe("the first");
  expect(() => phraseKey(" —!", wordsPolicy, "pairs.tsv:7")).toThrow(
    expect.objectContaining({
      code: "text/empty-phrase",
      message: expect.stringContaining('pairs.tsv:7 " —!" has no words') as string,
    }) as Error,
  );
});
