import { renameSync } from "node:fs";
import type { Worker } from "node:worker_threads";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { noLimits } from "#rote/counting/ngram-index/api-limits.js";
import { AnswerThreads, Unavailable } from "#rote/server/answer-threads.js";
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

async function start(count: number): Promise<StartedThreads> {
  const workers: Worker[] = [];
  const failures: string[] = [];
  const onWorker = (worker: Worker): void => void workers.push(worker);
  process.on("worker", onWorker);
  const threads = await AnswerThreads.start(
    {
      sources: [{ name: "words", directories: [small.words] }],
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

test("what waits when the threads are ended is told so", async () => {
  const started = await start(1);
  const [first, second] = [ask(started), ask(started)].map((asked) =>
    asked.catch((error: unknown) => error),
  );
  await started.threads[Symbol.asyncDispose]();
  expect(await second).toBeInstanceOf(Unavailable);
  await first;
});
