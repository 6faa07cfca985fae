#!/usr/bin/env node
/**
 * The process: the only place that reads argv and env, listens to signals and sets the exit code.
 * Everything else is imported after `--version` has been answered, which keeps that immediate.
 */
import { RoteError } from "../base/errors.ts";
import { version } from "../base/provenance.ts";

const args = process.argv.slice(2);

if (args[0] === "--version" || args[0] === "-v") {
  process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
    process.exitCode = code === "EPIPE" ? 0 : 2;
  });
  process.stdout.write(`${version}\n`);
} else {
  const { dispatch } = await import("./dispatch.ts");
  const controller = new AbortController();
  // The first signal asks every stage to stop and clean up; a second one does not wait for that.
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(2);
    controller.abort(new RoteError("interrupted", "interrupted; nothing is left half written"));
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  process.stderr.on("error", () => undefined);
  const code = await dispatch(args, process, {
    signal: controller.signal,
    debug: Boolean(process.env.ROTE_DEBUG),
    apiKey: process.env.ROTE_API_KEY,
  });
  process.exit(code);
}
