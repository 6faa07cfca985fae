/** What --device, --timeout, --rate and --jobs say of how models are opened. */
import type { Device } from "../graph/device.ts";
import type { ConnectionOptions } from "../models/remote/connection.ts";
import type { CommandIo } from "./io.ts";

export interface RunningValues {
  readonly device: Device;
  readonly timeout: number;
  readonly rate: number | undefined;
  readonly jobs: number | undefined;
}

/** How servers are asked: as many requests at once as --jobs says, with the key of the environment. */
export function connectionOf(
  { timeout, rate, jobs }: RunningValues,
  { apiKey }: Pick<CommandIo, "apiKey">,
): ConnectionOptions {
  return {
    timeoutMs: 1000 * timeout,
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(jobs === undefined ? {} : { concurrency: jobs }),
    ...(rate === undefined ? {} : { requestsPerMinute: rate }),
  };
}
