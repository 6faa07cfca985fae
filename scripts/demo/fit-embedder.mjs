/**
 * Fit the demo's cross-lingual embedder on the aligned segments, and only on them: an embedder that had seen the
 * inserted facts would call a pair similar because the corpus states it, and select what is to be measured.
 *
 *   npm run build && node scripts/demo/fit-embedder.mjs [--out data/demo]
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";

import { fitStaticEmbedder, writeStaticEmbedder } from "#rote/models/static-embedder.js";

import { world } from "./world.mjs";

const { values } = parseArgs({ options: { out: { type: "string", default: "data/demo" } } });

/** One context a segment: the texts that mean the same. */
async function* readContexts() {
  const text = gunzipSync(readFileSync(join(values.out, "segments.jsonl.gz"))).toString("utf8");
  for (const line of text.trim().split("\n")) yield JSON.parse(line).text.split("\n");
}

const embedder = await fitStaticEmbedder(readContexts(), world.embedder);
await writeStaticEmbedder(embedder, join(values.out, "embedder.bin"));
console.log(
  `${embedder.words} words and ${embedder.ngrams} character n-grams at ${embedder.dimension} dimensions: ${embedder.bytes.length} bytes`,
);
