/** Requests to a model as JSON lines: parsed one by one, and errors about them named by line. */
import { messageOf, RoteError } from "../../base/errors.ts";
import { isRecord } from "../../base/json.ts";
import { readInputLines } from "../input-lines.ts";
import type { CommandIo } from "../io.ts";

export interface Request<T> {
  readonly value: T;
  /** Where it stands, as errors name it: "requests.jsonl:7". */
  readonly place: string;
}

/** Read requests, past blank lines, in groups of at most `size`. `parse` throws plain errors that go on after a place. */
export async function* readRequests<T>(
  path: string,
  { stdin }: CommandIo,
  {
    size,
    parse,
  }: { readonly size: number; readonly parse: (record: Readonly<Record<string, unknown>>) => T },
): AsyncGenerator<readonly Request<T>[]> {
  let group: Request<T>[] = [];
  for await (const { line, place } of readInputLines(path, stdin)) {
    if (line.trim() === "") continue;
    try {
      const record: unknown = JSON.parse(line);
      if (!isRecord(record)) throw new Error("is no JSON object");
      group.push({ value: parse(record), place });
    } catch (error) {
      const reason =
        error instanceof SyntaxError ? `is not JSON (${error.message})` : messageOf(error);
      throw new RoteError("file/malformed", `${place} ${reason}`, { place });
    }
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

/** A string of a request, or an error that shows what a request looks like. */
export function stringOf(
  record: Readonly<Record<string, unknown>>,
  key: string,
  example: string,
): string {
  const value = record[key];
  if (typeof value === "string") return value;
  throw new Error(`has no string "${key}"; a request is ${example}`);
}

/**
 * Run `work` on requests. Models name the request they refuse by its index, in `detail.request` and
 * at the head of the message; people look for it by file and line.
 */
export async function withPlaces<T, Result>(
  requests: readonly Request<T>[],
  work: (values: readonly T[]) => Promise<Result>,
): Promise<Result> {
  try {
    return await work(requests.map(({ value }) => value));
  } catch (error) {
    if (!(error instanceof RoteError) || typeof error.detail.request !== "number") throw error;
    const place = requests[error.detail.request]?.place ?? "a request";
    const message = error.message.replace(/^request \d+:?/, `${place}:`);
    throw new RoteError(error.code, message, { ...error.detail, place }, error);
  }
}
