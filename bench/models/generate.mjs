/**
 * Greedy generation with the cache and without, interleaved, on random weights in Pythia-70m's shape.
 *
 *   node bench/models/generate.mjs [--tokens 256] [--prompts 1] [--rounds 3] [--threads 2]
 *
 * Prints one JSON object: seconds of each round, tokens a second of the best, and the ratio.
 */
import { rmSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { generateIds } from "#rote/models/generate.js";
import { openDecoder } from "#rote/models/open-decoder.js";
import { writeRandomModel } from "./random-model.mjs";

const { values } = parseArgs({
  options: {
    tokens: { type: "string", default: "256" },
    prompts: { type: "string", default: "1" },
    rounds: { type: "string", default: "3" },
    threads: { type: "string", default: "2" },
  },
});
const [tokens, count, rounds, threads] = ["tokens", "prompts", "rounds", "threads"].map((name) =>
  Number(values[name]),
);

const folder = await writeRandomModel();
const model = await openDecoder(folder, { threads });
const prompts = Array.from({ length: count }, (_, i) => Int32Array.of(i + 1, 2, 3, 4));
const variants = { cached: model, anew: { ...model, growing: undefined } };
const seconds = { cached: [], anew: [] };
const ids = {};
for (const variant of Object.values(variants))
  await generateIds(variant, prompts, { maxTokens: 4 });
for (let round = 0; round < rounds; round++)
  for (const [name, variant] of Object.entries(variants)) {
    const start = performance.now();
    const results = await generateIds(variant, prompts, { maxTokens: tokens });
    seconds[name].push((performance.now() - start) / 1000);
    ids[name] = results.map((result) => result.ids.join()).join(";");
  }
await model[Symbol.asyncDispose]();
rmSync(folder, { recursive: true });

const best = (name) => Math.min(...seconds[name]);
console.log(
  JSON.stringify(
    {
      shape: "pythia-70m",
      tokens,
      prompts: count,
      threads,
      node: process.version,
      cpu: cpus()[0].model,
      seconds,
      tokensPerSecond: {
        cached: (count * tokens) / best("cached"),
        anew: (count * tokens) / best("anew"),
      },
      ratio: best("anew") / best("cached"),
      sameIds: ids.cached === ids.anew,
    },
    undefined,
    2,
  ),
);
