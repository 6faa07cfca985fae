import { readFileSync, truncateSync, utimesSync } from "node:fs";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { hashFiles } from "#rote/base/files.js";
import { writeParquet } from "#rote/base/parquet.js";
import type { Progress } from "#rote/base/progress.js";
import { type CorpusOptions, openCorpus } from "#rote/corpus/corpus.js";
import type { CorpusIdentity } from "#rote/corpus/document.js";
import type { CorpusReport } from "#rote/corpus/pass.js";
import type { PairCounts } from "#rote/counting/count-engine.js";
import { openScan, type ScanOptions } from "#rote/counting/scan/scan-engine.js";
import type { ScanProgress } from "#rote/counting/scan/scan-progress.js";
import { wordsPolicy } from "#rote/text/policies.js";
import { blockedGzip, collect, inChunks, scratch } from "../corpus/helpers.ts";
import { naiveCounts } from "./naive.js";
import { added, type Cut, openCut } from "./parts.ts";

const { folder, write, remove } = scratch();
afterAll(remove);

const phrases = ["the", "the end", "a b", "b", "é", "zzz", "end of the"];
const pairs = [
  [0, 3],
  [1, 2],
  [3, 3],
  [4, 0],
  [5, 0],
] as const;
const flat = Uint32Array.from(pairs.flat());

interface Scan {
  readonly counts: PairCounts;
  readonly identity: CorpusIdentity;
  readonly report: CorpusReport;
}

/** Count the phrases and pairs above. */
async function scan(cut: Cut, corpus: CorpusOptions, options: ScanOptions = {}): Promise<Scan> {
  const opened = await openCut(cut, corpus);
  await using engine = await openScan(opened, options);
  const counts = await engine.countPairs(phrases, flat);
  return { counts, identity: engine.identity, report: opened.report() };
}

/** What the documents' own reader and the definition say. */
async function naiveScan(
  options: CorpusOptions,
): Promise<Omit<Scan, "identity"> & { words: number }> {
  const corpus = await openCorpus(options);
  const texts = (await collect(corpus.documents())).map(({ text }) => text);
  const { df, tf, codf } = naiveCounts(texts, phrases, pairs, { policy: wordsPolicy });
  const words = texts.reduce((sum, text) => sum + wordsPolicy.words(text).length, 0);
  const counts = {
    df: Float64Array.from(df),
    tf: Float64Array.from(tf),
    codf: Float64Array.from(codf),
  };
  return { counts, report: corpus.report(), words };
}

// From one document a part, through documents over many parts, to everything in one.
const cuts: readonly Cut[] = [
  { partBytes: 7, batchBytes: 10, streamBytes: 1 },
  { partBytes: 64, batchBytes: 1, streamBytes: 1 },
  { partBytes: 300, batchBytes: 500, streamBytes: 100 },
  {},
];

const lines = [
  '{"text":"the end of the world"}\r\n',
  "\n",
  '{"id":"x","meta":{"lang":"en"},"text":"a b \\u00e9 the\\nend"}\n',
  ' {"text" : "\\ud83d\\ude00 é e\\u0301 A-B"} \n',
  '{"text":""}\n',
  `{"n":1,"text":"${"the end of the b ".repeat(30)}"}\n`,
  " \t\r\n",
  '{"te\\u0078t":"a b the end"}',
];
const text = lines.join("");

/** A corpus of every kind of file. */
async function everyKind(name: string): Promise<readonly string[]> {
  const rows = Array.from({ length: 40 }, (_, i) => ({
    id: `r${i}`,
    text: `the end ${i} of the a b`,
  }));
  const parquet = `${folder}/${name}/g.parquet`;
  const paths = [
    write(`${name}/a.jsonl`, `\ufeff${text}`),
    write(`${name}/b.jsonl.gz`, gzipSync(`${text}\n`.repeat(20))),
    write(`${name}/c.txt`, "the end.\nThe end, of\r\nthe b\n"),
    write(`${name}/d.csv`, 'text,n\n"the end\nof the",1\nb,2\n'),
    write(`${name}/e.txt.gz`, gzipSync(`\ufeffa b\n\u00a0\nthe é\n`)),
    write(
      `${name}/f.jsonl`,
      Buffer.concat([
        Buffer.from('{"text":"the '),
        Buffer.from([0xff, 0xc3]),
        Buffer.from(' b"}\n'),
      ]),
    ),
    parquet,
    write(`${name}/h.jsonl`, ""),
    write(`${name}/i.jsonl.gz`, blockedGzip(Buffer.from(`${text}\n`.repeat(3)), 50)),
  ];
  await writeParquet(
    parquet,
    [
      { name: "id", type: "string" },
      { name: "text", type: "string" },
    ],
    rows,
    { rowGroupSize: 7 },
  );
  return paths;
}

