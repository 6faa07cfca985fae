import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import type { LanguageModel } from "#rote/models/language-model.js";
import { openLanguageModel } from "#rote/models/open-model.js";
import { openTokenizer } from "#rote/tokenizers/open.js";
import type { Tokenizer } from "#rote/tokenizers/tokenizer.js";
import { echoed, fakeServer, type FakeServer, respond } from "./fake-server.ts";

// The golden model behind a server of our own gives what the same model gives at home.
const golden = resolve("../shared/data/golden");
const folder = `${golden}/transformers/neox`;
const here = existsSync(folder);
if (!here) process.stderr.write(`skipped: ${folder} is not there\n`);

interface Case {
  readonly context: string;
  readonly continuation: string;
  readonly loglikelihood: number;
  readonly is_greedy: boolean;
}

const cases = here
  ? (
      JSON.parse(readFileSync(`${golden}/metrics/lm_eval_scores.json`, "utf8")) as {
        loglikelihood: Case[];
      }
    ).loglikelihood
  : [];

async function promptTokens(model: LanguageModel, tokenizer: Tokenizer, prompt: unknown) {
  const ids = Array.isArray(prompt)
    ? (prompt as number[])
    : Array.from(tokenizer.encode(String(prompt)));
  const [scored] = ids.length < 2 ? [] : await model.scoreIds!([{ ids, start: 1 }]);
  const tokens = [];
  for (const [i, id] of ids.entries()) {
    const greedy =
      i > 0 &&
      (await model.scoreIds!([{ ids: ids.slice(0, i + 1), start: i }]))[0]!.isGreedy === true;
    tokens.push({
      id,
      text: tokenizer.decode([id]),
      logProb: i === 0 ? null : scored!.logProbs[i - 1]!,
      isTop: greedy,
    });
  }
  return tokens;
}

type Tokens = Awaited<ReturnType<typeof promptTokens>>;

/** vLLM, SGLang and TGI in front of one model. */
async function serverOf(model: LanguageModel, tokenizer: Tokenizer): Promise<FakeServer> {
  const sglang = (tokens: Tokens) => ({
    text: "x",
    meta_info: {
      prompt_tokens: tokens.length,
      input_token_logprobs: tokens.map(({ logProb, id, text }) => [logProb, id, text]),
      input_top_logprobs: tokens.map(({ logProb, id, isTop }) =>
        logProb === null ? null : [[logProb + (isTop ? 0 : 0.1), isTop ? id : id + 1, null]],
      ),
    },
  });
  return fakeServer(async ({ path, body, response }) => {
    if (path === "/v1/models") return { data: [{ id: "neox", max_model_len: 130 }] };
    if (path === "/get_model_info") return { model_path: "neox" };
    if (path === "/v1/completions")
      return echoed(await promptTokens(model, tokenizer, body.prompt));
    if (path === "/generate")
      return sglang(await promptTokens(model, tokenizer, body.input_ids ?? body.text));
    return respond(response, 404, "");
  });
}

const fitting = cases.filter(
  ({ context, continuation }) => context !== "" && context.length + continuation.length < 100,
);

describe.skipIf(!here)("a served model and the same at home", () => {
  test.each([
    ["completions, tokenized by the server", "/v1", false],
    ["completions, sent as ids", "/v1", true],
    ["SGLang, tokenized by the server", "/generate", false],
    ["SGLang, sent as ids", "/generate", true],
  ])("%s", async (_name, path, sendsIds) => {
    const tokenizer = await openTokenizer(folder);
    await using local = await openLanguageModel(folder);
    await using server = await serverOf(local, tokenizer);
    await using remote = await openLanguageModel(server.url + path, sendsIds ? { tokenizer } : {});
    const requests = [
      ...fitting,
      { context: "Grüße, 你好 ", continuation: " Ä 🦊 und noch mehr" },
      { context: "a\t\n ", continuation: "b  c" },
    ];
    expect(fitting.length).toBeGreaterThan(3);
    const [expected, scored] = [await local.score(requests), await remote.score(requests)];
    for (const [i, { offsets, logLikelihood, logProbs, ...rest }] of scored.entries()) {
      const { offsets: places, logLikelihood: sum, logProbs: atHome, ...twin } = expected[i]!;
      expect(rest).toEqual(twin);
      // float32 rounding: the server was asked for one prompt at a time, and for all of its tokens.
      expect(logProbs.length).toBe(atHome.length);
      for (const [t, value] of logProbs.entries()) expect(value).toBeCloseTo(atHome[t]!, 5);
      expect(logLikelihood).toBeCloseTo(sum, 4);
      // Bytes of characters outside ASCII share their places where only texts are known.
      const isAscii = /^[\0-\x7f]*$/.test(requests[i]!.context + requests[i]!.continuation);
      if (sendsIds || isAscii) expect(offsets).toEqual(places);
      const golden = cases.find((known) => known === requests[i]);
      if (golden === undefined) continue;
      expect(logLikelihood).toBeCloseTo(golden.loglikelihood, 3);
      expect(rest.isGreedy).toBe(golden.is_greedy);
    }
  });

  test("ids that are too many are cut as at home, and the cut is told", async () => {
    const tokenizer = await openTokenizer(folder);
    await using local = await openLanguageModel(folder);
    await using server = await serverOf(local, tokenizer);
    await using remote = await openLanguageModel(`${server.url}/v1`, { tokenizer });
    const request = { context: "to be or not ".repeat(12), continuation: "to be" };
    const [expected, scored] = [await local.score([request]), await remote.score([request])];
    expect(scored).toEqual(expected);
    expect(scored[0]!.cutTokens).toBeGreaterThan(0);
  });

  test("an empty context is refused where the server's tokenizer has nothing to stand for it", async () => {
    const tokenizer = await openTokenizer(folder);
    await using local = await openLanguageModel(folder);
    await using server = await serverOf(local, tokenizer);
    await using remote = await openLanguageModel(`${server.url}/v1`);
    const request = { context: "", continuation: "To be" };
    await expect(remote.score([request])).rejects.toMatchObject({ detail: { request: 0 } });
    await using encoded = await openLanguageModel(`${server.url}/v1`, { tokenizer });
    expect(await encoded.score([request])).toEqual(await local.score([request]));
  });
});
