import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openLanguageModel } from "#rote/models/open-model.js";

const neox = "../shared/data/golden/transformers/neox";
const hasData = existsSync(neox);
const skipped = hasData ? "" : " (skipped: ../shared/data is absent)";
const folder = mkdtempSync(join(tmpdir(), "rote-open-model-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function copyOf(name: string, files: readonly string[]): string {
  const target = join(folder, name);
  mkdirSync(target, { recursive: true });
  for (const file of files) cpSync(join(neox, file), join(target, file));
  return target;
}

describe("openLanguageModel", () => {
  test("an unknown architecture is refused with those known", async () => {
    writeFileSync(join(folder, "config.json"), JSON.stringify({ model_type: "gpt-neox" }));
    await expect(openLanguageModel(folder)).rejects.toMatchObject({
      code: "model/unsupported",
      message: `${join(folder, "config.json")} has model_type "gpt-neox"; known are gpt_neox, gpt2, gptj, llama, mistral, qwen2, qwen3, olmo, olmo2, olmo3, phi, gemma2 (did you mean gpt_neox?)`,
    });
    await expect(openLanguageModel(join(folder, "none"))).rejects.toMatchObject({
      code: "file/missing",
    });
  });

  test.skipIf(!hasData)(`a model without a tokenizer scores ids${skipped}`, async () => {
    const bare = copyOf("bare", ["config.json", "model.safetensors"]);
    await using model = await openLanguageModel(bare, { threads: 1 });
    expect([...model.can]).toEqual([]);
    await expect(model.score([{ context: "a", continuation: "b" }])).rejects.toThrow(
      "bare has no tokenizer.json",
    );
    expect((await model.scoreIds!([{ ids: [98, 99], start: 1 }]))[0]!.logProbs.length).toBe(1);
    await using withTokenizer = await openLanguageModel(bare, { threads: 1, tokenizer: neox });
    const [scored] = await withTokenizer.score([{ context: "a", continuation: "b" }]);
    expect([...scored!.ids]).toEqual([99]);
  });

  test.skipIf(!hasData)(`a checkpoint is named after its model${skipped}`, async () => {
    const files = ["config.json", "model.safetensors", "tokenizer.json"];
    await using model = await openLanguageModel(copyOf("tiny/step-500", files), { threads: 1 });
    expect(model.identity).toMatchObject({
      name: "tiny",
      checkpoint: "step 500",
      family: "gpt-neox",
      tokenizer: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect([...model.can]).toEqual(["score", "generate"]);
  });
});
