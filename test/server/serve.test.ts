import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isAllowedHost } from "#rote/server/allowed-host.js";
import { freshDirectory, rote, roteMain } from "../cli/rote.ts";
import { buildSmallIndexes, type SmallIndexes } from "../cli/small-indexes.ts";

interface RunningServer {
  readonly url: string;
  readonly child: ChildProcess;
  readonly stderr: () => string;
}

async function serve(...flags: string[]): Promise<RunningServer> {
  const child = spawn(process.execPath, [roteMain, "serve", "--port", "0", ...flags]);
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const [line] = (await Promise.race([
    once(child.stdout, "data"),
    once(child, "exit").then(() => [Buffer.from("")]),
  ])) as [Buffer];
  return { url: line.toString().trim(), child, stderr: () => stderr };
}

async function stop({ child }: RunningServer): Promise<unknown> {
  const exit = once(child, "exit");
  child.kill("SIGTERM");
  return exit;
}

async function post(url: string, body: string): Promise<{ status: number; value: unknown }> {
  const response = await fetch(url, { method: "POST", body });
  return { status: response.status, value: await response.json() };
}

const ask = (url: string, request: unknown) => post(url, JSON.stringify(request));
const count = (query: string) => ({ index: "words", query_type: "count", query });

let small: SmallIndexes;
let server: RunningServer;

beforeAll(async () => {
  small = await buildSmallIndexes();
  server = await serve("--index", small.words, "--index", small.bytes);
});

afterAll(async () => {
  const exited = await stop(server);
  small[Symbol.dispose]();
  expect(exited).toEqual([0, null]);
});

test("GET names the indexes, POST asks them one by one or in an array", async () => {
  expect(await (await fetch(server.url)).json()).toEqual(["words", "bytes"]);
  const one = await ask(server.url, count("to be"));
  expect(one).toMatchObject({ status: 200, value: { count: 4, tokens: ["to", "be"] } });
  const many = Array.from({ length: 100 }, (_, i) => count(i % 2 === 0 ? "to be" : "question"));
  const { status, value } = await ask(server.url, [...many, { query_type: "count" }]);
  expect(status).toBe(200);
  expect(value).toMatchObject([
    ...many.map((_, i) => ({ count: i % 2 === 0 ? 4 : 1 })),
    { error: "[Flask] Missing required field: index" },
  ]);
  expect(await ask(server.url, [])).toEqual({ status: 200, value: [] });
});

test("what cannot be asked is 200 with an error, what is no request 400", async () => {
  const refused = await ask(server.url, { ...count(""), query_type: "prob" });
  expect(refused).toEqual({ status: 200, value: { error: "the query must not be empty" } });
  const { status, value } = await ask(server.url, { ...count("to"), query_typ: 1 });
  expect(status).toBe(400);
  expect(value).toEqual({ error: "[Flask] Unknown field: query_typ; did you mean query_type?" });
  for (const body of ["", "{", '"text"', "[".repeat(100_000), '{"query_type":"count"'])
    expect(await post(server.url, body)).toMatchObject({
      status: 400,
      value: { error: expect.stringContaining("[Flask] ") as string },
    });
});

test.each([
  ["GET", "/etc/passwd", 404],
  ["POST", "/../../etc/passwd", 404],
  ["PUT", "/", 405],
])("%s %s is %i", async (method, path, status) => {
  const { hostname, port } = new URL(server.url);
  const sent = httpRequest({ hostname, port, path, method });
  sent.end(method === "GET" ? "" : "{}");
  const [response] = (await once(sent, "response")) as [{ statusCode: number; resume(): void }];
  response.resume();
  expect(response.statusCode).toBe(status);
});

test("an index is a name, never a path", async () => {
  const { status, value } = await ask(server.url, { ...count("to"), index: small.words });
  expect(status).toBe(400);
  expect(value).toMatchObject({ error: expect.stringContaining("Invalid index: ") as string });
});

