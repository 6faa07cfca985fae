import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, test, vi } from "vitest";
import { RoteError } from "#rote/base/errors.js";
import { describeParquet, readParquet } from "#rote/base/parquet.js";
import { type CountRows, jsonChunks } from "#rote/counting/count-lines.js";
import { gatherQuestion, pairRows, phraseRows } from "#rote/counting/question.js";
import { openScan } from "#rote/counting/scan/scan-engine.js";
import { writeCounts } from "#rote/counting/write-counts.js";
import { wordsPolicy } from "#rote/text/policies.js";
import { memoryCorpus } from "./naive.js";

const folder = mkdtempSync(join(tmpdir(), "rote-queries-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const bytes = async function* (...chunks: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) {
    await Promise.resolve();
    yield Buffer.from(chunk);
  }
};
const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};

/** The phrases that a file asks for, or the pairs, in its order. */
async function phrases(...chunks: (string | Uint8Array)[]): Promise<string[]> {
  const phraseFile = { path: "q", bytes: bytes(...chunks) };
  const question = await gatherQuestion({ phraseFile }, wordsPolicy);
  return Array.from(question.asked, (index) => question.phrases[index]!);
}
async function pairs(...chunks: (string | Uint8Array)[]): Promise<string[][]> {
  const pairFile = { path: "q", bytes: bytes(...chunks) };
  const question = await gatherQuestion({ pairFile }, wordsPolicy);
  const texts = Array.from(question.pairs, (index) => question.phrases[index]!);
  return Array.from({ length: texts.length / 2 }, (_, i) => texts.slice(2 * i, 2 * i + 2));
}

describe("a file of queries", () => {
  test("is TSV or JSON lines by its content", async () => {
    expect(await phrases("a b\r\nc", " d\n")).toEqual(["a b", "c d"]);
    expect(await pairs("a b\tc\nd\te")).toEqual([
      ["a b", "c"],
      ["d", "e"],
    ]);
    expect(await phrases('{"phrase":"a\\tb","n":2}\r\n{"phrase":"c"}')).toEqual(["a\tb", "c"]);
    expect(await pairs('\ufeff{"b":"x","a":"y"}\n')).toEqual([["y", "x"]]);
  });

  test("a blank line means nothing among JSON lines, and counts as a line", async () => {
    expect(await phrases('{"phrase":"a"}\n\n{"phrase":"b"}\n \n')).toEqual(["a", "b"]);
    await expect(phrases('{"phrase":"a"}\n\n{"phrase":"…"}\n')).rejects.toThrow("q:3 ");
  });

  test("a line separator of Unicode ends no line", async () => {
    expect(await phrases("a\u2028b\n")).toEqual(["a\u2028b"]);
  });

  test.each([
    [() => phrases("a\nb\tc\n"), "q:2 has 2 columns; a line here is one phrase"],
    [() => pairs("a\tb\nc\n"), "q:2 has one column; a line here is two columns"],
    [() => pairs("a\tb\tc\n"), "q:1 has 3 columns"],
    [() => phrases("a\n\nb\n"), "q:2 is blank"],
    [() => pairs("a\tb\n\u3000\t \n"), "q:2 is blank"],
    [() => pairs("a\tb\n\t?\n"), 'q:2 "" has no words'],
    [() => phrases('{"phrase":"a"}\nb\n'), "q:2 is not JSON, but the file's first line begins"],
    [() => phrases('{"phrase":1}\n'), 'q:1 has no string "phrase"; a line here is {"phrase":"…"}'],
    [() => pairs('{"a":"x"}\n'), 'q:1 has no string "b"'],
    [() => phrases("a\n\ufffd b\n", Buffer.from("caf\xe9\n", "latin1")), "q:3 is not UTF-8"],
    [() => phrases(""), "q is empty"],
    [
      () => gatherQuestion({ pairFile: { path: join(folder, "none.tsv") } }, wordsPolicy),
      "none.tsv does not exist",
    ],
  ])("%# names file and line of what it cannot read", async (read, message) => {
    await expect(read()).rejects.toThrow(message);
  });

  test("a lone surrogate stays what it is", async () => {
    const lines = ['{"phrase":"a\\ud800"}', '{"phrase":"a\\ud801"}', '{"phrase":"a"}'];
    const asked = ["a\ud800", "a\ud801", "a"];
    expect(await phrases([...lines, ...lines].join("\n"))).toEqual([...asked, ...asked]);
  });

  test("is read from disk and unpacked, with its bytes as progress", async () => {
    const path = join(folder, "p.tsv.gz");
    const stored = gzipSync("a\nb\n");
    writeFileSync(path, stored);
    const onProgress = vi.fn();
    const question = await gatherQuestion({ phraseFile: { path } }, wordsPolicy, { onProgress });
    expect(question.phrases).toEqual(["a", "b"]);
    const progress = { stage: "read phrases", unit: "bytes", total: stored.length };
    expect(onProgress.mock.calls).toEqual([
      [{ ...progress, done: 0 }],
      [{ ...progress, done: stored.length }],
    ]);
  });

  test("may be a pipe, whose size nobody knows", async () => {
    const path = join(folder, "pipe");
    execFileSync("mkfifo", [path]);
    const writer = once(spawn("sh", ["-c", 'printf "a\\nb\\n" > "$0"', path]), "exit");
    const onProgress = vi.fn();
    const question = await gatherQuestion({ phraseFile: { path } }, wordsPolicy, { onProgress });
    expect(question.phrases).toEqual(["a", "b"]);
    expect(onProgress).toHaveBeenLastCalledWith({ stage: "read phrases", unit: "bytes", done: 4 });
    await writer;
  });

  test("stops when it is told to", async () => {
    const pairFile = { path: "q", bytes: bytes("a\tb\n") };
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(gatherQuestion({ pairFile }, wordsPolicy, { signal })).rejects.toThrow("enough");
  });
});

