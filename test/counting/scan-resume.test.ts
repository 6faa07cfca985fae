import { truncateSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import type { CorpusOptions } from "#rote/corpus/corpus.js";
import type { CorpusIdentity } from "#rote/corpus/document.js";
import { openScan, type ScanOptions } from "#rote/counting/scan/scan-engine.js";
import type { ScanProgress } from "#rote/counting/scan/scan-progress.js";
import { scratch } from "../corpus/helpers.ts";
import { type Cut, openCut } from "./parts.ts";

const { write, remove } = scratch();
afterAll(remove);

const line = '{"text":"the end of a b"}\n';

interface Saved {
  /** Where the scan was at last, and the documents it had counted by then. */
  readonly progress: ScanProgress;
  readonly documents: number;
  readonly identity: CorpusIdentity;
  readonly error: unknown;
}

/** Count documents with "the end", with a checkpoint every millisecond. */
async function scan(cut: Cut, corpus: CorpusOptions, options: ScanOptions = {}): Promise<Saved> {
  let latest: Pick<Saved, "progress" | "documents"> | undefined;
  const checkpoint: ScanOptions["checkpoint"] = {
    seconds: 0.001,
    save: (progress, { df }) => {
      latest = { progress: structuredClone(progress), documents: df[0]! };
      return Promise.resolve();
    },
  };
  await using engine = await openScan(await openCut(cut, corpus), { ...options, checkpoint });
  let error: unknown;
  await engine.countPhrases(["the end"]).catch((thrown: unknown) => (error = thrown));
  expect(latest).toBeDefined();
  return { ...latest!, identity: engine.identity, error };
}

test("checkpoints that come faster than threads go on lose nothing", async () => {
  const paths = [write("often/a.jsonl", line.repeat(1_000_000))];
  const cut = { partBytes: 8 * 1024 * 1024, inWorkers: true };
  const { progress, documents, error } = await scan(cut, { paths }, { jobs: 3 });
  expect(error).toBeUndefined();
  expect(progress.parts.filter(({ blocks }) => blocks === undefined)).toEqual([]);
  expect(documents).toBe(1_000_000);
});

describe("a scan that goes on", () => {
  test("takes files as they are now of which nothing was counted", async () => {
    const cut = { partBytes: 16 * 1024 * 1024, batchBytes: 1 };
    for (const now of [1, 700_000, 1_400_000]) {
      const paths = [
        write("later/a.jsonl", `${line}nonsense\n`),
        write("later/b.jsonl", line.repeat(1_000_000)),
      ];
      const { progress, documents, error } = await scan(cut, { paths });
      expect(error).toMatchObject({ code: "corpus/malformed" });
      expect(progress.parts.map(({ part }) => part)).toEqual([0]);
      write("later/b.jsonl", line.repeat(now));
      const corpus = { paths, skipMalformed: true };
      const rest = await scan(cut, corpus, { resume: progress });
      expect(documents + rest.documents).toBe(1 + now);
      expect(rest.identity).toEqual((await scan(cut, corpus)).identity);
    }
  });

  test("has the same shard although a file of it was cut short before", async () => {
    const sizes = [9000, 8000, 7000, 6000, 5000];
    const stored = sizes.map((size) => gzipSync(line.repeat(size)));
    const paths = stored.map((bytes, i) => write(`dealt/${i}.jsonl.gz`, bytes));
    const cut = { batchBytes: 1, streamBytes: 1 };
    let [documents, errors] = [0, 0];
    for (const index of [1, 2]) {
      const shard = { index, of: 2 };
      truncateSync(paths[2]!, stored[2]!.length - 20);
      const before = await scan(cut, { paths }, { shard });
      documents += before.documents;
      if (before.error === undefined) continue;
      errors += 1;
      write("dealt/2.jsonl.gz", stored[2]!);
      const rest = await scan(cut, { paths }, { shard, resume: before.progress });
      documents += rest.documents;
    }
    expect({ documents, errors }).toEqual({ documents: 35_000, errors: 1 });
  });
});
