import { describe, expect, test } from "vitest";
import { messageOf } from "#rote/base/errors.js";
import { openLanguageModel } from "#rote/models/open-model.js";
import {
  ANSWERED,
  type Asked,
  echoed,
  respond,
  served,
  fakeServer,
  wordServer,
  wordTokens,
} from "./fake-server.ts";

/** Answer in a while. */
const later = (answer: () => unknown): typeof ANSWERED => {
  setTimeout(answer, 20);
  return ANSWERED;
};

const requests = [
  { context: "one two", continuation: " three four" },
  { context: "one two", continuation: " five" },
];
const connection = { retryDelayMs: 1, attempts: 3, timeoutMs: 2000 };

async function scoreWith(
  misbehave: (asked: Asked, place: number) => unknown,
  options: Partial<typeof connection> & {
    readonly maximumBytes?: number;
    readonly apiKey?: string;
  } = {},
) {
  await using server = await wordServer(misbehave);
  await using model = await openLanguageModel(`${server.url}/v1#tiny`, {
    connection: { ...connection, ...options },
  });
  const scores = await model.score(requests);
  return { scores: scores.map(({ logProbs }) => [...logProbs]), asked: server.asked.length };
}

const expected = [[-(6 + 2 / 8), -(5 + 3 / 8)], [-(5 + 2 / 8)]];

test("a server that behaves is asked for each text and each context once", async () => {
  // The list of models, the probe, two texts, one context.
  expect(await scoreWith(() => undefined)).toEqual({ scores: expected, asked: 5 });
});

describe("what passes is tried again", () => {
  const once = (misbehave: (asked: Asked) => unknown) => {
    const seen = new Set<unknown>();
    return scoreWith((asked, place) => {
      const { prompt } = asked.body;
      if (place === 0 || seen.has(prompt)) return undefined;
      seen.add(prompt);
      return misbehave(asked);
    });
  };
  test.each([500, 502, 503, 504, 408])("status %i", async (status) => {
    const { scores } = await once(({ response }) => respond(response, status, "<h1>Oops</h1>"));
    expect(scores).toEqual(expected);
  });

  test("a connection that closes at once, or within an answer", async () => {
    const closed = await once(({ response }) => later(() => response.destroy()));
    expect(closed.scores).toEqual(expected);
    const cut = await once(({ response }) => {
      response.writeHead(200, { "content-length": "5000" });
      response.write('{"choices": [');
      setTimeout(() => response.destroy(), 5);
      return ANSWERED;
    });
    expect(cut.scores).toEqual(expected);
  });

  test("429, not before the time the server names", async () => {
    const times: number[] = [];
    await scoreWith(({ response }, place) => {
      times.push(performance.now());
      return place === 1
        ? respond(response, 429, "slow down", { "retry-after": "0.3" })
        : undefined;
    });
    // The two texts left together; whatever came after the 429 waited.
    expect(times.slice(3).every((time) => time - times[1]! >= 290)).toBe(true);
  });

  test("a server that never answers in time, named with the limit", async () => {
    const slow = scoreWith((_asked, place) => (place === 0 ? undefined : ANSWERED), {
      timeoutMs: 60,
    });
    await expect(slow).rejects.toMatchObject({
      code: "server/unreachable",
      message: expect.stringContaining(
        "in 3 attempts; the last: no whole answer within 60 ms",
      ) as string,
    });
  });

  test("only so often", async () => {
    const failing = scoreWith(({ response }, place) =>
      place === 0 ? undefined : respond(response, 500, "out of memory"),
    );
    await expect(failing).rejects.toThrow(
      /\/completions gave no answer in 3 attempts; the last: 500: out of memory/,
    );
  });

  test("unless the server asks to come back much later", async () => {
    const later = scoreWith(({ response }, place) =>
      place === 0 ? undefined : respond(response, 429, "quota", { "retry-after": "3600" }),
    );
    await expect(later).rejects.toThrow(/asks to wait 3600 s/);
  });
});

test("what a call was told is kept when it fails, and not asked for again", async () => {
  let broken = true;
  await using server = await wordServer(({ body, response }, place) =>
    place > 0 && broken && String(body.prompt).endsWith("five")
      ? later(() => respond(response, 500, "broken"))
      : undefined,
  );
  await using model = await openLanguageModel(`${server.url}/v1`, { connection });
  await expect(model.score(requests)).rejects.toThrow(/broken/);
  broken = false;
  const before = server.asked.length;
  const scores = await model.score(requests);
  expect(scores.map(({ logProbs }) => [...logProbs])).toEqual(expected);
  expect(server.asked.slice(before).map(({ body }) => body.prompt)).toEqual(["one two five"]);
});

