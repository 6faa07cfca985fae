import { RoteError } from "../base/errors.ts";
import type { LongWork } from "../base/progress.ts";

/** Examples between two reports and looks at the signal. */
const reportEvery = 256;

/** Report how many examples are done, and stop where the caller asked for it. */
export function reportExamples(
  stage: string,
  done: number,
  { signal, onProgress }: LongWork,
): void {
  if (done % reportEvery !== 0) return;
  if (signal?.aborted === true)
    throw new RoteError("interrupted", `${stage}: interrupted after ${done} examples`, { done });
  onProgress?.({ stage, done, unit: "examples" });
}
