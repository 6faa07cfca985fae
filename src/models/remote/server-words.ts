/** What servers say beside their answers, made fit to be told: never the key, never a line of any length. */
import { messageOf } from "../../base/errors.ts";
import { isRecord } from "../../base/json.ts";

/** What a server says, in few words: its `error` message where it has one, without the key. */
export function excerpt(text: string, apiKey: string | undefined): string {
  const said = errorMessage(text) ?? text;
  const safe = apiKey === undefined ? said : said.replaceAll(apiKey, "(the key)");
  const line = safe.replaceAll(/[\s\p{Cc}]+/gu, " ").trim();
  if (line === "") return "(nothing)";
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}

function errorMessage(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isRecord(value)) return undefined;
    const { error, message, detail } = value;
    const said = isRecord(error) ? error.message : (error ?? message ?? detail);
    return typeof said === "string" ? said : undefined;
  } catch {
    return undefined;
  }
}

/** Milliseconds of a `Retry-After` header, which holds seconds or a date. */
export function retryAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
  const seconds = /^\s*\d+(\.\d+)?\s*$/.test(value)
    ? Number(value)
    : (Date.parse(value) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds * 1000);
}

/** `fetch` says "fetch failed" and puts what happened into the cause. */
export function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? messageOf(error) : messageOf(cause);
}

/** A redirect's target may carry secrets in its query; its origin and path do for people. */
export function originOf(location: string | null, from: string): string {
  if (location === null || !URL.canParse(location, from)) return "nowhere";
  const { origin, pathname } = new URL(location, from);
  return origin + pathname;
}
