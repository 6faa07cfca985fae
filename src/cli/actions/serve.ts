import { once } from "node:events";
import { freemem } from "node:os";
import { nearest, RoteError } from "../../base/errors.ts";
import { originalLimits } from "../../counting/ngram-index/api-limits.ts";
import { type ServerLimits, startIndexServer } from "../../server/index-server.ts";
import type { ExitCode } from "../define-command.ts";
import { indexMemory, indexSources, type IndexValues } from "../index-source.ts";
import type { CommandIo } from "../io.ts";
import { amount } from "../output.ts";

export interface ServeValues extends IndexValues {
  readonly host: string;
  readonly port: number;
  readonly jobs: number;
  readonly limit: readonly string[];
}

const defaultLimits: ServerLimits = {
  ...originalLimits,
  bytes: 2 ** 20,
  requests: 1000,
  seconds: 30,
};

const MOST_SECONDS = Math.floor((2 ** 31 - 1) / 1000);

/** `rote serve`: the address, once it listens; ends on Ctrl-C and SIGTERM. */
export async function serve(values: ServeValues, io: CommandIo): Promise<ExitCode> {
  const { host, port, jobs: threads } = values;
  const sources = indexSources(values);
  const limits = parseLimits(values.limit);
  const memory = indexMemory(values) ?? freemem() / 2;
  await using server = await startIndexServer({
    ...{ sources, limits, host, port, threads, memory },
    onFailure: (message) => {
      io.say(`a request failed: ${message}`);
    },
  });
  await io.stdout.write(`${server.url}\n`);
  await io.stdout.flush();
  io.say(`${amount(sources.length, "index", "indexes")}; Ctrl-C ends`);
  if (!io.signal.aborted) await once(io.signal, "abort");
  return 0;
}

function parseLimits(typed: readonly string[]): ServerLimits {
  const limits: Record<string, number> = { ...defaultLimits };
  for (const text of typed) {
    const [, name = text, value = ""] = /^(.*?)=(.*)$/s.exec(text) ?? [];
    const names = Object.keys(defaultLimits);
    if (!names.includes(name)) {
      const near = nearest(name, names);
      throw new RoteError(
        "usage",
        `there is no limit "${name}"; ${near === undefined ? `there is ${names.join(", ")}` : `did you mean ${near}?`}`,
      );
    }
    if (!/^[1-9]\d{0,14}$/.test(value))
      throw new RoteError(
        "usage",
        `--limit ${name} must be a positive whole number, got "${value}"`,
      );
    // What a timer of the platform can wait for.
    if (name === "seconds" && Number(value) > MOST_SECONDS)
      throw new RoteError("usage", `--limit seconds must be at most ${MOST_SECONDS}, got ${value}`);
    limits[name] = Number(value);
  }
  return limits as unknown as ServerLimits;
}
