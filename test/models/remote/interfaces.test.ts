import { describe, expect, test } from "vitest";
import { openLanguageModel } from "#rote/models/open-model.js";
import { echoed, fakeServer, respond, served, wordServer, wordTokens } from "./fake-server.ts";

const request = { context: "one two", continuation: " three four" };

describe("servers that score no prompts say why and what to do", () => {
  test("llama.cpp, which tells the generated token only", async () => {
    await using server = await fakeServer(({ path }) =>
      path === "/v1/models"
        ? served
        : {
            choices: [
              {
                text: "!",
                logprobs: { tokens: ["!"], token_logprobs: [-0.1], top_logprobs: [{ "!": -0.1 }] },
              },
            ],
            usage: { prompt_tokens: 7, completion_tokens: 1 },
          },
    );
    await using model = await openLanguageModel(`${server.url}/v1`);
    expect([...model.can]).toEqual(["generate"]);
    await expect(model.score([request])).rejects.toThrow(
      /cannot score: it tells the log-probabilities of 1 tokens where the prompt has 7, .* serve the model with vLLM or SGLang, .* --import/,
    );
  });

  test("llama.cpp's newer form, a list of contents", async () => {
    await using server = await fakeServer(({ path }) =>
      path === "/v1/models"
        ? served
        : {
            choices: [{ text: "!", logprobs: { content: [{ token: "!", logprob: -1 }] } }],
            usage: { prompt_tokens: 7 },
          },
    );
    await using model = await openLanguageModel(`${server.url}/v1`);
    await expect(model.score([request])).rejects.toMatchObject({ code: "model/cannot" });
  });

  test("hosted models that refuse echo", async () => {
    await using server = await fakeServer(({ path, response }) =>
      path === "/v1/models"
        ? served
        : respond(response, 400, { error: { message: "Setting 'echo' is not supported" } }),
    );
    await using model = await openLanguageModel(`${server.url}/v1`);
    expect(model.can.has("score")).toBe(false);
    await expect(model.score([request])).rejects.toThrow(/Setting 'echo' is not supported/);
  });

  test("chat", async () => {
    await using server = await fakeServer(({ path, body }) =>
      path === "/v1/models"
        ? served
        : {
            choices: [
              {
                message: {
                  role: "assistant",
                  content: `You said ${JSON.stringify(body.messages)}`,
                },
              },
            ],
          },
    );
    await using model = await openLanguageModel(`${server.url}/v1/chat/completions#tiny`);
    await expect(model.score([request])).rejects.toThrow(
      /chat interfaces tell no log-probabilities/,
    );
    const [generated] = await model.generate!(["Hi"], { stop: ["}"] });
    expect(generated!.text).toBe('You said [{"role":"user","content":"Hi"');
    expect(server.asked.at(-1)!.body).toMatchObject({
      model: "tiny",
      max_tokens: 64,
      temperature: 0,
    });
    const conversation = [{ role: "system", content: "Be brief" }];
    await model.generate!([conversation]);
    expect(server.asked.at(-1)!.body.messages).toEqual(conversation);
    expect([...model.can]).toEqual(["generate", "chat"]);
  });

  test("TGI without its flag", async () => {
    await using server = await tgi(() => []);
    await using model = await openLanguageModel(`${server.url}/generate`);
    await expect(model.score([request])).rejects.toThrow(
      /start the server with --enable-prefill-logprobs/,
    );
  });

  test("an address that is no model's", async () => {
    await using server = await fakeServer(({ response }) => respond(response, 404, "Not Found"));
    await expect(openLanguageModel(`${server.url}/generate`)).rejects.toThrow(
      /neither \/get_model_info nor \/info/,
    );
    await expect(openLanguageModel(`${server.url}/v1#m`)).rejects.toThrow(
      /v1\/completions answers 404/,
    );
    await expect(openLanguageModel(`${server.url}/v1`)).rejects.toThrow(/does not list its models/);
  });
});

test("a strict server is asked without the field it does not know, and tells no ids", async () => {
  await using server = await fakeServer(({ path, body, response }) => {
    if (path === "/v1/models") return served;
    if ("return_token_ids" in body) return respond(response, 400, "Unrecognized request argument");
    return echoed(wordTokens(body.prompt), false);
  });
  await using model = await openLanguageModel(`${server.url}/v1`);
  const [scored] = await model.score([request]);
  expect(scored).toMatchObject({
    isGreedy: false,
    ids: new Int32Array(0),
    offsets: Int32Array.of(0, 6, 6, 11),
  });
  expect([...scored!.logProbs]).toEqual([-6.25, -5.375]);
});

