/** The worker side of tokenizing for an index. */
import { threadId, workerData } from "node:worker_threads";
import { answerRequests } from "../../base/worker-pool.ts";
import { createEncoder, type EncodedTexts, type EncoderPlan } from "./encode-texts.ts";

const encoder = createEncoder(workerData as EncoderPlan, threadId);
// Each request waits for it and tells of its failure.
encoder.catch(() => undefined);

answerRequests(
  async (texts: readonly string[]): Promise<EncodedTexts> => (await encoder)(texts),
  ({ tokens, ends }) => [tokens.buffer as ArrayBuffer, ends.buffer as ArrayBuffer],
);
