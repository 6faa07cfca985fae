/**
 * The HTTP server over n-gram indexes: infini-gram's web API. The only folder that knows routes.
 *
 *   GET  /   the names of the indexes
 *   POST /   one request, or an array of them; the answer, or an array of answers in their order
 *
 * 200 answers and what cannot be asked (with `error`), 400 what is no request, 413 a body too large,
 * 500 a failure of the server, 503 too much at once or too long.
 *
 * Memory: what is held of bodies and answers is bounded for all connections together, and what a
 * thread has made of answers before they are sent (answer-worker.ts); an array's answers are sent as
 * they are made, and no faster than they are read.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { messageOf, RoteError } from "../base/errors.ts";
import { isRecord } from "../base/json.ts";
import type { ApiLimits } from "../counting/ngram-index/api-limits.ts";
import { type IndexSource, readApiShards } from "../counting/ngram-index/open-api-indexes.ts";
import { AnswerThreads, Unavailable } from "./answer-threads.ts";
import type { ThreadAnswer } from "./answer-worker.ts";
import { isAllowedHost } from "./allowed-host.ts";
import { HeldBytes, Holding, HttpError, readBody } from "./request-body.ts";

/** What all requests together, or one POST, may take. */
export interface ServerLimits extends ApiLimits {
  /** Bytes of a body. */
  readonly bytes: number;
  /** Requests of an array. */
  readonly requests: number;
  /** Time for a request, or for some of an array that a thread takes together. */
  readonly seconds: number;
}

export interface IndexServerOptions {
  readonly sources: readonly IndexSource[];
  readonly limits: ServerLimits;
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** They share the indexes that are in memory. */
  readonly threads: number;
  /** Bytes that the indexes may take: an index that fits into its part is in memory, once for all threads. */
  readonly memory: number;
  /** Told of failures that whoever asks learns only the fact of. */
  readonly onFailure?: (message: string) => void;
}

/** A server that listens. */
export interface IndexServer extends AsyncDisposable {
  /** "http://127.0.0.1:8080/" */
  readonly url: string;
}

/** Characters of bodies and answers held at once. */
const HELD_BYTES = 2 ** 26;
/** Requests of an array that a thread takes together: their n-grams and pairs are counted together. */
const GROUP = 32;
const WAITING_GROUPS = 4096;
/** How long a client may leave its request unfinished, or its answer unread. */
const CLIENT_MS = 60_000;
/** How long answers under way are waited for when the server closes. */
const CLOSING_MS = 5000;

/** What one server shares among its connections. */
interface Service {
  readonly options: IndexServerOptions;
  /** The address it listens on. */
  readonly address: string;
  readonly threads: AnswerThreads;
  readonly held: HeldBytes;
}

/** Open the indexes and listen. Disposing of the server ends it once what is under way is answered. */
export async function startIndexServer(options: IndexServerOptions): Promise<IndexServer> {
  const { sources, limits, host, port, memory } = options;
  const shards = await readApiShards(sources, { memory });
  const threads = await AnswerThreads.start(
    { sources, limits, shards, memory: memory / options.threads },
    {
      threads: options.threads,
      timeLimitMs: limits.seconds * 1000,
      waiting: WAITING_GROUPS,
      onFailure: options.onFailure,
    },
  );
  const server = createServer();
  server.requestTimeout = CLIENT_MS;
  server.headersTimeout = CLIENT_MS / 2;
  try {
    server.listen(port, host);
    await once(server, "listening");
  } catch (error) {
    await threads[Symbol.asyncDispose]();
    throw new RoteError("usage", `cannot listen on ${host}:${port}: ${messageOf(error)}`, { port });
  }
  const { address, family, port: bound } = server.address() as AddressInfo;
  const service = { options, address, threads, held: new HeldBytes(HELD_BYTES) };
  server.on("request", (request, response) => {
    void respond(service, request, response);
  });
  return {
    url: `http://${family === "IPv6" ? `[${address}]` : address}:${bound}/`,
    async [Symbol.asyncDispose]() {
      await close(server);
      await threads[Symbol.asyncDispose]();
    },
  };
}

/** Take no more connections; end the others when they have their answers, or after a while. */
async function close(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  const end = performance.now() + CLOSING_MS;
  const timer = setInterval(() => {
    if (performance.now() < end) server.closeIdleConnections();
    else server.closeAllConnections();
  }, 20);
  await closed;
  clearInterval(timer);
}