describe("answers that are not what was asked for are errors", () => {
  type Change = (tokens: ReturnType<typeof wordTokens>) => unknown;
  const changed = (change: Change) =>
    scoreWith(({ body }, place) => (place === 0 ? undefined : change(wordTokens(body.prompt))));
  test.each<[string, Change, RegExp]>([
    [
      "a list shifted by one",
      (tokens) => echoed([...tokens.slice(1), tokens[0]!]),
      /first token of a prompt a log-probability/,
    ],
    [
      "tokens of another text",
      (tokens) => echoed(tokens.map((token, i) => (i === 1 ? { ...token, text: " 2" } : token))),
      /do not spell the text it was sent: at character 3/,
    ],
    [
      "a token too few",
      (tokens) => echoed(tokens.slice(0, -1)),
      /do not spell the text .* they end/,
    ],
    ["a token twice", (tokens) => echoed([...tokens, tokens.at(-1)!]), /do not spell the text/],
    [
      "a log-probability missing",
      (tokens) => echoed(tokens.map((token, i) => (i === 2 ? { ...token, logProb: null } : token))),
      /token 3 of a prompt the log-probability null/,
    ],
    [
      "one above 0",
      (tokens) => echoed(tokens.map((token, i) => (i === 2 ? { ...token, logProb: 2 } : token))),
      /log-probability 2/,
    ],
    [
      "the word NaN",
      (tokens) =>
        echoed(
          tokens.map((token, i) =>
            i === 2 ? { ...token, logProb: "NaN" as unknown as number } : token,
          ),
        ),
      /log-probability NaN/,
    ],
    [
      "no log-probabilities",
      () => ({ choices: [{ text: "x" }], usage: { prompt_tokens: 3 } }),
      /cannot score: it tells no log-probabilities/,
    ],
    ["no choices", () => ({ hello: 1 }), /answers without choices; is it a model server\?/],
    ["no counts", (tokens) => ({ ...echoed(tokens), usage: null }), /does not say how many tokens/],
  ])("%s", async (_name, change, message) => {
    await expect(changed(change)).rejects.toThrow(message);
  });

  test.each<[string, string, RegExp]>([
    [
      "a web page",
      "<html>\n  <p>Welcome</p></html>",
      /answers with no JSON object: <html> <p>Welcome/,
    ],
    ["Python's NaN", '{"choices": NaN}', /answers with no JSON object/],
    ["a list", "[1, 2]", /answers with no JSON object: \[1, 2\]/],
    ["nothing", "", /answers with no JSON object: \(nothing\)/],
  ])("%s instead of JSON", async (_name, text, message) => {
    const answer = scoreWith(({ response }, place) =>
      place === 0 ? undefined : respond(response, 200, text),
    );
    await expect(answer).rejects.toThrow(message);
  });

  test("an answer without end", async () => {
    const huge = scoreWith(
      ({ response }, place) =>
        place === 0 ? undefined : respond(response, 200, "x".repeat(300_000)),
      { maximumBytes: 100_000 },
    );
    await expect(huge).rejects.toThrow(/answers with more than 100000 bytes/);
  });

  test("a redirect, which would take the key elsewhere", async () => {
    const moved = scoreWith(
      ({ response }, place) =>
        place === 0
          ? undefined
          : respond(response, 307, "", {
              location: "https://other.example/v1/completions?key=s3cret",
            }),
      { apiKey: "s3cret" },
    );
    const error = await moved.catch((caught: unknown) => caught as Error);
    expect((error as Error).message).toMatch(
      /sends on to https:\/\/other\.example\/v1\/completions; redirects are not followed/,
    );
    expect((error as Error).message).not.toContain("s3cret");
  });
});

test.each<[string, readonly number[], boolean, RegExp]>([
  ["other ids", [5, 6, 8], true, /token 8 where token 7 was sent \(position 2\)/],
  ["an id too few", [5, 6], true, /read 2 tokens for a prompt of 3 ids/],
  ["an id too few, untold", [5, 6], false, /read 2 tokens for a prompt of 3 ids/],
  ["two ids too many", [5, 6, 7, 8, 9], false, /read 5 tokens for a prompt of 3 ids/],
])("ids that are sent must be those that are read, not %s", async (_name, ids, tells, message) => {
  await using server = await wordServer((_asked, place) =>
    place === 0 ? undefined : echoed(wordTokens(ids), tells),
  );
  await using model = await openLanguageModel(`${server.url}/v1`, { connection });
  await expect(model.scoreIds!([{ ids: [5, 6, 7], start: 1 }])).rejects.toThrow(message);
});

