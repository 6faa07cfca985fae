/** The worker that reads, decompresses and cuts one stream after another. */
import { assert } from "../base/errors.ts";
import { answerRequests } from "../base/worker-pool.ts";
import { readStoredBytes } from "./file-lines.ts";
import type { CorpusFile } from "./files.ts";
import {
  readFrameLines,
  readLineStream,
  type StreamOptions,
  type StreamStep,
} from "./line-stream.ts";
import type { StreamPart } from "./parts.ts";

/** A stream to begin with, or the wish for its next step. */
export type StreamRequest =
  | {
      readonly file: Pick<CorpusFile, "path" | "compression">;
      readonly range: StreamPart["range"];
      readonly options: StreamOptions;
    }
  | "next";

let stream: AsyncGenerator<StreamStep, undefined> | undefined;

answerRequests(
  async (request: StreamRequest): Promise<StreamStep | null> => {
    if (request !== "next") {
      const { file, range, options } = request;
      stream = range
        ? readFrameLines(file, range, options)
        : readLineStream(file, readStoredBytes(file.path), options);
      return null;
    }
    const step = await stream?.next();
    assert(step !== undefined && step.done !== true, "a stream is asked for what it has");
    return step.value;
  },
  (step) => (step !== null && "chunk" in step ? [step.chunk.bytes.buffer] : []),
);
