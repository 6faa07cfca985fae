/** A thread of `AnswerThreads`: opens the indexes, says that it is ready, and answers requests. */
import { parentPort, workerData } from "node:worker_threads";
import { type ErrorCode, messageOf, RoteError } from "../base/errors.ts";
import { CountBatches } from "../counting/ngram-index/count-together.ts";
import {
  type AnswerOptions,
  answerRequest,
  type ApiLimits,
  isCountedTogether,
} from "../counting/ngram-index/infini-gram-api.ts";
import {
  type IndexSource,
  openApiIndexes,
  type ReadShards,
} from "../counting/ngram-index/open-api-indexes.ts";

/** What a thread is started with. */
export interface AnswerWork {
  readonly sources: readonly IndexSource[];
  readonly limits: ApiLimits;
  /** Indexes that were read into memory that all threads share. */
  readonly shards: ReadShards;
  /** Bytes that the other indexes may take for their caches. */
  readonly memory: number;
}

/** What became of one request: the body as JSON, made here so that the server's own thread stays free. */
export interface ThreadAnswer {
  readonly kind: "answered" | "refused" | "malformed" | "failed";
  readonly body: string;
  /** Why an answer failed: for whoever runs the server, not for whoever asks. */
  readonly reason?: string;
}

/** What a thread says first. Errors do not keep their class on the way to another thread. */
export interface ThreadStart {
  readonly error?: { readonly code: ErrorCode; readonly message: string };
}

/** Once answers have so many characters, they are sent, and the others are asked for again. */
const MESSAGE_CHARACTERS = 2 ** 20;

async function answerWith(request: unknown, options: AnswerOptions): Promise<ThreadAnswer> {
  try {
    const { kind, body } = await answerRequest(request, options);
    // Programs written for the original look for this word in what they may not send.
    if (kind === "malformed")
      return { kind, body: JSON.stringify({ error: `[Flask] ${String(body.error)}` }) };
    return { kind, body: JSON.stringify(body) };
  } catch (error) {
    const body = JSON.stringify({ error: "Internal server error" });
    return { kind: "failed", body, reason: messageOf(error) };
  }
}

/**
 * Answer requests in their order, the first ones at least: memory holds a message and one answer more,
 * whatever is asked. Document counts are begun together.
 */
async function answerSome(
  requests: readonly unknown[],
  options: AnswerOptions,
): Promise<readonly ThreadAnswer[]> {
  const begun = requests.map((request) =>
    isCountedTogether(request) ? answerWith(request, options) : undefined,
  );
  const answers: ThreadAnswer[] = [];
  let characters = 0;
  for (let i = 0; i < requests.length && characters < MESSAGE_CHARACTERS; i++) {
    const answer = await (begun[i] ?? answerWith(requests[i], options));
    answers.push(answer);
    characters += answer.body.length;
  }
  return answers;
}

const { sources, limits, shards, memory } = workerData as AnswerWork;
try {
  const indexes = await openApiIndexes(sources, { memory, shards });
  const options = { indexes, limits, batches: new CountBatches() };
  parentPort?.on("message", (requests: readonly unknown[]) => {
    void answerSome(requests, options).then((answers) => {
      parentPort?.postMessage(answers);
    });
  });
  parentPort?.postMessage({} satisfies ThreadStart);
} catch (error) {
  const code = error instanceof RoteError ? error.code : "internal";
  parentPort?.postMessage({ error: { code, message: messageOf(error) } } satisfies ThreadStart);
}
