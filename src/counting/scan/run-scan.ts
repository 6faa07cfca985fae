/** One pass over documents that counts them, on this thread or on several. */
import { assert } from "../../base/errors.ts";
import { createWorkerPool, type WorkerPool } from "../../base/worker-pool.ts";
import type { Document } from "../../corpus/document.ts";
import { DocumentCounter, type ScanCounts, type ScanPlan } from "./document-counter.ts";
import type { ScanRequest, ScanResponse } from "./scan-worker.ts";

/** Count documents on this thread. */
export async function countHere(
  documents: AsyncIterable<Document>,
  plan: ScanPlan,
): Promise<ScanCounts> {
  const counter = new DocumentCounter(plan);
  for await (const { text } of documents) counter.add(text);
  return counter.counts;
}

// Large enough that sending costs little, small enough that all workers are busy to the end.
const BATCH_UNITS = 512 * 1024;

/**
 * Count documents on `jobs` worker threads, which get batches of texts as they become free. Sums of
 * whole numbers do not depend on who counted what. At most two batches a worker are on their way,
 * so memory holds that many batches and documents.
 */
export async function countInWorkers(
  documents: AsyncIterable<Document>,
  plan: ScanPlan,
  jobs: number,
): Promise<ScanCounts> {
  const url = new URL("./scan-worker.js", import.meta.url);
  await using pool = createWorkerPool<ScanRequest, ScanResponse>(url, {
    size: jobs,
    workerData: plan,
  });
  const sending = new Set<Promise<unknown>>();
  for await (const texts of batches(documents)) {
    const sent = pool.run({ texts }).finally(() => sending.delete(sent));
    sent.catch(() => undefined); // thrown by the race or by the end, whichever waits for it
    sending.add(sent);
    if (sending.size >= 2 * jobs) await Promise.race(sending);
  }
  await Promise.all(sending);
  return sum(await collect(pool));
}

async function* batches(documents: AsyncIterable<Document>): AsyncGenerator<readonly string[]> {
  let batch: string[] = [];
  let units = 0;
  for await (const { text } of documents) {
    batch.push(text);
    units += text.length;
    if (units < BATCH_UNITS) continue;
    yield batch;
    [batch, units] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}

async function collect(
  pool: WorkerPool<ScanRequest, ScanResponse>,
): Promise<readonly ScanCounts[]> {
  const answers = await pool.runOnEach("sums");
  return answers.map((answer) => {
    assert(answer !== null, "a scan worker hands over its sums");
    return answer;
  });
}

function sum(parts: readonly ScanCounts[]): ScanCounts {
  const add = (arrays: readonly Float64Array[]): Float64Array => {
    const total = arrays[0]!.slice();
    for (const array of arrays.slice(1))
      for (let i = 0; i < total.length; i++) total[i]! += array[i]!;
    return total;
  };
  return {
    documents: parts.reduce((total, part) => total + part.documents, 0),
    words: parts.reduce((total, part) => total + part.words, 0),
    df: add(parts.map(({ df }) => df)),
    tf: add(parts.map(({ tf }) => tf)),
    codf: add(parts.map(({ codf }) => codf)),
  };
}