describe("a scan in parts", () => {
  test.each([
    ["every kind of file", {}],
    ["lines as documents", { lines: true }],
    ["a filter", { where: { "meta.lang": "en" } }],
    ["a filter on ids", { where: { id: "x" } }],
  ] as const)("counts and reports as the reader of documents: %s", async (_, options) => {
    const paths = await everyKind("kinds");
    const corpus = { paths, ...options };
    const naive = await naiveScan(corpus);
    for (const cut of cuts)
      for (const jobs of [0, 1, 3]) {
        const { counts, identity, report } = await scan({ ...cut, inWorkers: jobs > 0 }, corpus, {
          jobs: Math.max(1, jobs),
        });
        expect(counts).toEqual(naive.counts);
        expect(report).toEqual(naive.report);
        expect(identity).toMatchObject({ words: naive.words, sha256: await hashFiles(paths) });
      }
  });

  test("gives the same whatever the texts, the parts and the threads", async () => {
    const word = fc.constantFrom("the", "end", "of", "a", "b", "é", "e\u0301", "\u{1f600}");
    const documents = fc.array(
      fc.array(word, { maxLength: 12 }).map((words) => words.join(" ")),
      { minLength: 1, maxLength: 12 },
    );
    let number = 0;
    await fc.assert(
      fc.asyncProperty(
        documents,
        fc.integer({ min: 1, max: 120 }),
        fc.boolean(),
        async (texts, partBytes, isZipped) => {
          const content = texts.map((each) => `${JSON.stringify({ text: each })}\n`).join("");
          const path = isZipped
            ? write(`random/${(number += 1)}.jsonl.gz`, gzipSync(content))
            : write(`random/${(number += 1)}.jsonl`, content);
          const cut = { partBytes, batchBytes: 50, streamBytes: 1 };
          const { counts } = await scan(cut, { paths: [path] });
          const naive = naiveCounts(texts, phrases, pairs, { policy: wordsPolicy });
          expect(Array.from(counts.df)).toEqual(naive.df);
          expect(Array.from(counts.tf)).toEqual(naive.tf);
          expect(Array.from(counts.codf)).toEqual(naive.codf);
        },
      ),
      { numRuns: 200 },
    );
  });

  test("a line of 80 MB among others is one document, whoever counts what is around it", async () => {
    const long = `{"text":"the ${"b é ".repeat(16_000_000)} end"}\n`;
    const path = write("80mb.jsonl", `{"text":"a b"}\n${long}{"text":"the end"}\n`);
    const one = await scan({}, { paths: [path] }, { jobs: 1 });
    expect(one.identity.documents).toBe(3);
    expect(Array.from(one.counts.tf)).toEqual([2, 1, 1, 16_000_001, 16_000_000, 0, 0]);
    expect(await scan({}, { paths: [path] }, { jobs: 2 })).toEqual(one);
  });

  test("thousands of small files", async () => {
    const paths = Array.from({ length: 3000 }, (_, i) =>
      i % 3 === 0
        ? write(`small/${i}.jsonl.gz`, gzipSync('{"text":"the end"}\n'))
        : write(`small/${i}.txt`, `a b ${i}`),
    );
    const { counts, identity } = await scan(
      { batchBytes: 4000, inWorkers: true },
      { paths: [`${folder}/small`] },
      { jobs: 2 },
    );
    expect(Array.from(counts.df)).toEqual([1000, 1000, 2000, 2000, 0, 0, 0]);
    expect(identity).toMatchObject({
      documents: 3000,
      files: 3000,
      sha256: await hashFiles([...paths].sort()),
    });
  });

  test("standard input, small and large, plain and compressed", async () => {
    const small = Buffer.from(text);
    const large = Buffer.from(`${text}\n`.repeat(6000));
    for (const [bytes, documents] of [
      [small, 6],
      [gzipSync(small), 6],
      [large, 36_000],
      [gzipSync(large), 36_000],
    ] as const) {
      const stdin = inChunks(bytes, bytes === small ? 3 : 100_000);
      const { counts, identity, report } = await scan({}, { paths: ["-"], stdin }, { jobs: 2 });
      expect(identity).toMatchObject({ documents, bytes: bytes.length });
      expect(counts.df[3]).toBe(documents / 2 + documents / 6);
      expect(report.emptyLines).toBe(documents / 3);
    }
  });

  test("progress counts bytes to the end, and documents", async () => {
    const paths = await everyKind("progress");
    const corpus = await openCut({ ...cuts[2] }, { paths });
    const steps: Progress[] = [];
    await (
      await openScan(corpus)
    ).countPhrases(phrases, { onProgress: (step) => steps.push(step) });
    const total = corpus.files.reduce((sum, { byteLength }) => sum + byteLength, 0);
    const { documents } = corpus.report();
    expect(steps.at(-1)).toEqual({ stage: "count", done: total, total, unit: "bytes", documents });
  });
});