function tgi(prefill: (inputs: string) => unknown[]) {
  return fakeServer(({ path, body, response }) => {
    if (path === "/info") return { model_id: "org/tiny", max_input_tokens: 50 };
    if (path !== "/generate") return respond(response, 404, "");
    return {
      generated_text: " and so on.",
      details: {
        prefill: prefill(String(body.inputs)),
        tokens: [
          { id: 1, text: " and", logprob: -1 },
          { id: 2, text: " so", logprob: -2 },
          { id: 3, text: " on.", logprob: -3 },
        ],
      },
    };
  });
}

describe("TGI", () => {
  const prefill = (inputs: string): unknown[] => [
    { id: 0, text: "<s>", logprob: null },
    ...wordTokens(inputs).map(({ id, text }, i) => ({
      id,
      text,
      logprob: text === " sure" ? -0.1 : -1 - i,
    })),
  ];

  test("scores texts; what it does not tell is not made up", async () => {
    await using server = await tgi(prefill);
    await using model = await openLanguageModel(`${server.url}/generate`);
    expect(model.identity.name).toBe("org/tiny");
    expect("scoreIds" in model).toBe(false);
    const scored = await model.score([
      request,
      { context: "one", continuation: " sure" },
      { context: "", continuation: "one two" },
    ]);
    expect(scored.map(({ isGreedy }) => isGreedy)).toEqual([null, true, null]);
    expect(scored.map(({ logProbs }) => [...logProbs])).toEqual([[-3, -4], [-0.1], [-1, -2]]);
    expect([...scored[0]!.ids]).toEqual([106, 105]);
  });

  test("generates, and a stop string it leaves in is cut with its tokens", async () => {
    await using server = await tgi(prefill);
    await using model = await openLanguageModel(`${server.url}/generate`);
    const [generated] = await model.generate!(["Hi"], { stop: [" on"], maxTokens: 3 });
    expect(generated).toEqual({
      text: " and so",
      ids: Int32Array.of(1, 2),
      logProbs: Float64Array.of(-1, -2),
    });
    expect(server.asked.at(-1)!.body.parameters).toMatchObject({
      do_sample: false,
      max_new_tokens: 3,
    });
  });
});

test("SGLang counts the prompt's tokens itself, which must agree", async () => {
  await using server = await fakeServer(({ path }) =>
    path === "/get_model_info"
      ? { model_path: "tiny" }
      : {
          text: "",
          meta_info: {
            prompt_tokens: 4,
            input_token_logprobs: [
              [null, 1, "one"],
              [-1, 2, " two"],
            ],
          },
        },
  );
  await using model = await openLanguageModel(`${server.url}/generate`);
  await expect(model.score([request])).rejects.toThrow(
    /log-probabilities of 2 tokens for a prompt of 4/,
  );
  await expect(openLanguageModel(`${server.url}/generate#other`)).rejects.toThrow(
    /the server holds "tiny"/,
  );
});

test("completions take texts only, and say where conversations go", async () => {
  await using server = await wordServer();
  await using model = await openLanguageModel(`${server.url}/v1`);
  await expect(model.generate!([[{ role: "user", content: "Hi" }]])).rejects.toThrow(
    /not conversations; name the server's chat interface/,
  );
});

test("completions generate with each prompt's own seed; tokens are the server's", async () => {
  await using server = await fakeServer(({ path, body }) => {
    if (path === "/v1/models") return served;
    if (body.echo === true) return echoed(wordTokens(body.prompt));
    return {
      choices: [
        {
          text: " two three",
          token_ids: [5, 6],
          logprobs: { tokens: [" two", " three"], token_logprobs: [-1, -2] },
        },
      ],
    };
  });
  await using model = await openLanguageModel(`${server.url}/v1`);
  const [first] = await model.generate!(["one", "one"], {
    temperature: 0.5,
    topP: 0.9,
    topK: 4,
    seed: 3,
    stop: ["\n"],
  });
  expect(first).toEqual({
    text: " two three",
    ids: Int32Array.of(5, 6),
    logProbs: Float64Array.of(-1, -2),
  });
  expect(
    server.asked
      .slice(-2)
      .map(({ body }) => body.seed)
      .sort(),
  ).toEqual([3, 4]);
  expect(server.asked.at(-1)!.body).toMatchObject({
    temperature: 0.5,
    top_p: 0.9,
    top_k: 4,
    stop: ["\n"],
  });
});
