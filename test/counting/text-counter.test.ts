import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildQueryTables } from "#rote/counting/scan/query-tables.js";
import { prepareScan } from "#rote/counting/scan/prepare-scan.js";
import { layOutScan } from "#rote/counting/scan/scan-memory.js";
import { TextCounter } from "#rote/counting/scan/text-counter.js";
import { charactersPolicy, exactWordsPolicy, wordsPolicy } from "#rote/text/policies.js";
import type { TextPolicy } from "#rote/text/policy.js";
import { createRng } from "#rote/base/random.js";
import { naiveCounts } from "./naive.js";

type Feed = (counter: TextCounter, texts: readonly string[]) => void;

interface Asked {
  readonly policy?: TextPolicy;
  readonly window?: number | undefined;
  readonly feed?: Feed;
  readonly logEntries?: number;
}

const asStrings: Feed = (counter, texts) => {
  for (const text of texts) counter.countText(text);
};

const encoder = new TextEncoder();
const zero = Float64Array.of(0);

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
  { policy = wordsPolicy, window, feed = asStrings, ...limits }: Asked = {},
): { df: number[]; tf: number[]; codf: number[] } {
  const tables = buildQueryTables(phrases, policy);
  const query = { tables, pairs: Uint32Array.from(pairs.flat()), policy: policy.name, window };
  const scan = prepareScan(query, { jobs: 1, ...limits });
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

/** `count` documents of a few words each, some of them in nearly every document. */
function smallDocuments(count: number): string[] {
  const rng = createRng("small documents");
  const word = (): string => "abcdefghij"[Math.min(rng.int(10), rng.int(14))]!;
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + rng.int(8) }, word).join(" "),
  );
}

const fewPhrases = ["a", "b", "c", "i", "j", "a b", "b a", "a a", "c c c", "j j j j", "z", "Q"];
const allPairs = fewPhrases.flatMap((_, a) => fewPhrases.map((_, b) => [a, b] as const));

test("more threads than there is room for are fewer threads", () => {
  const sizes = {
    ...{ phrases: 2_000_000, pairs: 10_000_000, words: 300_000, wordBytes: 2_000_000 },
    ...{ dictionarySlots: 2 ** 20, edgeSlots: 2 ** 23, edges: 3_000_000 },
    ...{ longestPhrase: 5, longestWord: 40, isWindowed: false },
  };
  const { threads, byteLength } = layOutScan(sizes, { jobs: 128 });
  expect(threads.length).toBeGreaterThan(16);
  expect(threads.length).toBeLessThan(128);
  expect(byteLength).toBeLessThanOrEqual(3 * 2 ** 30);
  expect(layOutScan(sizes, { jobs: 2 }).threads).toHaveLength(2);
  expect(() => layOutScan({ ...sizes, pairs: 1e9 }, { jobs: 1 })).toThrow(
    /need more than the 3 GiB/,
  );
});

describe("blocks", () => {
  test.each([undefined, 2])("more documents than a block holds, window %s", (window) => {
    const documents = smallDocuments(70_000);
    const expected = naiveCounts(documents, fewPhrases, allPairs, { policy: wordsPolicy, window });
    expect(count(documents, fewPhrases, allPairs, { window })).toEqual(expected);
  });

  test.each([undefined, 0, 1, 5])("any number of documents a block, window %s", (window) => {
    const documents = smallDocuments(400);
    const expected = naiveCounts(documents, fewPhrases, allPairs, { policy: wordsPolicy, window });
    for (const logEntries of [0, 1, 7, 100, 1000])
      expect(count(documents, fewPhrases, allPairs, { window, logEntries })).toEqual(expected);
  });

  test("phrases without pairs do not end a block with each document", () => {
    const query = { tables: buildQueryTables(["a"], wordsPolicy), pairs: new Uint32Array(0) };
    const scan = prepareScan({ ...query, policy: "words" }, { jobs: 1 });
    const counter = new TextCounter(scan.plans[0]!);
    for (let i = 0; i < 65_535; i++) counter.countText("a");
    expect(scan.totals().df).toEqual(Float64Array.of(0));
    counter.countText("a");
    expect(scan.totals().df).toEqual(Float64Array.of(65_536));
  });

  test("a document that outgrows the log", () => {
    const documents = [smallDocuments(60_000).join(" "), "a b", "b ".repeat(100_000)];
    const phrases = fewPhrases.slice(0, 7);
    const pairs = allPairs.filter(([a, b]) => a < 7 && b < 7);
    const asked = { window: 1, logEntries: 10 };
    const expected = naiveLarge(documents, phrases, pairs, 1);
    expect(count(documents, phrases, pairs, asked)).toEqual(expected);
  });
});

