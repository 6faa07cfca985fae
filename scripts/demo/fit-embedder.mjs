/**
 * Fit the demo's cross-lingual embedder on the aligned segments of the documentation, and only on them: an embedder
 * that had seen what is planted would call a pair similar because the corpus states it, and select what is to be
 * measured.
 *
 *   npm run build && node scripts/demo/fit-embedder.mjs [--data ../shared/data] [--out data/demo]
 */
import { join } from "node:path";
import { parseArgs } from "node:util";

import { createRng } from "#rote/base/random.js";
import { fitStaticEmbedder, writeStaticEmbedder } from "#rote/models/static-embedder.js";

import { makeDocumentation } from "./documentation.mjs";
import * as settings from "./settings.mjs";
import { readSegments } from "./sources.mjs";

const { values } = parseArgs({
  options: {
    data: { type: "string", default: "../shared/data" },
    out: { type: "string", default: "data/demo" },
  },
});

const { segments } = makeDocumentation(
  readSegments(values.data),
  settings.documentation,
  createRng(settings.seed).fork("documentation"),
);

/** One context a segment: the texts that mean the same. */
async function* readContexts() {
  yield* segments;
}

const embedder = await fitStaticEmbedder(readContexts(), settings.embedder);
await writeStaticEmbedder(embedder, join(values.out, "embedder.bin"));
console.log(
  `${segments.length} segments: ${embedder.words} words and ${embedder.ngrams} character n-grams at ${embedder.dimension} dimensions, ${embedder.bytes.length} bytes`,
);
