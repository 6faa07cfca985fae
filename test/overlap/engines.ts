/** A corpus as the two engines that count: read whole, and from an index of its words. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCorpus } from "#rote/corpus/corpus.js";
import type { CountEngine } from "#rote/counting/count-engine.js";
import { buildIndex } from "#rote/counting/ngram-index/build-index.js";
import { openCorpusTokens } from "#rote/counting/ngram-index/corpus-tokens.js";
import { openIndexEngine } from "#rote/counting/ngram-index/index-engine.js";
import { openScan } from "#rote/counting/scan/scan-engine.js";
import { textPolicy } from "#rote/text/policies.js";
import type { TextPolicy } from "#rote/text/policy.js";

/** Write documents as JSON lines; the path. */
export function writeDocuments(
  documents: readonly { readonly id: string; readonly text: string }[],
): string {
  const path = join(mkdtempSync(join(tmpdir(), "rote-overlap-")), "corpus.jsonl");
  writeFileSync(path, documents.map((document) => `${JSON.stringify(document)}\n`).join(""));
  return path;
}

export async function scanOf(
  path: string,
  policy: TextPolicy["name"] = "words",
): Promise<CountEngine> {
  return openScan(await openCorpus({ paths: [path] }), { policy: textPolicy(policy) });
}

export async function indexOf(
  path: string,
  { policy = "words", shards = 1 }: { policy?: TextPolicy["name"]; shards?: number } = {},
): Promise<CountEngine> {
  const source = await openCorpusTokens(await openCorpus({ paths: [path] }), {
    tokenizer: "words",
    policy,
  });
  const out = `${path}.index`;
  await buildIndex(source, { out, shards });
  return openIndexEngine(out);
}