/** The naive counts, where a document has too many words to try all its pairs of positions. */
function naiveLarge(
  documents: readonly string[],
  phrases: readonly string[],
  pairs: readonly (readonly [number, number])[],
  window: number,
): { df: number[]; tf: number[]; codf: number[] } {
  const { df, tf } = naiveCounts(documents, phrases, [], { policy: wordsPolicy });
  const codf = pairs.map(() => 0);
  for (const document of documents) {
    const words = wordsPolicy.words(document);
    const places = phrases.map((phrase) => {
      const wanted = phrase.split(" ");
      return new Set(
        words.flatMap((_, at) => (wanted.every((w, i) => words[at + i] === w) ? [at] : [])),
      );
    });
    const steps = Array.from({ length: 2 * window + 1 }, (_, i) => i - window);
    for (const [i, [a, b]] of pairs.entries())
      if ([...places[a]!].some((x) => steps.some((step) => places[b]!.has(x + step))))
        codf[i]! += 1;
  }
  return { df, tf, codf };
}

describe("unusual sizes", () => {
  const check = (
    documents: readonly string[],
    phrases: readonly string[],
    asked: Asked = {},
  ): void => {
    const { policy = wordsPolicy, window } = asked;
    const pairs = phrases.map((_, i) => [0, i] as const);
    const expected = naiveCounts(documents, phrases, pairs, { policy, window });
    for (const feed of [asStrings, asJsonLines])
      expect(count(documents, phrases, pairs, { ...asked, feed })).toEqual(expected);
  };

  test("a phrase a million times in one document", () => {
    const document = "a ".repeat(1_000_000);
    const { df, tf, codf } = count([document, "a a a a"], ["a", "a a a", "A, a"], [[0, 1]]);
    expect({ df, tf, codf }).toEqual({
      df: [2, 2, 2],
      tf: [1_000_004, 1_000_000, 1_000_002],
      codf: [2],
    });
  });

  test("words longer than what is held of a document at once", () => {
    const long = "x".repeat(200_000);
    check([`a ${long} b`, `${long}y`, `a b ${long}`, long], ["a", "b", "a b", "x", "x".repeat(64)]);
    check([`a ${long} b`, `${long}y`, long], [long, `a ${long}`, `${long} b`]);
  });

  test("phrases longer than what is held of a document at once", () => {
    const long = Array.from({ length: 40_000 }, (_, i) => i.toString(36)).join(" ");
    check([`${long} d`, `x ${long}`, "a b c"], [`${long} d`, `x ${long}`, long, "a b", "0 1 2"]);
  });

  test("words at every place of the border between two parts of a document", () => {
    const documents = Array.from({ length: 80 }, (_, i) => {
      const filling = "- ".repeat(Math.floor((65_500 + i) / 2)).padEnd(65_500 + i, "-");
      return `${filling}naïve café e\u0301 ﬁn Ω end`;
    });
    check(documents, ["naïve café", "é", "fin", "é fin ω", "end", "cafe", "e"]);
  });

  test("a cluster of thousands of marks", () => {
    const marks = "\u0301\u0323".repeat(3_000);
    check([`a${marks} b`, `a${marks}`, "a b"], [`A${marks}`, "b", `a${marks} b`, "a"]);
    check([`a${marks} b`], [`a${marks}`, "b"], { policy: charactersPolicy });
  });

  test("NFKC that makes text many times as long", () => {
    check(["\ufdfa".repeat(20_000), "x"], ["\ufdfa", "صلى", "عليه وسلم صلى"]);
  });

  test("a document for which there is no memory leaves nothing half counted", () => {
    const query = { tables: buildQueryTables(["a"], wordsPolicy), pairs: Uint32Array.of(0, 0) };
    const scan = prepareScan({ ...query, policy: "words", window: 1 }, { jobs: 1, logEntries: 0 });
    const [plan] = scan.plans;
    const counter = new TextCounter(plan!);
    plan!.memory.grow(65_536 - plan!.memory.buffer.byteLength / 65_536);
    const end = fill(counter, Buffer.from(`{"text":"${"a ".repeat(100_000)}"}\n`));
    const noRoom = expect.objectContaining({ code: "count/limit" }) as Error;
    expect(() => counter.input(1 << 24)).toThrow(noRoom);
    expect(() => counter.countJsonLines(0, end)).toThrow(noRoom);
    expect(() => {
      counter.countText("a");
    }).toThrow(noRoom);
    expect(() => {
      counter.flush();
    }).toThrow(noRoom);
    expect(scan.totals()).toEqual({ df: zero, tf: zero, codf: zero });
  });

  test("phrases that NFKC makes many times as long", () => {
    const phrase = "\ufdfa".repeat(100);
    for (const policy of [wordsPolicy, charactersPolicy])
      check([`x ${phrase}`, phrase + phrase, "\ufdfa"], [phrase, "\ufdfa"], { policy });
  });

  test("empty documents are documents", () => {
    check(["", "a", "", "   "], ["a"]);
  });
});