describe("what is wrong with a corpus is told the same whatever the threads", () => {
  test("bad JSON deep in a file names its line, the first one in the order of the files", async () => {
    const good = '{"text":"the end of a b"}\n';
    const content = [
      good.repeat(5000),
      "\n",
      good.repeat(4000),
      '{"text":"the"\n',
      good.repeat(900),
      "{}\n",
    ];
    const path = write("bad.jsonl", content.join(""));
    const zipped = write("bad.jsonl.gz", gzipSync(content.join("")));
    const later = write("bad2.jsonl", "5\n");
    for (const first of [path, zipped])
      for (const jobs of [1, 2, 8]) {
        const cut = { partBytes: 10_000, batchBytes: 1, streamBytes: 1, inWorkers: true };
        await expect(scan(cut, { paths: [first, later] }, { jobs })).rejects.toMatchObject({
          code: "corpus/malformed",
          message: expect.stringContaining(`${first}:9002 is not JSON (`) as string,
          detail: { path: first, line: 9002 },
        });
      }
  });

  test("malformed lines are skipped, counted, and the first thousand listed in order", async () => {
    const broken = (count: number): string => '{"text":"b"}\n5\n\n'.repeat(count);
    const paths = [
      write("skip/a.jsonl", broken(700)),
      write("skip/b.jsonl.gz", gzipSync(broken(250))),
      write("skip/c.csv", "text,n\na\nb,1\nc\n"),
      write("skip/d.jsonl", broken(9000)),
    ];
    const corpus = { paths, skipMalformed: true };
    const naive = await naiveScan(corpus);
    const inOrder = { ...naive.report, skipped: naive.report.skipped.slice(0, 1000) };
    for (const cut of cuts.slice(1))
      for (const jobs of [1, 4]) {
        const { counts, report } = await scan({ ...cut, inWorkers: jobs > 1 }, corpus, { jobs });
        expect(counts).toEqual(naive.counts);
        expect(report).toEqual(inOrder);
      }
  });

  test("a Zstandard file cut short, the third of five", async () => {
    const frame = readFileSync(new URL("../corpus/fixtures/times-long.zst", import.meta.url));
    const paths = [1, 2, 3, 4, 5].map((i) => write(`cut/${i}.txt.zst`, frame));
    truncateSync(paths[2]!, Math.floor(frame.length / 2));
    for (const streamBytes of [1, 1_000_000_000])
      for (const jobs of [1, 3])
        await expect(
          scan({ streamBytes, inWorkers: true }, { paths, lines: true }, { jobs }),
        ).rejects.toMatchObject({
          code: "file/truncated",
          message: expect.stringContaining(
            `${paths[2]!} ends in the middle of its zstd data`,
          ) as string,
        });
  });

  test("a corpus without documents, or that changed between two passes", async () => {
    const path = write("blank.jsonl", "\n\n");
    await expect(scan({}, { paths: [path] })).rejects.toThrow("holds no document: blank lines: 2");
    const where = write("where.jsonl", '{"text":"x","lang":"en"}\n');
    await expect(scan({}, { paths: [where], where: { language: "en" } })).rejects.toThrow(
      'of 1 read, none has language=en; the first has the metadata "lang"',
    );
    const changing = write("changing.jsonl", '{"text":"b"}\n');
    const engine = await openScan(await openCorpus({ paths: [changing] }));
    await engine.countPhrases(["b"]);
    write("changing.jsonl", '{"text":"c"}\n');
    await expect(engine.countPhrases(["b"])).rejects.toMatchObject({ code: "corpus/changed" });
  });
});

