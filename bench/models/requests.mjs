/**
 * Many short requests, from texts to log-likelihoods, beside transformers in a loop that pads batches:
 *
 *   ROTE_PYTHON=…/python node bench/models/requests.mjs [--models demo,70m] [--count 10000] [--rounds 3] [--threads 2]
 *     [--batch 32] [--out bench/runs/DATE-MACHINE]
 *
 * Passages of 20 to 60 tokens from the demo's prose, scored in two ways: "whole" asks for all of
 * their tokens after an empty context, "answer" for the words of their last third. `batch` is the
 * batch size of transformers; `--models` of random-model.mjs or the demo's. One call scores all.
 */
import { parseArgs } from "node:util";
import { createRng } from "#rote/base/random.js";
import { openCorpus } from "#rote/corpus/corpus.js";
import { openTokenizer } from "#rote/tokenizers/open.js";
import { printTable } from "../evidence.mjs";
import { compareSides, tableRows, withModel, writeSides } from "./request-sides.mjs";

const { values } = parseArgs({
  options: {
    models: { type: "string", default: "demo,70m" },
    count: { type: "string", default: "10000" },
    rounds: { type: "string", default: "3" },
    threads: { type: "string", default: "2" },
    batch: { type: "string", default: "32" },
    out: { type: "string" },
  },
});
const [count, rounds, threads, batch] = ["count", "rounds", "threads", "batch"].map((name) =>
  Number(values[name]),
);

async function drawPassages(tokenizer) {
  const documents = [];
  for await (const { text } of (
    await openCorpus({ paths: ["data/demo/corpus/prose.jsonl.gz"] })
  ).documents())
    documents.push(text.split(/\s+/));
  const rng = createRng("requests");
  const passages = [];
  while (passages.length < count) {
    const words = documents[rng.int(documents.length)];
    const start = rng.int(words.length);
    const passage = words.slice(start, start + 8 + rng.int(40));
    const { length } = tokenizer.encode(passage.join(" "));
    if (length >= 20 && length <= 60) passages.push(passage);
  }
  return passages;
}

const kinds = {
  whole: (words) => ({ context: "", continuation: words.join(" ") }),
  answer: (words) => {
    const border = Math.floor((2 * words.length) / 3);
    return {
      context: words.slice(0, border).join(" "),
      continuation: ` ${words.slice(border).join(" ")}`,
    };
  },
};

const results = [];
for (const name of values.models.split(","))
  await withModel(name, async (model) => {
    const passages = await drawPassages(await openTokenizer(model.tokenizer));
    for (const [kind, requestOf] of Object.entries(kinds)) {
      const groups = [passages.map(requestOf)];
      const sides = { ours: { groups }, transformers: { groups, torch: batch } };
      const compared = await compareSides(model, sides, { rounds, threads });
      results.push({ model: name, kind, ...compared });
    }
  });
printTable(results.flatMap((result) => tableRows(`${result.model}, ${result.kind}`, result)));
writeSides(values.out, "requests", { count, threads, batch, results });