describe("lines of text", () => {
  const feed: Feed = (counter, texts) => {
    const end = fill(counter, encoder.encode(texts.join("\n")));
    for (let at = 0; at < end;) {
      at = counter.countTextLines(at, end);
      if (at === end) break;
      const lineEnd = counter.input(0).indexOf(0x0a, at);
      const next = lineEnd === -1 || lineEnd >= end ? end : lineEnd;
      counter.countText(Buffer.from(counter.input(0).slice(at, next)).toString());
      at = next + 1;
    }
  };

  test("count as documents do", () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 6 }), questions(wordsPolicy), (texts, asked) => {
        const documents = texts.filter((t) => t.trim() !== "" && !/\n|\p{Surrogate}/u.test(t));
        const { phrases, pairs } = asked;
        const expected = naiveCounts(documents, phrases, pairs, { policy: wordsPolicy });
        expect(count(documents, phrases, pairs, { feed })).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });

  test("blank lines are no documents", () => {
    const tables = buildQueryTables(["a"], wordsPolicy);
    const query = { tables, pairs: new Uint32Array(0), policy: "words" as const };
    const counter = new TextCounter(prepareScan(query, { jobs: 1 }).plans[0]!);
    const end = fill(counter, encoder.encode("\n \t\r\na\r\n\n!\n"));
    expect(counter.countTextLines(0, end)).toBe(end);
    const { documents, lines, blankLines } = counter;
    expect({ documents, lines, blankLines }).toEqual({ documents: 2, lines: 5, blankLines: 3 });
  });

  test("only lines that may be blank in another way are left to JavaScript", () => {
    const tables = buildQueryTables(["a"], wordsPolicy);
    const query = { tables, pairs: new Uint32Array(0), policy: "words" as const };
    const counter = new TextCounter(prepareScan(query, { jobs: 1 }).plans[0]!);
    const stops: string[] = [];
    const blank: string[] = [];
    for (let codePoint = 0x21; codePoint < 0x11000; codePoint++) {
      if (codePoint >= 0xd800 && codePoint < 0xe000) continue;
      const line = String.fromCodePoint(codePoint);
      const end = fill(counter, encoder.encode(`${line}\n`));
      if (counter.countTextLines(0, end) !== end) stops.push(line);
      if (line.trim() === "") blank.push(line);
    }
    expect(stops).toEqual(blank);
  });

  test("documents of bytes are counted where they are UTF-8", () => {
    const tables = buildQueryTables(["é"], wordsPolicy);
    const query = { tables, pairs: new Uint32Array(0), policy: "words" as const };
    const scan = prepareScan(query, { jobs: 1 });
    const counter = new TextCounter(scan.plans[0]!);
    const end = fill(counter, Buffer.concat([Buffer.from("É"), Buffer.from([0xe9])]));
    expect(counter.countDocument(0, end)).toBe(false);
    expect(counter.countDocument(0, end - 1)).toBe(true);
    counter.flush();
    expect(scan.totals().df).toEqual(Float64Array.of(1));
  });
});

