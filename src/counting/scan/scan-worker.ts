/** The worker side of a scan: counts the batches it is sent and hands over its sums at the end. */
import { workerData } from "node:worker_threads";
import { answerRequests } from "../../base/worker-pool.ts";
import { DocumentCounter, type ScanCounts, type ScanPlan } from "./document-counter.ts";

/** Texts to count, or the wish for all sums so far. */
export type ScanRequest = { readonly texts: readonly string[] } | "sums";
export type ScanResponse = ScanCounts | null;

const counter = new DocumentCounter(workerData as ScanPlan);

answerRequests((request: ScanRequest): ScanResponse => {
  if (request === "sums") return counter.counts;
  for (const text of request.texts) counter.add(text);
  return null;
});