test("limits are those of the original", async () => {
  const errors = await ask(server.url, [
    count("x".repeat(1001)),
    { index: "words", query_type: "count", query_ids: Array<number>(501).fill(1) },
    count("a AND b AND c AND d AND e"),
    count("a OR b OR c OR d OR e"),
    { ...count("a"), query_type: "ntd", max_support: 1001 },
    { ...count("a AND b"), max_clause_freq: 500_001 },
    { ...count("a AND b"), max_diff_tokens: 1001 },
    { ...count("a"), query_type: "search_docs", maxnum: 11 },
    { ...count("a"), query_type: "search_docs", max_disp_len: 10_001 },
  ]);
  expect(errors.value).toEqual(
    [
      "query must have at most 1000 characters, got 1001",
      "a query must have at most 500 tokens, got 501",
      "a query must have at most 4 clauses, got 5",
      "a query must have at most 4 n-grams in a clause, got 5",
      "max_support must be an integer in range [1, 1000]",
      "max_clause_freq must be an integer in range [1, 500000]",
      "max_diff_tokens must be an integer in range [1, 1000]",
      "maxnum must be an integer in range [1, 10]",
      "max_disp_len must be an integer in range [1, 10000]",
    ].map((error) => ({ error })),
  );
  const many = await ask(server.url, Array<object>(1001).fill({}));
  expect(many).toMatchObject({
    status: 413,
    value: { error: expect.stringContaining("1000") as string },
  });
});

test("a body of 100 MB is turned away, and the server goes on", async () => {
  const whole = await post(server.url, " ".repeat(100_000_000));
  expect(whole).toMatchObject({
    status: 413,
    value: { error: expect.stringContaining("1048576") as string },
  });
  // The same in chunks, whose length nobody says beforehand.
  const { hostname, port } = new URL(server.url);
  const sent = httpRequest({ hostname, port, method: "POST" });
  sent.on("error", () => undefined);
  const answered = once(sent, "response") as Promise<[{ statusCode: number; resume(): void }]>;
  for (let i = 0; i < 100; i++) sent.write(" ".repeat(1_000_000));
  sent.end();
  const [response] = await answered;
  response.resume();
  expect(response.statusCode).toBe(413);
  expect(await ask(server.url, count("to be"))).toMatchObject({ value: { count: 4 } });
});

test("1,000 requests at once are all answered", async () => {
  const answers = await Promise.all(
    Array.from({ length: 1000 }, (_, i) => ask(server.url, count(i % 2 === 0 ? "to be" : "sein"))),
  );
  for (const [i, { status, value }] of answers.entries()) {
    expect(status).toBe(200);
    expect(value).toMatchObject({ count: i % 2 === 0 ? 4 : 1 });
  }
});

test("clients that disconnect do no harm", async () => {
  const { hostname, port } = new URL(server.url);
  const body = JSON.stringify(Array<object>(1000).fill(count("to be")));
  const head = `POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${body.length}\r\n\r\n`;
  const cut = [head.slice(0, 10), head, head + body.slice(0, 100), head + body];
  for (const text of cut)
    for (let i = 0; i < 10; i++) {
      const socket = connect(Number(port), hostname);
      socket.on("error", () => undefined);
      await new Promise((resolve) => socket.write(text, resolve));
      socket.destroy();
    }
  expect(await ask(server.url, count("to be"))).toMatchObject({ value: { count: 4 } });
});

test("a page of another site cannot read the index", async () => {
  const { hostname, port } = new URL(server.url);
  const statusOf = async (host: string): Promise<number> => {
    const sent = httpRequest({ hostname, port, headers: { host } }).end();
    const [response] = (await once(sent, "response")) as [{ statusCode: number; resume(): void }];
    response.resume();
    return response.statusCode;
  };
  expect(await statusOf("evil.example")).toBe(403);
  expect(await statusOf(`evil.example:${port}`)).toBe(403);
  expect(await statusOf(`localhost:${port}`)).toBe(200);
});

