import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { describeParquet, readParquet } from "#rote/base/parquet.js";
import { readPairQueries, readPhraseQueries } from "#rote/counting/queries.js";
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
const phrases = (...chunks: (string | Uint8Array)[]): Promise<unknown[]> =>
  collect(readPhraseQueries("q", bytes(...chunks)));
const pairs = (...chunks: (string | Uint8Array)[]): Promise<unknown[]> =>
  collect(readPairQueries("q", bytes(...chunks)));

describe("a file of queries", () => {
  test("is TSV or JSON lines by its content", async () => {
    expect(await phrases("a b\r\nc", " d\n")).toEqual([
      { phrase: "a b", place: "q:1" },
      { phrase: "c d", place: "q:2" },
    ]);
    expect(await pairs("a b\tc\nd\te")).toEqual([
      { a: "a b", b: "c", place: "q:1" },
      { a: "d", b: "e", place: "q:2" },
    ]);
    expect(await phrases('{"phrase":"a\\tb","n":2}\r\n{"phrase":"c"}')).toEqual([
      { phrase: "a\tb", place: "q:1" },
      { phrase: "c", place: "q:2" },
    ]);
    expect(await pairs('\ufeff{"b":"x","a":"y"}\n')).toEqual([{ a: "y", b: "x", place: "q:1" }]);
  });

  test("a blank line means nothing among JSON lines", async () => {
    expect(await phrases('{"phrase":"a"}\n\n{"phrase":"b"}\n \n')).toEqual([
      { phrase: "a", place: "q:1" },
      { phrase: "b", place: "q:3" },
    ]);
  });

  test("a line separator of Unicode ends no line", async () => {
    expect(await phrases("a\u2028b\n")).toEqual([{ phrase: "a\u2028b", place: "q:1" }]);
  });

  test.each([
    [() => phrases("a\nb\tc\n"), "q:2 has 2 columns; a line here is one phrase"],
    [() => pairs("a\tb\nc\n"), "q:2 has one column; a line here is two columns"],
    [() => pairs("a\tb\tc\n"), "q:1 has 3 columns"],
    [() => phrases("a\n\nb\n"), "q:2 is blank"],
    [() => phrases('{"phrase":"a"}\nb\n'), "q:2 is not JSON, but the file's first line begins"],
    [() => phrases('{"phrase":1}\n'), 'q:1 has no string "phrase"; a line here is {"phrase":"…"}'],
    [() => pairs('{"a":"x"}\n'), 'q:1 has no string "b"'],
    [() => phrases("a\n", Buffer.from("caf\xe9\n", "latin1")), "q:2 is not UTF-8"],
    [() => phrases(""), "q is empty"],
    [() => collect(readPhraseQueries(join(folder, "none.tsv"))), "none.tsv does not exist"],
  ])("%# names file and line of what it cannot read", async (read, message) => {
    await expect(read()).rejects.toThrow(message);
  });
});

describe("a question", () => {
  const ask = async (): Promise<{ phraseTable: unknown[]; pairTable: unknown[] }> => {
    const question = await gatherQuestion(
      {
        phrases: readPhraseQueries("p", bytes("B\na b\nb\nB\n")),
        pairs: readPairQueries("q", bytes("a\tb\nA\ta\na\tb\nz\ta\n")),
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
    const pairs = readPairQueries("pairs.tsv", bytes("a\tb\na\t…\n"));
    await expect(gatherQuestion({ pairs }, wordsPolicy)).rejects.toMatchObject({
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

  test("a file is read from disk as from any stream", async () => {
    const path = join(folder, "p.tsv");
    writeFileSync(path, "a\nb\n");
    expect((await collect(readPhraseQueries(path))).map(({ phrase }) => phrase)).toEqual([
      "a",
      "b",
    ]);
  });
});
