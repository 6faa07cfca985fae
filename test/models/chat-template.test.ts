import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openChatTemplate } from "#rote/models/chat-template.js";
import { openLanguageModel } from "#rote/models/open-model.js";
import { goldenFolder, hasGolden } from "./golden.ts";

const folder = mkdtempSync(join(tmpdir(), "rote-chat-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function folderWith(name: string, config: Record<string, unknown>): string {
  const path = join(folder, name);
  mkdirSync(path);
  writeFileSync(join(path, "tokenizer_config.json"), JSON.stringify(config));
  return path;
}

// As Qwen's and Llama 2's folders have them, shortened.
const chatMl =
  "{% for message in messages %}{% if loop.first and message['role'] != 'system' %}{{ '<|im_start|>system\\nYou are a helpful assistant.<|im_end|>\\n' }}{% endif %}" +
  "{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";
const turns =
  "{{ bos_token }}{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('roles must alternate') }}{% endif %}" +
  "{% if message['role'] == 'user' %}{{ '[INST] ' + message['content'].strip() + ' [/INST]' }}{% else %}{{ ' ' + message['content'] + ' ' + eos_token }}{% endif %}{% endfor %}";

const question = { role: "user", content: " What is up? " };

describe("a chat template", () => {
  test("of tokenizer_config.json writes a conversation up to the answer", async () => {
    const template = await openChatTemplate(folderWith("qwen", { chat_template: chatMl }));
    expect(template!([question])).toBe(
      "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n What is up? <|im_end|>\n<|im_start|>assistant\n",
    );
  });

  test("knows the special tokens, spelled as text or as objects", async () => {
    const config = { chat_template: turns, bos_token: "<s>", eos_token: { content: "</s>" } };
    const template = await openChatTemplate(folderWith("llama", config));
    const answer = { role: "assistant", content: "The sky." };
    expect(template!([question, answer, question])).toBe(
      "<s>[INST] What is up? [/INST] The sky. </s>[INST] What is up? [/INST]",
    );
  });

  test("is the default one of several, or a file of its own", async () => {
    const list = [
      { name: "tool_use", template: "no" },
      { name: "default", template: "yes" },
    ];
    const path = folderWith("several", { chat_template: list });
    expect((await openChatTemplate(join(path, "tokenizer.json")))!([])).toBe("yes");
    writeFileSync(join(path, "chat_template.jinja"), "own");
    expect((await openChatTemplate(path))!([])).toBe("own");
    expect(await openChatTemplate(folder)).toBeUndefined();
  });

  test("that refuses a conversation, or is none, is an error with its reason", async () => {
    const path = folderWith("strict", { chat_template: turns });
    const template = await openChatTemplate(path);
    expect(() => template!([question, question])).toThrow(
      `the chat template of ${path} refuses: roles must alternate`,
    );
    await expect(
      openChatTemplate(folderWith("broken", { chat_template: "{% if" })),
    ).rejects.toMatchObject({ code: "model/cannot" });
  });
});

describe.skipIf(!hasGolden)("generation after a conversation", () => {
  function modelFolder(name: string, files: Record<string, unknown>): string {
    const path = join(folder, name);
    mkdirSync(path);
    for (const file of ["config.json", "model.safetensors", "tokenizer.json"])
      cpSync(join(goldenFolder("neox"), file), join(path, file));
    for (const [file, value] of Object.entries(files))
      writeFileSync(join(path, file), JSON.stringify(value));
    return path;
  }

  test("equals generation after its text", async () => {
    const files = { "tokenizer_config.json": { chat_template: chatMl } };
    await using model = await openLanguageModel(modelFolder("chat", files), { threads: 1 });
    expect([...model.can]).toEqual(["score", "generate", "chat"]);
    const text =
      "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n";
    const options = { maxTokens: 8 };
    const [answer] = await model.generate!([[{ role: "user", content: "hi" }]], options);
    expect(answer).toEqual((await model.generate!([text], options))[0]);
  });

  test("ends at the tokens that generation_config.json names", async () => {
    await using whole = await openLanguageModel(modelFolder("whole", {}), { threads: 1 });
    const [long] = await whole.generate!(["hello"], { maxTokens: 8 });
    const end = long!.ids[3]!;
    const files = { "generation_config.json": { eos_token_id: [0, end] } };
    await using ending = await openLanguageModel(modelFolder("ending", files), { threads: 1 });
    const [short] = await ending.generate!(["hello"], { maxTokens: 8 });
    expect([...short!.ids]).toEqual([...long!.ids.subarray(0, long!.ids.indexOf(end))]);
  });

  test("is refused by a model without a template", async () => {
    await using model = await openLanguageModel(modelFolder("plain", {}), { threads: 1 });
    await expect(model.generate!([[question]])).rejects.toThrow(
      "prompt 1 is a conversation, and the model has no chat template",
    );
  });
});
