import { expect, test, vi } from "vitest";
import type { CorpusReading } from "#rote/corpus/read-part.js";
import { Tally } from "#rote/corpus/tally.js";
import { CorpusCounter } from "#rote/counting/scan/corpus-counter.js";
import { prepareScan } from "#rote/counting/scan/prepare-scan.js";
import { buildQueryTables } from "#rote/counting/scan/query-tables.js";
import { TextCounter } from "#rote/counting/scan/text-counter.js";
import { wordsPolicy } from "#rote/text/policies.js";

test("lines that need a closer look do not have the others copied again", () => {
  const query = { tables: buildQueryTables(["hit"], wordsPolicy), pairs: new Uint32Array(0) };
  const scan = prepareScan({ ...query, policy: "words" }, { jobs: 1 });
  const counter = new TextCounter(scan.plans[0]!);
  const input = vi.spyOn(counter, "input");
  const path = "a.jsonl";
  const reading: CorpusReading = {
    files: [{ path, byteLength: 0, kind: "jsonl", compression: "none" }],
    ...{ field: "text", lines: false, skipMalformed: true, where: {} },
  };
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
