/** The worker side of a scan: counts the jobs it is sent, one at a time. */
import { parentPort } from "node:worker_threads";
import { assert } from "../../base/errors.ts";
import { asFailure } from "../../base/failure.ts";
import type { PartResult } from "./count-part.ts";
import { type ThreadAnswer, ThreadCounter, type ThreadRequest } from "./counter-threads.ts";

const port = parentPort;
assert(port !== null, "a scan's worker runs in a worker thread");
let counter: ThreadCounter | undefined;
const answer = (value: ThreadAnswer): void => {
  port.postMessage(value);
};

const flush = (counter: ThreadCounter): void => {
  try {
    counter.flush();
    answer({ flushed: true });
  } catch (error) {
    answer({ notFlushed: asFailure(error) });
  }
};

port.on("message", (request: ThreadRequest) => {
  if (request.do === "begin") counter = new ThreadCounter(request.setting, request.index);
  assert(counter !== undefined, "a scan's worker begins before it counts");
  if (request.do === "goOn") counter.goOn();
  else if (request.do === "flush") flush(counter);
  else if (request.do === "count") {
    const paused = (soFar: PartResult): void => {
      answer({ paused: soFar });
    };
    void Promise.resolve(counter.count(request.job, paused)).then((counted) => {
      answer({ counted });
    });
  }
});
