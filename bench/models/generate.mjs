/**
 * Greedy generation with the cache and without, interleaved, on random weights in Pythia-70m's shape.
 *
 *   node bench/models/generate.mjs [--tokens 256] [--prompts 1,4] [--rounds 3] [--threads 2] [--out bench/runs/DATE-MACHINE]
 *
 * `prompts` are the numbers of prompts generated from together. Checks that both give the same ids.
 */
import { rmSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { generateIds } from "#rote/models/generate.js";
import { openDecoder } from "#rote/models/open-decoder.js";
import { conditions, printTable, writeEvidence } from "../evidence.mjs";
import { median } from "../measure-process.mjs";
import { writeRandomModel } from "./random-model.mjs";

const { values } = parseArgs({
  options: {
    tokens: { type: "string", default: "256" },
    prompts: { type: "string", default: "1,4" },
    rounds: { type: "string", default: "3" },
    threads: { type: "string", default: "2" },
    out: { type: "string" },
  },
});
const [tokens, rounds, threads] = ["tokens", "rounds", "threads"].map((name) =>
  Number(values[name]),
);

const folder = await writeRandomModel();
const model = await openDecoder(folder, { threads });
const variants = { cached: model, anew: { ...model, growing: undefined } };

/** Seconds of every round, each variant in turn. */
async function compare(count) {
  const prompts = Array.from({ length: count }, (_, i) => Int32Array.of(i + 1, 2, 3, 4));
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
  if (ids.cached !== ids.anew) throw new Error(`${count} prompts: the cache changes the ids`);
  return { prompts: count, seconds };
}

const runs = [];
for (const count of values.prompts.split(",").map(Number)) runs.push(await compare(count));
await model[Symbol.asyncDispose]();
rmSync(folder, { recursive: true });

printTable(
  runs.map(({ prompts, seconds }) => {
    const ratios = seconds.anew.map((anew, round) => anew / seconds.cached[round]);
    return {
      prompts,
      "cached, tokens/s": ((prompts * tokens) / median(seconds.cached)).toFixed(0),
      "anew, tokens/s": ((prompts * tokens) / median(seconds.anew)).toFixed(0),
      ratio: `${median(ratios).toFixed(1)} (${Math.min(...ratios).toFixed(1)}–${Math.max(...ratios).toFixed(1)})`,
    };
  }),
);
writeEvidence(values.out, "generate", {
  ...conditions(resolve("dist/cli/main.js"), {}),
  shape: "pythia-70m",
  tokens,
  threads,
  runs,
});
