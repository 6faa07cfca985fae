/**
 * A decoder in a thread of its own: sessions load and run synchronously on the thread that asks
 * (graph/session.ts), which here is one that nobody else waits for. threaded-decoder.ts asks.
 */
import { workerData } from "node:worker_threads";
import { answerRequests } from "../base/worker-pool.ts";
import { type OpenDecoderOptions, openDecoder } from "./open-decoder.ts";
import type { GrowingSequences, RunOptions, TokenModel, TokenScores } from "./token-model.ts";
import type { TokenTree } from "./scoring/token-tree.ts";

/** What the thread is started with. */
export interface DecoderThreadData {
  readonly folder: string;
  readonly options: OpenDecoderOptions;
}

/** What the thread is asked; `sequences` is a number that "start" gave. */
export type DecoderRequest =
  | { readonly kind: "describe" }
  | { readonly kind: "run"; readonly rows: readonly TokenTree[]; readonly options?: RunOptions }
  | { readonly kind: "lastLogits"; readonly batch: readonly Int32Array[] }
  | { readonly kind: "start"; readonly count: number }
  | {
      readonly kind: "read";
      readonly sequences: number;
      /** What to go on with before the ids are read; all unless said. */
      readonly keep?: readonly number[];
      readonly ids: readonly Int32Array[];
    }
  | { readonly kind: "end"; readonly sequences: number }
  | { readonly kind: "close" };

/** What is known of a decoder without asking it. */
export type DecoderDescription = Pick<
  TokenModel,
  "identity" | "vocabularySize" | "maximumLength" | "shape"
> & { readonly bytesPerToken: number };

type Answer = DecoderDescription | readonly TokenScores[] | Float32Array | number | undefined;

const { folder, options } = workerData as DecoderThreadData;
const opening = openDecoder(folder, options);
// Who asks first is told of a failure.
opening.catch(() => undefined);
const grown = new Map<number, GrowingSequences>();
let started = 0;

answerRequests(answer, (value: Answer) => (value instanceof Float32Array ? [bufferOf(value)] : []));

async function answer(request: DecoderRequest): Promise<Answer> {
  const model = await opening;
  switch (request.kind) {
    case "describe":
      return describe(model);
    case "run":
      return model.run(request.rows, request.options);
    case "lastLogits":
      return model.lastLogits(request.batch);
    case "start":
      grown.set(++started, await model.growing!.start(request.count));
      return started;
    case "read": {
      const sequences = grown.get(request.sequences)!;
      if (request.keep !== undefined) sequences.keep(request.keep);
      return sequences.read(request.ids);
    }
    case "end":
      grown.delete(request.sequences);
      return undefined;
    case "close":
      return model[Symbol.asyncDispose]().then(() => undefined);
  }
}

function describe(model: TokenModel): DecoderDescription {
  const { identity, vocabularySize, maximumLength, shape, growing } = model;
  const bytesPerToken = growing?.bytesPerToken ?? 0;
  return { identity, vocabularySize, maximumLength, shape, bytesPerToken };
}

function bufferOf(values: Float32Array): ArrayBuffer {
  return values.buffer as ArrayBuffer;
}
