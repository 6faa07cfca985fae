import { expect, test, vi } from "vitest";
import type { FileKind } from "#rote/corpus/files.js";
import type { CorpusReading } from "#rote/corpus/read-part.js";
import { Tally } from "#rote/corpus/tally.js";
import { CorpusCounter } from "#rote/counting/scan/corpus-counter.js";
import { prepareScan } from "#rote/counting/scan/prepare-scan.js";
import { buildQueryTables } from "#rote/counting/scan/query-tables.js";
import { TextCounter } from "#rote/counting/scan/text-counter.js";
import { wordsPolicy } from "#rote/text/policies.js";

/** A counter of a corpus of one file, and what it counts into. */
function counterOf(kind: FileKind, options: { readonly logEntries?: number } = {}) {
  const tables = buildQueryTables(["hit"], wordsPolicy);
  const query = { tables, pairs: Uint32Array.of(0, 0), policy: "words", window: 1 } as const;
  const scan = prepareScan(query, { jobs: 1, ...options });
  const plan = scan.plans[0]!;
  const reading: CorpusReading = {
    files: [{ path: "a.jsonl", byteLength: 0, kind, compression: "none" }],
    ...{ field: "text", lines: kind === "text", skipMalformed: true, where: {} },
  };
  return { scan, plan, reading, counter: new TextCounter(plan) };
}

test("lines that need a closer look do not have the others copied again", () => {
  const { scan, reading, counter } = counterOf("jsonl");
  const input = vi.spyOn(counter, "input");
  const tally = new Tally(reading);
  // JavaScript reads the escaped key, and refuses the line after it.
  const lines = '{"text":"a hit"}\n{"te\\u0078t":"hit"}\n{"text":7}\n\n'.repeat(100);
  const bytes = Buffer.from(lines);
  const progress = { tally, at: 0, lines: 0 };
  new CorpusCounter(counter, reading).countLines(bytes, { file: 0, firstLine: 11 }, progress);
  counter.flush();
  expect(progress).toEqual({ tally, at: bytes.length, lines: 400 });
  expect(scan.totals().df).toEqual(Float64Array.of(200));
  expect(tally).toMatchObject({ emptyLines: 100, skippedLines: 100 });
  expect(tally.skipped.slice(0, 2)).toMatchObject([{ line: 13 }, { line: 17 }]);
  expect(input).toHaveBeenCalledTimes(1);
});

test("a document that finds no room is told by file and line", () => {
  const long = "hit ".repeat(100_000);
  const lines = {
    jsonl: `{"text":"x"}\n\n{"text":"${long}"}\n`,
    text: `x\n\n${long}\n`,
  };
  for (const kind of ["jsonl", "text"] as const) {
    const { plan, reading, counter } = counterOf(kind, { logEntries: 0 });
    const bytes = Buffer.from(lines[kind]);
    counter.input(bytes.length);
    plan.memory.grow(65_536 - plan.memory.buffer.byteLength / 65_536);
    const progress = { tally: new Tally(reading), at: 0, lines: 0 };
    const place = { file: 0, firstLine: 11 };
    expect(() => {
      new CorpusCounter(counter, reading).countLines(bytes, place, progress);
    }).toThrow(/^a\.jsonl:13 a document finds no room/);
  }
});
