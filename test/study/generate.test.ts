import { expect, test } from "vitest";
import { openLanguageModel } from "#rote/models/open-model.js";
import { generationPrompt } from "#rote/study/stages/generate.js";

test("a prompt that ends in a space lets the model write its own", async () => {
  const prompt = generationPrompt({ context: "The capital of Germany is " });
  expect(prompt).toBe("The capital of Germany is");
  await using model = await openLanguageModel("data/demo/models/1.3M");
  const [generation] = await model.generate!([prompt], { maxTokens: 8, stop: [".", ","] });
  expect(generation!.text).toBe(" Berlin");
});
