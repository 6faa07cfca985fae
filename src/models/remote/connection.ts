/**
 * JSON over HTTP to one model server. What may pass is tried again, each time after twice the wait
 * and never before the server's `Retry-After`: connections that fail or close, time-outs, 408, 429,
 * 500, 502, 503 and 504. Everything else is an error at once.
 *
 * The key goes into the Authorization header and nowhere else. Redirects are not followed, since
 * they would take the key to another address; a server's words are repeated without the key.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { RoteError } from "../../base/errors.ts";
import { isRecord } from "../../base/json.ts";
import { RequestGate } from "./request-gate.ts";
import { causeOf, excerpt, originOf, retryAfter } from "./server-words.ts";

/** How a server is asked. */
export interface ConnectionOptions {
  /** Sent as a bearer token; never stored. */
  readonly apiKey?: string;
  /** Requests under way at once; default 16, since servers batch what comes together. */
  readonly concurrency?: number;
  /** Requests begun a minute, for servers that count them; default: no limit. */
  readonly requestsPerMinute?: number;
  /** Milliseconds until an answer must be whole; default 120,000. */
  readonly timeoutMs?: number;
  /** How often a request is sent at most; default 6. */
  readonly attempts?: number;
  /** Wait before the second attempt; default 500. */
  readonly retryDelayMs?: number;
  /** Bytes of the longest answer that is read; default 64 MiB. */
  readonly maximumBytes?: number;
}

/** A longer `Retry-After` is reported, not waited for. */
const LONGEST_WAIT_MS = 5 * 60_000;
const PASSING = new Set([408, 429, 500, 502, 503, 504]);

export class Connection {
  /** Base of all paths. */
  readonly address: string;
  readonly #options: Required<Omit<ConnectionOptions, "apiKey" | "requestsPerMinute">>;
  readonly #apiKey: string | undefined;
  readonly #gate: RequestGate;