test("what the server refuses of one request is that request's, and it is not tried again", async () => {
  const refused = scoreWith(({ body, response }, place) =>
    place > 0 && String(body.prompt).endsWith("five")
      ? respond(response, 400, { error: { message: "maximum context length is 64" } })
      : undefined,
  );
  await expect(refused).rejects.toMatchObject({
    code: "server/refused",
    detail: { request: 1 },
    message: expect.stringMatching(
      /^request 2: .* answers 400: maximum context length is 64$/,
    ) as string,
  });
});

test("a wrong key is told without being repeated", async () => {
  await using server = await fakeServer(({ request, response }) => {
    expect(request.headers.authorization).toBe("Bearer sk-12345");
    return respond(response, 401, { error: { message: "Incorrect API key: sk-12345" } });
  });
  const opening = openLanguageModel(`${server.url}/v1#m`, { connection: { apiKey: "sk-12345" } });
  await expect(opening).rejects.toThrow(
    /401: Incorrect API key: \(the key\); check the key in the environment variable ROTE_API_KEY/,
  );
});

test("a key that no header can carry is refused without being repeated", async () => {
  const error = await openLanguageModel("http://127.0.0.1:1/v1", {
    connection: { apiKey: "secret\nkey" },
  }).catch((caught: unknown) => caught as Error);
  expect(messageOf(error)).toContain("check the environment variable ROTE_API_KEY");
  expect(messageOf(error)).not.toContain("secret");
});

test("nobody at the address", async () => {
  await expect(openLanguageModel("http://127.0.0.1:1/v1", { connection })).rejects.toMatchObject({
    code: "server/unreachable",
  });
});

test("an interruption ends the waiting", async () => {
  await using server = await wordServer((_asked, place) => (place === 0 ? undefined : ANSWERED));
  await using model = await openLanguageModel(`${server.url}/v1`, { connection });
  const controller = new AbortController();
  setTimeout(() => {
    controller.abort(new Error("enough"));
  }, 20);
  await expect(model.score(requests, { signal: controller.signal })).rejects.toMatchObject({
    code: "interrupted",
  });
});

test("so does one between two attempts", async () => {
  await using server = await wordServer(({ response }, place) =>
    place === 0 ? undefined : respond(response, 500, "busy"),
  );
  await using model = await openLanguageModel(`${server.url}/v1`, {
    connection: { retryDelayMs: 60_000 },
  });
  await expect(model.score(requests, { signal: AbortSignal.timeout(150) })).rejects.toMatchObject({
    code: "interrupted",
  });
});

test("no more requests at once than allowed, and no more a minute", async () => {
  let [underWay, most] = [0, 0];
  await using server = await wordServer(async ({ body }) => {
    most = Math.max(most, ++underWay);
    await new Promise((resolve) => setTimeout(resolve, 10));
    underWay--;
    return echoed(wordTokens(body.prompt));
  });
  const many = Array.from({ length: 12 }, (_, i) => ({ context: "a b", continuation: ` c${i}` }));
  await using model = await openLanguageModel(`${server.url}/v1`, {
    connection: { concurrency: 3 },
  });
  await model.score(many);
  expect(most).toBe(3);
  await using slow = await openLanguageModel(`${server.url}/v1`, {
    connection: { requestsPerMinute: 1200 },
  });
  const start = performance.now();
  await slow.score(many.slice(0, 4));
  expect(performance.now() - start).toBeGreaterThanOrEqual(4 * 50 - 5);
});

test("one of several models must be named", async () => {
  await using server = await fakeServer(({ path, body }) =>
    path === "/v1/models" ? { data: [{ id: "a" }, { id: "b" }] } : echoed(wordTokens(body.prompt)),
  );
  await expect(openLanguageModel(`${server.url}/v1`)).rejects.toThrow(
    /has 2 models; name one of its own at the end of the URL, after #: a, b/,
  );
  await expect(openLanguageModel(`${server.url}/v1#c`)).rejects.toThrow(/has no model "c"/);
  await using model = await openLanguageModel(`${server.url}/v1#b`);
  expect(model.identity).toMatchObject({
    name: "b",
    url: `${server.url}/v1`,
    sha256: null,
    parameters: null,
  });
  expect(served.data).toHaveLength(1);
});

test.each(["http://user:hunter2@host/v1", "http://host/v1?api-key=hunter2"])(
  "secrets in a URL are refused: %s",
  async (url) => {
    const error = await openLanguageModel(url).catch((caught: unknown) => caught as Error);
    expect(messageOf(error)).toContain("ROTE_API_KEY");
    expect(messageOf(error)).not.toContain("hunter2");
  },
);