describe("a file of queries is read as parsing each line by itself would", () => {
  /** Rows of a file by the definition, or the number of the line that is wrong. */
  function naive(content: string, fields: readonly string[]): string[][] | number {
    const lines = content.replace(/^\ufeff/, "").split("\n");
    if (lines.at(-1) === "") lines.pop();
    const isJson = /^\s*\{/.test(lines[0] ?? "");
    const rows: string[][] = [];
    for (const [i, ended] of lines.entries()) {
      const line = ended.replace(/\r$/, "");
      if (isJson && line.trim() === "") continue;
      const row = isJson ? parsed(line, fields) : line.split("\t");
      if (row.length !== fields.length || row.some((text) => wordsPolicy.words(text).length === 0))
        return i + 1;
      rows.push(row);
    }
    return rows.length === 0 ? 0 : rows;
  }
  function parsed(line: string, fields: readonly string[]): string[] {
    try {
      const record = JSON.parse(line) as Record<string, unknown>;
      return fields.map((field) => record[field]).filter((text) => typeof text === "string");
    } catch {
      return [];
    }
  }
  async function read(content: string, chunkSize: number): Promise<string[][] | number> {
    const cut = Buffer.from(content);
    const chunks = Array.from({ length: Math.ceil(cut.length / chunkSize) }, (_, i) =>
      cut.subarray(i * chunkSize, (i + 1) * chunkSize),
    );
    return pairs(...chunks).catch((error: unknown) => {
      if (!(error instanceof RoteError)) throw error;
      return error.message.includes("is empty") ? 0 : Number(/^q:(\d+) /.exec(error.message)![1]);
    });
  }
  const check = async (line: fc.Arbitrary<string>): Promise<void> => {
    const file = fc.record({
      mark: fc.constantFrom("", "", "\ufeff"),
      lines: fc.array(fc.tuple(line, fc.constantFrom("\n", "\n", "\r\n")), { maxLength: 8 }),
      chunkSize: fc.integer({ min: 1, max: 40 }),
    });
    await fc.assert(
      fc.asyncProperty(file, async ({ mark, lines, chunkSize }) => {
        const content = mark + lines.map((line) => line.join("")).join("");
        const expected = naive(content, ["a", "b"]);
        // An empty file is refused; one of blank lines alone begins as no JSON and is refused too.
        expect(await read(content, chunkSize)).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  };

  const unit = fc.constantFrom(
    "a",
    "b",
    " ",
    "é",
    "東",
    "😀",
    "\u2028",
    "\u00a0",
    "…",
    "\ufeff",
    "\r",
  );
  const text = fc.string({ unit, maxLength: 5 });
  const phrase = fc.oneof(
    text,
    text.map((rest) => `a${rest}`),
  );

  test("TSV", async () => {
    const row = fc.tuple(phrase, phrase).map((columns) => columns.join("\t"));
    await check(fc.oneof({ weight: 12, arbitrary: row }, phrase, fc.constant("")));
  });

  test("JSON lines, with escapes, spaces, other keys and lone surrogates", async () => {
    const string = fc.oneof(
      phrase.map((value) => JSON.stringify(value)),
      fc.constantFrom(
        '"\\u00e9"',
        '"a\\/\\"b"',
        '"a\\ud83d\\ude00"',
        '"a\\ud83d"',
        '"a\\t"',
        '"a\u007f"',
      ),
    );
    const space = fc.constantFrom("", "", " ", "  ", "\t");
    const row = fc
      .tuple(string, string, fc.array(space, { minLength: 8, maxLength: 8 }))
      .map(
        ([a, b, s]) =>
          `${s[0]}{${s[1]}"a"${s[2]}:${s[3]}${a}${s[4]},${s[5]}"b"${s[6]}:${b}}${s[7]}`,
      );
    const others = fc.constantFrom(
      ...['{"b":"x","a":"y"}', '{"a":"x","b":"y","a":"z"}', '{"a":"x","b":"y","c":[{}]}'],
      ...['{"a":"x","\\u0062":"y"}', "", " ", '{"A":"x","b":"y"}'],
    );
    await check(fc.oneof({ weight: 12, arbitrary: row }, { weight: 4, arbitrary: others }));
  });

  test("lines made of the parts of JSON, sound or not", async () => {
    const parts = ["{", "}", '"a"', '"b"', ":", ",", " ", '"', "\\", "\t", "x", "[", "null"];
    const broken = fc.tuple(fc.nat(21), fc.constantFrom(...parts)).map(([at, part]) => {
      const line = '{"a":"x y","b":"z w"}';
      return line.slice(0, at) + part + line.slice(at);
    });
    const torn = fc.tuple(fc.nat(21), fc.nat(3)).map(([at, length]) => {
      const line = '{"a":"x y","b":"z w"}';
      return line.slice(0, at) + line.slice(at + length);
    });
    await check(fc.oneof(fc.constant('{"a":"x y","b":"z w"}'), broken, torn));
  });
});

describe("a question", () => {
  const ask = async (): Promise<{ phraseTable: unknown[]; pairTable: unknown[] }> => {
    const question = await gatherQuestion(
      {
        phrases: ["B"],
        phraseFile: { path: "p", bytes: bytes("a b\nb\nB\n") },
        pairFile: { path: "q", bytes: bytes("a\tb\nA\ta\na\tb\nz\ta\n") },
      },
      wordsPolicy,
    );
    expect(question.phrases).toEqual(["B", "a b", "b", "a", "A", "z"]);
    const engine = await openScan(memoryCorpus(["a b b", "A", "b"]));
    const counts = await engine.countPairs(question.phrases, question.pairs);
    return {
      phraseTable: [...phraseRows(question, counts)],
      pairTable: [...pairRows(question, counts)],
    };
  };
  const pairTable = [
    { a: "a", b: "b", codf: 1, dfA: 2, dfB: 2, tfA: 2, tfB: 3 },
    { a: "A", b: "a", codf: 2, dfA: 2, dfB: 2, tfA: 2, tfB: 2 },
    { a: "a", b: "b", codf: 1, dfA: 2, dfB: 2, tfA: 2, tfB: 3 },
    { a: "z", b: "a", codf: 0, dfA: 0, dfB: 2, tfA: 0, tfB: 2 },
  ];
  const phraseTable = [
    { phrase: "B", df: 2, tf: 3 },
    { phrase: "a b", df: 1, tf: 1 },
    { phrase: "b", df: 2, tf: 3 },
    { phrase: "B", df: 2, tf: 3 },
  ];

  test("is answered row by row as it was asked, repeated rows and spellings kept", async () => {
    expect(await ask()).toEqual({ phraseTable, pairTable });
  });

  test("names the place of a phrase without words", async () => {
    const pairFile = { path: "pairs.tsv", bytes: bytes("a\tb\na\t…\n") };
    await expect(gatherQuestion({ pairFile }, wordsPolicy)).rejects.toMatchObject({
      code: "text/empty-phrase",
      message: expect.stringContaining('pairs.tsv:2 "…" has no words') as string,
    });
  });

  test("is written as JSON lines, TSV and Parquet", async () => {
    const path = (name: string): string => join(folder, name);
    await writeCounts(path("c.jsonl"), { phrases: phraseTable, pairs: pairTable });
    const lines = readFileSync(path("c.jsonl"), "utf8").trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      ...phraseTable,
      ...pairTable,
    ]);
    expect(await writeCounts(path("c.tsv"), { phrases: phraseTable })).toBe(4);
    expect(readFileSync(path("c.tsv"), "utf8")).toBe(
      "phrase\tdf\ttf\nB\t2\t3\na b\t1\t1\nb\t2\t3\nB\t2\t3\n",
    );
    expect(await writeCounts(path("c.parquet"), { pairs: pairTable })).toBe(4);
    expect(await collect(readParquet(path("c.parquet")))).toEqual(pairTable);
    const { columns } = await describeParquet(path("c.parquet"));
    expect(columns.slice(2).every(({ type }) => type === "INT64")).toBe(true);
  });

  test("is written at size in all formats alike, with rows as progress", async () => {
    const size = 200_000;
    const phrases = Array.from({ length: 5000 }, (_, i) => `phrase "${i % 1000}" é${i}`);
    const pairs = Uint32Array.from(
      { length: 2 * size },
      (_, i) => (i * i * 7 + i) % phrases.length,
    );
    const counts = {
      df: Float64Array.from(phrases, (_, i) => i % 97),
      tf: Float64Array.from(phrases, (_, i) => (i % 97) * (i % 5 === 0 ? 2 ** 40 : 3)),
      codf: Float64Array.from({ length: size }, (_, i) => i % 11),
    };
    const onProgress = vi.fn();
    const rows = (): CountRows => ({ pairs: pairRows({ phrases, pairs }, counts, { onProgress }) });
    const expected = [...rows().pairs!];
    const path = (name: string): string => join(folder, name);
    for (const name of ["size.jsonl", "size.parquet", "size.tsv"])
      expect(await writeCounts(path(name), rows())).toBe(size);
    const text = readFileSync(path("size.jsonl"), "utf8");
    expect(text === expected.map((row) => `${JSON.stringify(row)}\n`).join("")).toBe(true);
    const table = readFileSync(path("size.tsv"), "utf8").split("\n");
    expect(
      table.slice(1, -1).every((line, i) => line === Object.values(expected[i]!).join("\t")),
    ).toBe(true);
    let [row, wrong] = [0, 0];
    for await (const { a, b, codf, dfA, dfB, tfA, tfB } of readParquet(path("size.parquet")))
      if (JSON.stringify({ a, b, codf, dfA, dfB, tfA, tfB }) !== JSON.stringify(expected[row++]))
        wrong += 1;
    expect([row, wrong]).toEqual([size, 0]);
    expect(onProgress).toHaveBeenCalledWith({
      stage: "write rows",
      done: 16_384,
      total: size,
      unit: "rows",
    });
  });

  test("JSON lines are what JSON.stringify makes of each row", () => {
    const text = fc.string({ unit: "binary" });
    const amount = fc.maxSafeInteger();
    const pair = fc.record({
      ...{ a: text, b: text, codf: amount, dfA: amount, dfB: amount, tfA: amount, tfB: amount },
    });
    const phrase = fc.record({ phrase: text, df: amount, tf: amount });
    fc.assert(
      fc.property(fc.array(phrase), fc.array(pair), (phrases, pairs) => {
        const lines = [...jsonChunks({ phrases, pairs })].map(({ text }) => text).join("");
        const expected = [...phrases, ...pairs].map((row) => `${JSON.stringify(row)}\n`);
        expect(lines).toBe(expected.join(""));
      }),
    );
  });

  test("what a format cannot hold is refused and leaves no file", async () => {
    const before = readdirSync(folder);
    const refused: [string, Parameters<typeof writeCounts>[1], string][] = [
      ["x.csv", { phrases: phraseTable }, "end the name with one of them"],
      ["x.tsv", { phrases: phraseTable, pairs: pairTable }, "not both"],
      ["x.parquet", { phrases: phraseTable, pairs: pairTable }, "not both"],
      ["x.tsv", { phrases: [{ phrase: "a\tb", df: 1, tf: 1 }] }, "which TSV cannot hold"],
    ];
    for (const [name, rows, message] of refused)
      await expect(writeCounts(join(folder, name), rows)).rejects.toThrow(message);
    expect(readdirSync(folder)).toEqual(before);
  });
});