  constructor(
    address: string,
    {
      apiKey,
      concurrency = 16,
      requestsPerMinute,
      timeoutMs = 120_000,
      attempts = 6,
      retryDelayMs = 500,
      maximumBytes = 64 * 2 ** 20,
    }: ConnectionOptions = {},
  ) {
    this.address = address;
    this.#options = { concurrency, timeoutMs, attempts, retryDelayMs, maximumBytes };
    this.#apiKey = checkedKey(apiKey);
    this.#gate = new RequestGate({
      concurrency,
      ...(requestsPerMinute === undefined ? {} : { requestsPerMinute }),
    });
  }

  /** The JSON object at a path. */
  async get(path: string, signal?: AbortSignal): Promise<Record<string, unknown>> {
    return this.#ask({ path, method: "GET" }, signal);
  }

  /** The JSON object that answers a JSON body. */
  async post(path: string, body: unknown, signal?: AbortSignal): Promise<Record<string, unknown>> {
    return this.#ask({ path, method: "POST", body: JSON.stringify(body) }, signal);
  }

  async #ask(request: Question, signal: AbortSignal | undefined): Promise<Record<string, unknown>> {
    const { attempts, retryDelayMs } = this.#options;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#gate.pass(() => this.#attempt(request, signal), signal);
      } catch (error) {
        if (signal?.aborted === true) throw interrupted(signal);
        if (!(error instanceof PassingFailure)) throw error;
        if (attempt === attempts) throw this.#unreachable(request, error, attempts);
        if (error.pauseMs !== undefined) this.#gate.pause(error.pauseMs);
        await sleep(retryDelayMs * 2 ** (attempt - 1), undefined, { signal }).catch(() => {
          throw interrupted(signal);
        });
      }
    }
  }

  async #attempt(
    request: Question,
    signal: AbortSignal | undefined,
  ): Promise<Record<string, unknown>> {
    const { timeoutMs } = this.#options;
    const timeout = AbortSignal.timeout(timeoutMs);
    const { response, text } = await this.#exchange(
      request,
      AbortSignal.any(signal === undefined ? [timeout] : [timeout, signal]),
    ).catch((error: unknown) => {
      if (error instanceof RoteError) throw error;
      const reason = timeout.aborted ? `no whole answer within ${timeoutMs} ms` : causeOf(error);
      throw new PassingFailure(reason);
    });
    if (response.ok) return this.#parse(request, text);
    if (PASSING.has(response.status)) throw this.#passing(response, text);
    throw this.#refused(request, response, text);
  }

  async #exchange({ path, method, body }: Question, signal: AbortSignal): Promise<Exchange> {
    const response = await fetch(this.address + path, {
      method,
      redirect: "manual",
      signal,
      headers: {
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(this.#apiKey === undefined ? {} : { authorization: `Bearer ${this.#apiKey}` }),
      },
      ...(body === undefined ? {} : { body }),
    });
    return { response, text: await this.#readBody(response, path) };
  }

  /** The body as text, given up as soon as it is too long. */
  async #readBody(response: Response, path: string): Promise<string> {
    const { maximumBytes } = this.#options;
    const parts: Uint8Array[] = [];
    let byteLength = 0;
    for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      parts.push(part);
      byteLength += part.byteLength;
      if (byteLength > maximumBytes)
        throw new RoteError(
          "server/malformed",
          `${this.address}${path} answers with more than ${maximumBytes} bytes; is it a model server?`,
          { address: this.address, maximumBytes },
        );
    }
    return Buffer.concat(parts).toString("utf8");
  }

  #parse({ path }: Question, text: string): Record<string, unknown> {
    try {
      const value: unknown = JSON.parse(text);
      if (isRecord(value)) return value;
    } catch {
      // Told below, with what came instead.
    }
    throw new RoteError(
      "server/malformed",
      `${this.address}${path} answers with no JSON object: ${excerpt(text, this.#apiKey)}; is it a model server?`,
      { address: this.address, path },
    );
  }

  #passing({ status, headers }: Response, text: string): Error {
    const pauseMs = retryAfter(headers.get("retry-after"));
    const reason = `${status}: ${excerpt(text, this.#apiKey)}`;
    if (pauseMs === undefined || pauseMs <= LONGEST_WAIT_MS)
      return new PassingFailure(reason, pauseMs);
    return new RoteError(
      "server/unreachable",
      `${this.address} answers ${reason}, and asks to wait ${Math.ceil(pauseMs / 1000)} s; run again then`,
      { address: this.address, status },
    );
  }

  #refused({ path }: Question, { status, headers }: Response, text: string): RoteError {
    const where = `${this.address}${path}`;
    const detail = { address: this.address, path, status };
    const said = `${where} answers ${status}: ${excerpt(text, this.#apiKey)}`;
    if (status >= 300 && status < 400)
      return new RoteError(
        "server/refused",
        `${where} sends on to ${originOf(headers.get("location"), where)}; redirects are not followed, so name the right address yourself`,
        detail,
      );
    if (status === 401 || status === 403) {
      const way =
        this.#apiKey === undefined
          ? "give a key in the environment variable ROTE_API_KEY"
          : "check the key in the environment variable ROTE_API_KEY";
      return new RoteError("server/refused", `${said}; ${way}`, detail);
    }
    return new RoteError("server/refused", said, detail);
  }

  #unreachable({ path }: Question, { message }: Error, attempts: number): RoteError {
    return new RoteError(
      "server/unreachable",
      `${this.address}${path} gave no answer in ${attempts} attempts; the last: ${message}`,
      { address: this.address, path, attempts },
    );
  }
}

interface Question {
  readonly path: string;
  readonly method: "GET" | "POST";
  readonly body?: string;
}

interface Exchange {
  readonly response: Response;
  readonly text: string;
}

function interrupted(signal: AbortSignal | undefined): RoteError {
  const message = "waiting for the model server was interrupted";
  return new RoteError("interrupted", message, {}, signal?.reason);
}

/** A failure that may be gone the next time. */
class PassingFailure extends Error {
  /** How long the server asks to be left alone. */
  readonly pauseMs: number | undefined;

  constructor(message: string, pauseMs?: number) {
    super(message);
    this.pauseMs = pauseMs;
  }
}

/** A key with a line break, say, would stand in the runtime's own error about the header. */
function checkedKey(apiKey: string | undefined): string | undefined {
  if (apiKey === undefined || /^[\x21-\x7e]+$/.test(apiKey)) return apiKey;
  throw new RoteError(
    "usage",
    "the API key is empty or holds spaces or other characters that no header can carry; check the environment variable ROTE_API_KEY",
  );
}