test.each(["127.0.0.1", "127.0.0.2", "localhost", "::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1"])(
  "nor can it where the server listens on %s",
  (host) => {
    const address = host === "localhost" ? "::1" : host;
    const isAllowed = (header?: string): boolean => isAllowedHost(header, { host, address });
    for (const header of [
      undefined,
      "",
      "evil.example",
      "evil.example:8080",
      "127.0.0.1.evil",
      "[]",
    ])
      expect(isAllowed(header)).toBe(false);
    for (const header of ["localhost:80", "127.0.0.1:80", "127.0.0.2", "[::1]:80", "[0:0::1]"])
      expect(isAllowed(header)).toBe(true);
  },
);

test("a name of this machine is one of the server that listens on it; others are asked by any name", () => {
  const named = { host: "Box", address: "127.0.1.1" };
  expect(isAllowedHost("box:8080", named)).toBe(true);
  expect(isAllowedHost("evil.example", named)).toBe(false);
  for (const address of ["0.0.0.0", "::", "192.168.0.7", "fe80::1%eth0"])
    expect(isAllowedHost("search.example", { host: address, address })).toBe(true);
});

test("mistakes in starting it are named", async () => {
  const { port } = new URL(server.url);
  const index = ["--index", small.words];
  const errorOf = async (...flags: string[]) => (await rote(["serve", ...flags])).stderr;
  expect(await errorOf(...index, "--port", port)).toContain(`cannot listen on 127.0.0.1:${port}`);
  expect(await errorOf(...index, "--limit", "max_suport=3")).toContain("did you mean max_support?");
  expect(await errorOf(...index, "--limit", "seconds=0")).toContain("positive whole number");
  expect(await errorOf(...index, "--limit", "seconds=1=2")).toContain('whole number, got "1=2"');
  expect(await errorOf(...index, "--limit", "seconds=3000000")).toContain("at most 2147483");
  expect(await errorOf("--index", "gone", "--port", "0")).toContain("gone does not exist");
});

test("a request that takes too long is stopped and holds nobody up", async () => {
  using scratch = freshDirectory();
  const length = 120_000;
  writeFileSync(scratch.in("c.txt"), "a ".repeat(length));
  const build = ["index", "build", "--corpus", scratch.in("c.txt"), "--out", scratch.in("idx")];
  expect((await rote(build)).code).toBe(0);
  const limits = ["--limit", "tokens=1000000", "--limit", "seconds=1"];
  const own = await serve("--index", scratch.in("idx"), ...limits);
  // Each of the tokens begins a match that is compared to its end: some ten billion comparisons.
  const long = ask(own.url, { query_type: "creativity", query_ids: Array<number>(length).fill(0) });
  let others = 0;
  let isDone = false as boolean;
  void long.finally(() => (isDone = true));
  while (!isDone) {
    const { value } = await ask(own.url, { query_type: "count", query: "a" });
    expect(value).toMatchObject({ count: length });
    others += 1;
  }
  expect(await long).toEqual({
    status: 503,
    value: { error: "stopped: it took longer than 1 s" },
  });
  expect(others).toBeGreaterThan(1);
  expect((await ask(own.url, { query_type: "count", query: "a a" })).status).toBe(200);
  // Large answers: a thread sends few of them at a time, and all of them arrive.
  const show = { query_type: "get_doc_by_ix", doc_ix: 0, max_disp_len: 10_000 };
  const shown = Array.from({ length: 40 }, (_, i) => ({ ...show, max_disp_len: 10_000 - i }));
  expect((await ask(own.url, shown)).value).toMatchObject(
    shown.map((request) => ({ disp_len: request.max_disp_len })),
  );
  expect(await stop(own)).toEqual([0, null]);
});

test("what is under way is answered before the server ends", async () => {
  const own = await serve("--index", small.words);
  const many = Array<object>(1000).fill({ query_type: "count", query: "to be" });
  const answers = ask(own.url, many);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const stopped = stop(own);
  expect((await answers).value).toHaveLength(1000);
  expect(await stopped).toEqual([0, null]);
});
