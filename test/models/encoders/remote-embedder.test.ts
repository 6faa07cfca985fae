import { describe, expect, test } from "vitest";
import { openEmbedder } from "#rote/models/open-embedder.js";
import {
  ANSWERED,
  type Asked,
  type FakeServer,
  fakeServer,
  respond,
} from "../remote/fake-server.ts";

interface Entry {
  readonly index: number;
  readonly embedding: unknown;
}

/** A server of one embedder; `change` makes something else of an answer's vectors. */
function embeddings(
  change: (entries: Entry[], asked: Asked) => unknown = (entries) => entries,
): Promise<FakeServer> {
  return fakeServer((asked) => {
    if (asked.path === "/v1/models") return { data: [{ id: "tiny-embedder" }] };
    const input = asked.body.input as string[];
    const entries = input.map((text, index) => ({
      index,
      embedding: [3 * text.length, 4 * text.length],
    }));
    const data = change(entries, asked);
    return data === ANSWERED ? ANSWERED : { data };
  });
}

const quick = { connection: { retryDelayMs: 1, attempts: 2 } };

describe("an embedder behind /v1/embeddings", () => {
  test("its vectors stand in the order of the texts, at length 1", async () => {
    await using server = await embeddings((entries) =>
      entries.map((entry) => ({ ...entry, embedding: [entry.index, 1] })).reverse(),
    );
    await using embedder = await openEmbedder(`${server.url}/v1`, quick);
    expect(embedder.identity).toMatchObject({ name: "tiny-embedder", url: `${server.url}/v1` });
    const texts = Array.from({ length: 70 }, (_, i) => `text ${i}`);
    const rows = await embedder.embed(texts);
    expect(rows.length).toBe(70 * embedder.dimension);
    for (let i = 0; i < 70; i++)
      expect(rows[2 * i]).toBeCloseTo((i % 32) / Math.hypot(i % 32, 1), 6);
    const asked = server.asked.flatMap(({ body }) => body.input ?? []);
    expect(new Set(asked)).toEqual(new Set(["Paris", ...texts]));
  });

  test("the address may name the interface and the model", async () => {
    await using server = await embeddings();
    await using embedder = await openEmbedder(`${server.url}/v1/embeddings#tiny-embedder`, quick);
    expect([...(await embedder.embed(["abc"]))]).toEqual([Math.fround(0.6), Math.fround(0.8)]);
    await expect(openEmbedder(`${server.url}/v1#other`, quick)).rejects.toThrow(/no model "other"/);
  });

  test("what passes is tried again, and the key is sent and not told", async () => {
    let failures = 1;
    await using server = await embeddings((entries, { request, response }) => {
      expect(request.headers.authorization).toBe("Bearer secret");
      return failures-- > 0 ? respond(response, 503, { error: "busy" }) : entries;
    });
    const connection = { ...quick.connection, apiKey: "secret" };
    await using embedder = await openEmbedder(`${server.url}/v1`, { connection });
    expect(embedder.dimension).toBe(2);
    expect(JSON.stringify(embedder.identity)).not.toContain("secret");
  });

  const wrong: Record<string, readonly [(entries: Entry[]) => unknown, RegExp]> = {
    "no list": [() => "none", /answers 1 texts with 0 vectors/],
    "too few": [(entries) => entries.slice(1), /answers 1 texts with 0 vectors/],
    "too many": [(entries) => [...entries, { index: 9, embedding: [1] }], /with 2 vectors/],
    "no numbers": [([entry]) => [{ ...entry, embedding: [null, 1] }], /with 0 vectors/],
    "encoded numbers": [([entry]) => [{ ...entry, embedding: "AACAPw==" }], /with 0 vectors/],
  };
  test.each(Object.entries(wrong))(
    "an answer with %s is an error",
    async (_, [change, message]) => {
      await using server = await embeddings(change);
      await expect(openEmbedder(`${server.url}/v1`, quick)).rejects.toThrow(message);
    },
  );

  test("a vector of another dimension is an error", async () => {
    await using server = await embeddings((entries, { body }) =>
      entries.map((entry) => ({
        ...entry,
        embedding: String(body.input) === "Paris" ? [1] : [1, 2],
      })),
    );
    await using embedder = await openEmbedder(`${server.url}/v1`, quick);
    await expect(embedder.embed(["a"])).rejects.toThrow(/2 components after one of 1/);
  });
});
