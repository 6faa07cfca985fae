import { renameSync, writeFileSync } from "node:fs";
import type { Worker } from "node:worker_threads";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { noLimits } from "#rote/counting/ngram-index/api-limits.js";
import { AnswerThreads, Unavailable } from "#rote/server/answer-threads.js";
import { freshDirectory, rote } from "../cli/rote.ts";
import { buildSmallIndexes, type SmallIndexes } from "../cli/small-indexes.ts";

let small: SmallIndexes;
beforeAll(async () => {
  small = await buildSmallIndexes();
});
afterAll(() => {
  small[Symbol.dispose]();
});

interface StartedThreads {
  readonly threads: AnswerThreads;
  /** Those that were started so far. */
  readonly workers: readonly Worker[];
  readonly failures: readonly string[];
}

async function start(count: number, directory = small.words): Promise<StartedThreads> {
  const workers: Worker[] = [];
  const failures: string[] = [];
  const onWorker = (worker: Worker): void => void workers.push(worker);
  process.on("worker", onWorker);
  const threads = await AnswerThreads.start(
    {
      sources: [{ name: "only", directories: [directory] }],
      ...{ limits: noLimits, shards: new Map(), memory: 2 ** 20 },
    },
    {
      ...{ threads: count, timeLimitMs: 60_000, waiting: 10 },
      onFailure: (message) => failures.push(message),
    },
  );
  onTestFinished(async () => {
    process.off("worker", onWorker);
    await threads[Symbol.asyncDispose]();
  });
  return { threads, workers, failures };
}

const { signal } = new AbortController();
const ask = async ({ threads }: StartedThreads): Promise<unknown> => {
  const [answer] = await threads.answer([{ query_type: "count", query: "to be" }], signal);
  return JSON.parse(answer!.body);
};

test("a thread that ends while it has nothing to do is replaced when it is needed", async () => {
  const started = await start(2);
  for (const worker of started.workers) await worker.terminate();
  expect(await ask(started)).toMatchObject({ count: 4 });
  await started.workers.at(-1)!.terminate();
  expect(await ask(started)).toMatchObject({ count: 4 });
  expect(started.failures).toEqual([]);
});

test("where no thread is left and none can be started, requests are told so, each of them", async () => {
  const started = await start(1);
  renameSync(small.words, `${small.words}.away`);
  await started.workers[0]!.terminate();
  for (const times of [1, 2]) {
    await expect(ask(started)).rejects.toThrow(Unavailable);
    expect(started.failures).toEqual(
      Array(times).fill(expect.stringMatching(/^no thread can be started: .*words/)),
    );
  }
  renameSync(`${small.words}.away`, small.words);
  expect(await ask(started)).toMatchObject({ count: 4 });
});

test("of large answers a thread makes no more than fill a message, and an array has them all", async () => {
  using scratch = freshDirectory();
  writeFileSync(scratch.in("c.txt"), "a".repeat(60_000));
  const build = ["--corpus", scratch.in("c.txt"), "--out", scratch.in("idx")];
  expect((await rote(["index", "build", ...build, "--tokenizer", "bytes"])).code).toBe(0);
  const { threads } = await start(1, scratch.in("idx"));
  const show = { query_type: "get_doc_by_ix", doc_ix: 0 };
  const requests = Array.from({ length: 12 }, (_, i) => ({ ...show, max_disp_len: 60_000 - i }));
  const lengths: number[] = [];
  while (lengths.length < requests.length) {
    const answers = await threads.answer(requests.slice(lengths.length), signal);
    const characters = answers.map(({ body }) => body.length);
    expect(characters.reduce((a, b) => a + b)).toBeLessThan(2 ** 20 + 300_000);
    for (const { body } of answers)
      lengths.push((JSON.parse(body) as { disp_len: number }).disp_len);
  }
  expect(lengths).toEqual(requests.map((request) => request.max_disp_len));
});

test("what waits when the threads are ended is told so", async () => {
  const started = await start(1);
  const [first, second] = [ask(started), ask(started)].map((asked) =>
    asked.catch((error: unknown) => error),
  );
  await started.threads[Symbol.asyncDispose]();
  expect(await second).toBeInstanceOf(Unavailable);
  await first;
});