/** All that a scan saves on its way, and what it ends with. */
async function saveAll(
  cut: Cut,
  corpus: CorpusOptions,
  options: ScanOptions = {},
): Promise<{ saved: { progress: ScanProgress; counts: PairCounts }[]; error: unknown }> {
  const saved: { progress: ScanProgress; counts: PairCounts }[] = [];
  const save = (progress: ScanProgress, counts: PairCounts): Promise<void> => {
    saved.push(
      structuredClone({ progress: JSON.parse(JSON.stringify(progress)) as ScanProgress, counts }),
    );
    return Promise.resolve();
  };
  let error: unknown;
  await scan(cut, corpus, { ...options, checkpoint: { seconds: 0.001, save } }).catch(
    (thrown: unknown) => (error = thrown),
  );
  return { saved, error };
}

describe("a scan that was stopped", () => {
  test("goes on from every checkpoint to the same counts and the same report", async () => {
    const paths = [
      ...(await everyKind("resume")),
      write("resume/z.jsonl", `${text}\n`.repeat(3000)),
    ];
    const corpus = { paths };
    for (const [cut, jobs] of [
      [{ partBytes: 5000, batchBytes: 1, streamBytes: 1, inWorkers: true }, 2],
      [{ partBytes: 100_000, batchBytes: 600, streamBytes: 1, inWorkers: true }, 1],
      [{ partBytes: 100_000, batchBytes: 600, streamBytes: 1 }, 1],
    ] as const) {
      const whole = await scan(cut, corpus);
      const { saved, error } = await saveAll(cut, corpus, { jobs });
      expect(error).toBeUndefined();
      expect(saved.length).toBeGreaterThan(2);
      for (const { progress, counts } of [saved[0]!, ...saved.slice(-6)]) {
        const rest = await scan(cut, corpus, { jobs, resume: progress });
        expect(added(counts, rest.counts)).toEqual(whole.counts);
        expect(rest.identity).toEqual(whole.identity);
        expect(rest.report).toEqual(whole.report);
      }
    }
  });

  test("by a file that was cut short goes on when it is copied again", async () => {
    const content = Array.from({ length: 80_000 }, (_, i) => `{"text":"the end ${i * 7919}"}\n`);
    const stored = gzipSync(content.join(""));
    const others = gzipSync(content.toReversed().join(""));
    for (const [streamBytes, jobs] of [
      [1, 3],
      [1, 1],
      [1e9, 1],
      // Cut short, it would be read as a small file.
      [stored.length, 3],
    ] as const) {
      const paths = [1, 2, 3, 4, 5].map((i) => write(`again/${i}.jsonl.gz`, stored));
      const cut = { streamBytes, inWorkers: jobs > 1 };
      const whole = await scan(cut, { paths });
      truncateSync(paths[2]!, stored.length - 30);
      const { saved, error } = await saveAll(cut, { paths }, { jobs });
      expect(error).toMatchObject({ code: "file/truncated" });
      const { progress, counts } = saved.at(-1)!;
      write("again/3.jsonl.gz", stored);
      const rest = await scan(cut, { paths }, { resume: progress });
      expect(added(counts, rest.counts)).toEqual(whole.counts);
      expect(rest.identity).toEqual(whole.identity);
      write("again/3.jsonl.gz", others);
      await expect(scan(cut, { paths }, { resume: progress })).rejects.toMatchObject({
        code: "corpus/changed",
        message: expect.stringContaining("no longer begins as it did") as string,
      });
    }
  });

  test("by a bad line, or by its signal, has saved what it counted", async () => {
    const good = '{"text":"the end of a b"}\n';
    const paths = [
      write("stop/a.jsonl", good.repeat(3000)),
      write("stop/b.jsonl.gz", gzipSync(`${good.repeat(2000)}5\n${good.repeat(30_000)}`)),
      write("stop/c.jsonl", good.repeat(3000)),
    ];
    const cut = { partBytes: 5000, batchBytes: 1, streamBytes: 1, inWorkers: true };
    for (const jobs of [1, 4]) {
      const { saved, error } = await saveAll(cut, { paths }, { jobs });
      expect(error).toMatchObject({
        message: expect.stringContaining(":2001 holds a number") as string,
      });
      const { progress, counts } = saved.at(-1)!;
      const documents = progress.parts.reduce((sum, part) => sum + part.documents, 0);
      expect(documents).toBeGreaterThanOrEqual(5000);
      expect(counts.df[0]).toBe(documents);
      await expect(scan(cut, { paths }, { resume: progress })).rejects.toThrow(
        ":2001 holds a number",
      );
    }
    const controller = new AbortController();
    const savings: [ScanProgress, PairCounts][] = [];
    const checkpoint = {
      seconds: 1000,
      save: (progress: ScanProgress, counts: PairCounts) => {
        savings.push([progress, counts]);
        return Promise.resolve();
      },
    };
    const corpus = { paths: [paths[0]!, paths[2]!] };
    const engine = await openScan(await openCut(cut, corpus), { jobs: 2, checkpoint });
    const counting = engine.countPairs(phrases, flat, { signal: controller.signal });
    setTimeout(() => {
      controller.abort(new Error("enough"));
    }, 100);
    await counting.catch((error: unknown) => {
      expect(error).toMatchObject({ message: "enough" });
    });
    expect(savings).toHaveLength(1);
    const [progress, counts] = savings[0]!;
    const whole = await scan(cut, corpus);
    const rest = await scan(cut, corpus, { resume: progress });
    expect(added(counts, rest.counts)).toEqual(whole.counts);
  });

  test("is not taken up where files have changed, or as another shard", async () => {
    const paths = [
      write("held/a.jsonl", '{"text":"b"}\n'),
      write("held/b.jsonl", '{"text":"b"}\n'.repeat(9)),
    ];
    const cut = { partBytes: 20, batchBytes: 1 };
    const { saved } = await saveAll(cut, { paths });
    const { progress } = saved.at(-1)!;
    expect((await scan(cut, { paths }, { resume: progress })).identity.documents).toBe(10);
    const resume = (changed: Partial<CorpusOptions>): Promise<Scan> =>
      scan(cut, { paths, ...changed }, { resume: progress });
    await expect(resume({ paths: paths.slice(1) })).rejects.toMatchObject({
      code: "corpus/changed",
    });
    await expect(resume({ where: { lang: "eng" } })).rejects.toThrow("read in another way");
    expect((await resume({ skipMalformed: true })).identity.documents).toBe(10);
    await expect(
      scan(cut, { paths }, { resume: progress, shard: { index: 1, of: 2 } }),
    ).rejects.toThrow("shard 1 of 2");
    utimesSync(paths[1]!, 1, 1);
    await expect(resume({})).rejects.toThrow(`${paths[1]!} changed after parts of it were counted`);
  });

  test("cannot be standard input, nor texts that are no files", async () => {
    const corpus = await openCorpus({ paths: ["-"], stdin: inChunks(Buffer.from(text), 10) });
    const shard = { index: 1, of: 2 };
    await expect(openScan(corpus, { shard })).rejects.toThrow("save it to a file");
    const files = await openCorpus({ paths: [write("one.txt", "x")] });
    await expect(openScan(files, { shard: { index: 3, of: 2 } })).rejects.toThrow("got 3 of 2");
  });
});

test("shards add up to the whole", async () => {
  const paths = [...(await everyKind("shards")), write("shards/z.jsonl", `${text}\n`.repeat(50))];
  const cut = { partBytes: 500, batchBytes: 100, streamBytes: 1 };
  const whole = await scan(cut, { paths });
  for (const of of [1, 2, 3, 7]) {
    let sum: PairCounts | undefined;
    let documents = 0;
    for (let index = 1; index <= of; index++) {
      const { counts, identity } = await scan(cut, { paths }, { shard: { index, of } });
      sum = sum === undefined ? counts : added(sum, counts);
      documents += identity.documents!;
      expect(identity.sha256 !== undefined).toBe(of === 1);
    }
    expect(sum).toEqual(whole.counts);
    expect(documents).toBe(whole.identity.documents);
  }
});