/** Answer one HTTP request, whatever happens. */
async function respond(
  service: Service,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { options, held } = service;
  const holding = new Holding(held);
  const controller = new AbortController();
  response.on("error", () => undefined);
  response.on("close", () => {
    controller.abort(new HttpError(400, "the client has gone"));
  });
  try {
    await route(service, { request, response, holding, signal: controller.signal });
  } catch (error) {
    const known = error instanceof HttpError || error instanceof Unavailable;
    if (!known) options.onFailure?.(messageOf(error));
    const status = error instanceof HttpError ? error.status : known ? 503 : 500;
    const message = known ? error.message : "Internal server error";
    if (response.headersSent) response.destroy();
    else send(response, status, JSON.stringify({ error: message }));
  } finally {
    // The rest of a body that was turned away goes by, for as long as a request may take: a client
    // that is cut off while it sends reads no answer.
    request.resume();
    if (response.closed) holding.end();
    else
      response.once("close", () => {
        holding.end();
      });
  }
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What is held of its body and its answers, until the response is sent. */
  readonly holding: Holding;
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal;
}

async function route(service: Service, exchange: Exchange): Promise<void> {
  const { request, response, holding, signal } = exchange;
  const { address, options } = service;
  const { sources, limits, host } = options;
  if (!isAllowedHost(request.headers.host, { host, address }))
    throw new HttpError(403, "this server answers to its own address only");
  const [path] = (request.url ?? "").split("?");
  if (path !== "/") throw new HttpError(404, "there is only /");
  if (request.method === "GET" || request.method === "HEAD") {
    send(response, 200, JSON.stringify(sources.map(({ name }) => name)));
    return;
  }
  if (request.method !== "POST") {
    response.setHeader("allow", "GET, HEAD, POST");
    throw new HttpError(405, "GET names the indexes, POST asks them");
  }
  const value = parse(
    await readBody(request, {
      bytes: limits.bytes,
      onBytes: (bytes) => {
        holding.take(bytes);
      },
    }),
  );
  if (Array.isArray(value)) {
    await answerArray(service, value, exchange);
    return;
  }
  const [answer] = await service.threads.answer([value], signal);
  const { kind, body } = reported(answer!, service);
  const statuses = { answered: 200, refused: 200, malformed: 400, failed: 500 };
  holding.take(body.length);
  send(response, statuses[kind], body);
}

function parse(body: string): unknown {
  try {
    const value: unknown = JSON.parse(body);
    if (isRecord(value) || Array.isArray(value)) return value;
  } catch (error) {
    throw new HttpError(400, `[Flask] the body is not JSON: ${messageOf(error)}`);
  }
  throw new HttpError(400, "[Flask] the body must be a JSON object, or an array of them");
}

/** Answers of an array that are sent together. */
interface AnswerGroup {
  readonly text: string;
  /** The first request that is not among them. */
  readonly end: number;
}

/** Answers as they are made, one group after another; the next one is worked on while one is sent. */
async function answerArray(
  service: Service,
  requests: readonly unknown[],
  { response, holding, signal }: Exchange,
): Promise<void> {
  const { threads, options } = service;
  const { requests: most } = options.limits;
  if (requests.length > most)
    throw new HttpError(413, `an array must have at most ${most} requests, got ${requests.length}`);
  const groupAt = async (start: number): Promise<AnswerGroup> => {
    const answers = await threads.answer(requests.slice(start, start + GROUP), signal);
    const bodies = answers.map((answer) => reported(answer, service).body);
    const text = (start > 0 ? "," : "[") + bodies.join(",");
    holding.take(text.length);
    return { text, end: start + answers.length };
  };
  let next = requests.length > 0 ? groupAt(0) : undefined;
  while (next !== undefined) {
    const { text, end }: AnswerGroup = await next;
    next = end < requests.length ? groupAt(end) : undefined;
    next?.catch(() => undefined); // thrown where it is waited for
    if (!response.headersSent) response.writeHead(200, headers);
    if (!response.write(text)) await drained(response, signal);
    holding.give(text.length);
  }
  if (!response.headersSent) response.writeHead(200, headers);
  response.end(requests.length > 0 ? "]" : "[]");
}

/** Wait until a client has read what was written; an error where it does not, or has gone. */
async function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  response.setTimeout(CLIENT_MS);
  await once(response, "drain", { signal });
}

function reported(answer: ThreadAnswer, { options }: Service): ThreadAnswer {
  if (answer.reason !== undefined) options.onFailure?.(answer.reason);
  return answer;
}

const headers = { "content-type": "application/json", "x-content-type-options": "nosniff" };

function send(response: ServerResponse, status: number, body: string): void {
  if (response.destroyed) return;
  response.setTimeout(CLIENT_MS);
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) });
  response.end(body);
}
