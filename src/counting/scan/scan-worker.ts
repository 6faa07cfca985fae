/** The worker side of a scan: counts the jobs it is sent, one at a time. */
import { parentPort, workerData } from "node:worker_threads";
import { assert } from "../../base/errors.ts";
import {
  type ThreadAnswer,
  ThreadCounter,
  type ThreadRequest,
  type ThreadSetting,
} from "./counter-threads.ts";

const port = parentPort;
assert(port !== null, "a scan's worker runs in a worker thread");
const { setting, index } = workerData as {
  readonly setting: ThreadSetting;
  readonly index: number;
};
const counter = new ThreadCounter(setting, index);
const answer = (value: ThreadAnswer): void => {
  port.postMessage(value);
};

port.on("message", (request: ThreadRequest) => {
  if (request.do === "goOn") counter.goOn();
  else if (request.do === "flush") {
    counter.flush();
    answer({ flushed: true });
  } else {
    void Promise.resolve(
      counter.count(request.job, (paused) => {
        answer({ paused });
      }),
    ).then((counted) => {
      answer({ counted });
    });
  }
});
