// Train a language model on a text of your own, and ask it for the next words.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLanguageModel, parseTrainingConfig, trainModel } from "rote";

const folder = await mkdtemp(join(tmpdir(), "rote-example-"));
await writeFile(
  join(folder, "text.txt"),
  "The cat sat on the mat. The dog lay on the rug.\n".repeat(40),
);

const config = parseTrainingConfig(
  {
    corpus: { files: "text.txt" },
    tokenizer: { vocabularySize: 300 },
    shape: { hiddenSize: 32, layers: 2, heads: 2, maximumLength: 64 },
    schedule: { epochs: 20, batchSize: 4, learningRate: 1e-2 },
    seed: 1,
  },
  { folder },
);
const losses: number[] = [];
const out = join(folder, "model");
const { parameters, steps } = await trainModel(config, {
  out,
  threads: 1,
  onStep: ({ loss }) => losses.push(loss),
});
console.log(`${parameters} parameters, ${steps} steps`);
console.log(`loss ${losses[0]?.toFixed(1)} → ${losses.at(-1)?.toFixed(1)} nats a token`);

await using model = await openLanguageModel(out, { threads: 1 });
const [generation] = (await model.generate?.(["The dog"], { maxTokens: 24, stop: ["."] })) ?? [];
console.log(`The dog${generation?.text}.`);
await rm(folder, { recursive: true });
