/**
 * Train the tokenizer that the demo's models share, on the whole corpus.
 *
 *   npm run build && node scripts/demo/train-tokenizer.mjs [--out data/demo]
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { openCorpus } from "#rote/corpus/corpus.js";
import { trainByteLevelBpe } from "#rote/tokenizers/train-bpe.js";

import { world } from "./world.mjs";

const { values } = parseArgs({ options: { out: { type: "string", default: "data/demo" } } });

const corpus = await openCorpus({ paths: [join(values.out, "corpus", "*.jsonl.gz")] });

async function* readTexts() {
  for await (const { text } of corpus.documents()) yield text;
}

const tokenizer = await trainByteLevelBpe(readTexts(), world.tokenizer);
const folder = join(values.out, "tokenizer");
const [endOfText] = world.tokenizer.specialTokens;
const config = {
  tokenizer_class: "PreTrainedTokenizerFast",
  bos_token: endOfText,
  eos_token: endOfText,
  unk_token: endOfText,
};
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "tokenizer.json"), `${JSON.stringify(tokenizer, undefined, 1)}\n`);
writeFileSync(join(folder, "tokenizer_config.json"), `${JSON.stringify(config, undefined, 2)}\n`);
console.log(`${folder}: ${Object.keys(tokenizer.model.vocab).length} entries`);
