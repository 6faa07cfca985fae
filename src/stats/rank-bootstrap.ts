/**
 * Clustered bootstrap of many rank statistics over one sample at once, in threads. A resample is a
 * number of draws for each cluster, made by the calling thread in order from one stream; threads turn
 * draws into values. So values do not depend on the number of threads, statistics of one sample are
 * comparable resample by resample, and each column is ranked once a resample, not once a statistic.
 */
import { RoteError } from "../base/errors.ts";
import type { Rng } from "../base/random.ts";
import { createWorkerPool } from "../base/worker-pool.ts";
import type { RankSample } from "./rank-sample.ts";
import { type RankStatistic, RankStatistics } from "./rank-statistic.ts";

/** How resamples are drawn and computed. */
export interface RankBootstrapOptions {
  readonly rng: Rng;
  /** At least 1; default 1000. */
  readonly resamples?: number;
  /** Clusters in a resample; default all of them (fewer: an m-out-of-n bootstrap). */
  readonly draws?: number;
  /** Whether a cluster can be drawn twice; default true. Without, a resample is a subsample. */
  readonly replacement?: boolean;
  /** Worker threads; default 0, in the calling thread. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
}

/** What a thread is given when it starts. */
export interface RankTask {
  readonly sample: RankSample;
  readonly statistics: readonly RankStatistic[];
}

/** Resamples a message to a thread holds: enough that sending costs nothing beside computing. */
const batchSize = 4;

/** Each statistic's value in each resample, in order; NaN where it is undefined. One array a statistic. */
export async function bootstrapRankStatistics(
  sample: RankSample,
  statistics: readonly RankStatistic[],
  { resamples = 1000, threads = 0, signal, ...drawing }: RankBootstrapOptions,
): Promise<readonly Float64Array[]> {
  if (!(resamples >= 1))
    throw new RoteError("usage", `resamples must be at least 1, got ${resamples}`);
  const values = statistics.map(() => new Float64Array(resamples));
  const draw = drawer(sample.clusterCount, drawing);
  let next = 0;
  /** Take the next batch; draws are made in order however many threads ask for them. */
  const work = async (run: (draws: Uint32Array) => Promise<Float64Array>): Promise<void> => {
    while (next < resamples) {
      signal?.throwIfAborted();
      const start = next;
      next = Math.min(resamples, start + batchSize);
      const draws = new Uint32Array((next - start) * sample.clusterCount);
      for (let i = 0; i < next - start; i++)
        draw(draws.subarray(i * sample.clusterCount, (i + 1) * sample.clusterCount));
      (await run(draws)).forEach((value, i) => {
        values[i % statistics.length]![start + Math.floor(i / statistics.length)] = value;
      });
    }
  };
  if (threads < 1) {
    const compute = resampler({ sample, statistics });
    await work(async (draws) => {
      // Between two batches, so that a timer or a signal is heard.
      await new Promise(setImmediate);
      return compute(draws);
    });
    return values;
  }
  await using pool = createWorkerPool<Uint32Array, Float64Array>(
    new URL("./rank-bootstrap-worker.js", import.meta.url),
    { size: threads, workerData: { sample, statistics } satisfies RankTask },
  );
  const run = (draws: Uint32Array): Promise<Float64Array> =>
    pool.run(draws, [draws.buffer as ArrayBuffer]);
  // One batch more than threads, so that none waits for draws.
  await Promise.all(Array.from({ length: threads + 1 }, () => work(run)));
  return values;
}

/** Values of all statistics for each of a number of resamples, given the draws of every cluster in each. */
export function resampler({
  sample: { clusters, clusterCount, ...columns },
  statistics,
}: RankTask): (draws: Uint32Array) => Float64Array {
  const evaluated = new RankStatistics(columns, statistics);
  const weights = new Float64Array(clusters.length);
  return (draws) => {
    const resamples = draws.length / clusterCount;
    const values = new Float64Array(resamples * statistics.length);
    for (let resample = 0; resample < resamples; resample++) {
      const offset = resample * clusterCount;
      for (let i = 0; i < weights.length; i++) weights[i] = draws[offset + clusters[i]!]!;
      values.set(evaluated.values(weights), resample * statistics.length);
    }
    return values;
  };
}

function drawer(
  clusterCount: number,
  { rng, draws = clusterCount, replacement = true }: RankBootstrapOptions,
): (counts: Uint32Array) => void {
  if (!(draws >= 1 && (replacement || draws <= clusterCount)))
    throw new RoteError("usage", `${draws} clusters cannot be drawn from ${clusterCount}`);
  if (replacement)
    return (counts) => {
      for (let i = 0; i < draws; i++) counts[rng.int(clusterCount)]!++;
    };
  const order = Uint32Array.from({ length: clusterCount }, (_, cluster) => cluster);
  return (counts) => {
    for (let i = 0; i < draws; i++) {
      const j = i + rng.int(clusterCount - i);
      [order[i], order[j]] = [order[j]!, order[i]!];
      counts[order[i]!] = 1;
    }
  };
}
