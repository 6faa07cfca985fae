/** Local servers that stand in for model servers, well-behaved or not. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
  readonly path: string;
  readonly body: Record<string, unknown>;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Told by a handler that has answered itself, or never will. */
export const ANSWERED: unique symbol = Symbol("answered");

/** Returns what is answered as JSON, or `ANSWERED`. */
export type Handler = (asked: Asked) => unknown;

export interface FakeServer extends AsyncDisposable {
  readonly url: string;
  /** Every request so far. */
  readonly asked: Asked[];
}

export async function fakeServer(handler: Handler): Promise<FakeServer> {
  const asked: Asked[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString();
    const body = (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>;
    const question = { path: request.url!, body, request, response };
    asked.push(question);
    const value = await handler(question);
    if (value !== ANSWERED) respond(response, 200, value);
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function respond(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): typeof ANSWERED {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(typeof value === "string" ? value : JSON.stringify(value));
  return ANSWERED;
}

export interface FakeToken {
  readonly id: number;
  readonly text: string;
  readonly logProb: number | null;
  readonly isTop: boolean;
}

/** "a b" is "a", " b": a word with the spaces before it. Log-probabilities follow from the token and its place. */
export function wordTokens(prompt: unknown): FakeToken[] {
  const pieces = Array.isArray(prompt)
    ? prompt.map((id) => `<${id as number}>`)
    : (String(prompt).match(/\s*\S+|\s+$/g) ?? []);
  return pieces.map((text, i) => ({
    id: Array.isArray(prompt) ? (prompt[i] as number) : 100 + text.length,
    text,
    logProb: i === 0 ? null : -(text.length + i / 8),
    isTop: i % 2 === 1,
  }));
}

/** What vLLM answers to `echo` and `logprobs`, one generated token at the end. */
export function echoed(tokens: readonly FakeToken[], withIds = true): Record<string, unknown> {
  const all = [...tokens, { id: 7, text: "!", logProb: -0.5, isTop: true }];
  return {
    choices: [
      {
        text: all.map(({ text }) => text).join(""),
        logprobs: {
          tokens: all.map(({ text }) => text),
          token_logprobs: all.map(({ logProb }) => logProb),
          top_logprobs: all.map(({ text, logProb, isTop }) =>
            logProb === null
              ? null
              : isTop
                ? { [text]: logProb }
                : { other: logProb + 0.25, [text]: logProb },
          ),
        },
        ...(withIds ? { prompt_token_ids: tokens.map(({ id }) => id), token_ids: [7] } : {}),
      },
    ],
    usage: { prompt_tokens: tokens.length, completion_tokens: 1 },
  };
}

export const served = { data: [{ id: "tiny", max_model_len: 64 }] };

/** A server as vLLM is: lists one model and scores words. `misbehave` may answer first. */
export function wordServer(
  misbehave: (asked: Asked, place: number) => unknown = () => undefined,
): Promise<FakeServer> {
  let place = 0;
  return fakeServer((asked) => {
    if (asked.path === "/v1/models") return served;
    const tokens = wordTokens(asked.body.prompt);
    // The first completion is the probe.
    return misbehave(asked, place++) ?? echoed(tokens);
  });
}
