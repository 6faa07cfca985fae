import type { Corpus, CorpusOptions } from "#rote/corpus/corpus.js";
import { openCorpus } from "#rote/corpus/corpus.js";
import { planCorpus } from "#rote/corpus/part-plan.js";
import type { PartOptions } from "#rote/corpus/parts.js";
import type { PairCounts } from "#rote/counting/count-engine.js";

/** How a corpus is cut in a test. */
export interface Cut extends Omit<PartOptions, "lines" | "where"> {
  /** Pretend a size that makes a scan start its worker threads. */
  readonly inWorkers?: boolean;
}

/** A corpus whose files are cut as large ones would be. */
export async function openCut(
  { inWorkers = false, ...cut }: Cut,
  options: CorpusOptions,
): Promise<Corpus> {
  const corpus = await openCorpus(options);
  const plan: Corpus["parts"]["plan"] = async (earlier) => {
    const planned = await planCorpus(corpus.parts.reading, { ...cut, earlier });
    if (!inWorkers) return planned;
    return { ...planned, weights: planned.weights.map((bytes) => bytes + 4 * 1024 * 1024) };
  };
  return { ...corpus, parts: { ...corpus.parts, plan } };
}

/** Counts of two scans together. */
export function added(a: PairCounts, b: PairCounts): PairCounts {
  const sum = (key: keyof PairCounts): Float64Array => a[key].map((count, i) => count + b[key][i]!);
  return { df: sum("df"), tf: sum("tf"), codf: sum("codf") };
}