describe("JSON lines", () => {
  const counted = (
    line: string,
    field = "text",
  ): { stops: boolean; df: number; documents: number } => {
    const tables = buildQueryTables(["hit"], wordsPolicy);
    const query = { tables, pairs: new Uint32Array(0), policy: "words" as const, field };
    const scan = prepareScan(query, { jobs: 1 });
    const counter = new TextCounter(scan.plans[0]!);
    const end = fill(counter, Buffer.from(line, "latin1"));
    const stops = counter.countJsonLines(0, end) !== end;
    counter.flush();
    return { stops, df: scan.totals().df[0]!, documents: counter.documents };
  };

  test.each([
    '{"text":"hit"}',
    ' {"a":[1,-2.5e+3,{"b":null}],"text":"hit","c":{"text":"no"}} \t\r',
    '{"text":"no","text":"hit"}',
    '{"a":"\\"","text":"a \\"hit\\" \\u0041"}',
    '{"a":[],"b":{},"c":[[]],"d":0,"e":-0.0E0,"f":true,"g":false,"text":"hit"}',
  ])("%s holds a text", (line) => {
    expect(JSON.parse(line)).toHaveProperty("text");
    expect(counted(line)).toEqual({ stops: false, df: 1, documents: 1 });
    expect(counted(`${line}\n`)).toEqual({ stops: false, df: 1, documents: 1 });
  });

  test.each([
    "{",
    "{}",
    "[]",
    '"hit"',
    '{"text":"hit"',
    '{"text":"hit",}',
    '{"text":"hit"}}',
    '{"text":"hit"} x',
    '{"text":"hit" "a":1}',
    '{"text":"hit",a:1}',
    '{"text":"hit","a":01}',
    '{"text":"hit","a":1.}',
    '{"text":"hit","a":.5}',
    '{"text":"hit","a":+1}',
    '{"text":"hit","a":1e}',
    '{"text":"hit","a":-}',
    '{"text":"hit","a":nul}',
    '{"text":"hit","a":NaN}',
    '{"text":"hit","a":[1,]}',
    '{"text":"hit","a":{"b"}}',
    '{"text":"hit","a":"\\x"}',
    '{"text":"hit","a":"\\u00g0"}',
    '{"text":"hit\\"}',
    '{"text":"hit\tx"}',
    '{"text":1}',
    '{"text":null}',
    '{"text":{"text":"hit"}}',
    '{"Text":"hit"}',
    '{"te\\u0078t":"hit"}',
    '{"text":"hit \xff"}',
    '{"text":"hit","a":"\xc0\x80"}',
    '{"text":"hit","a":"\xed\xa0\x80"}',
    '\xef\xbb\xbf{"text":"hit"}',
  ])("%s is left to JavaScript", (line) => {
    expect(counted(line)).toEqual({ stops: true, df: 0, documents: 0 });
  });

  test("the line that stops it is the only one not counted", () => {
    const tables = buildQueryTables(["hit"], wordsPolicy);
    const query = { tables, pairs: new Uint32Array(0), policy: "words" as const };
    const counter = new TextCounter(prepareScan(query, { jobs: 1 }).plans[0]!);
    const [good, bad] = ['{"text":"hit"}\n', '{"text":7}\n'];
    const end = fill(counter, Buffer.from(good + "  \n" + bad + good));
    expect(counter.countJsonLines(0, end)).toBe(good.length + 3);
    expect(counter.countJsonLines(good.length + 3 + bad.length, end)).toBe(end);
    const { documents, lines, blankLines } = counter;
    expect({ documents, lines, blankLines }).toEqual({ documents: 2, lines: 3, blankLines: 1 });
  });

  test("whatever it accepts, JSON.parse accepts with the same text", () => {
    const line = fc
      .array(
        fc.constantFrom(...Array.from('{}[]":,\\ u0-1.eEtrue'), '"text"', "hit", "\\u0031", "null"),
      )
      .map((parts) => parts.join(""));
    const record = fc
      .record({ a: fc.jsonValue(), text: fc.constantFrom("hit", "a hit", "no") })
      .chain((value) => {
        const json = JSON.stringify(value);
        return fc
          .tuple(fc.nat(json.length), fc.nat(2), fc.constantFrom("", '"', ",", "}", "\\", "1", "e"))
          .map(([at, cut, put]) => json.slice(0, at) + put + json.slice(at + cut));
      });
    fc.assert(
      fc.property(fc.oneof(line, record), (json) => {
        const bytes = Buffer.from(json).toString("latin1");
        const { stops, df } = counted(bytes);
        if (stops || json.trim() === "") return;
        const { text } = JSON.parse(json) as { text: string };
        expect(df).toBe(wordsPolicy.words(text).includes("hit") ? 1 : 0);
      }),
      { numRuns: 500 },
    );
  });
});
