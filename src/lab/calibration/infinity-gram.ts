/** The ∞-gram model of a corpus (Liu et al. 2024), asked for the targets of items. */
import { rm } from "node:fs/promises";
import type { LongWork } from "../../base/progress.ts";
import { openCorpus } from "../../corpus/corpus.ts";
import { buildIndex } from "../../counting/ngram-index/build-index.ts";
import { openCorpusTokens } from "../../counting/ngram-index/corpus-tokens.ts";
import type { NgramIndex } from "../../counting/ngram-index/ngram-index.ts";
import { openIndex } from "../../counting/ngram-index/open-index.ts";
import { requestEncoder } from "../../models/score.ts";
import { openTokenizer } from "../../tokenizers/open.ts";
import type { Tokenizer } from "../../tokenizers/tokenizer.ts";
import type { Asked, ManifestItem } from "../truth/manifest-items.ts";

/** Where a corpus and its tokenizer lie, and where an index may stand while it is read. */
export interface InfinityGramSource {
  readonly paths: readonly string[];
  readonly tokenizer: string;
  /** A folder of this function's own: removed before and afterwards. */
  readonly scratch: string;
}

/** Mean log P∞ of each item's target, by item name. The index takes some 8 bytes a token on the disk. */
export async function readInfinityGrams(
  { paths, tokenizer: path, scratch }: InfinityGramSource,
  items: readonly ManifestItem[],
  work: LongWork = {},
): Promise<Map<string, number>> {
  const tokenizer = await openTokenizer(path);
  // What a process that was killed has left.
  await rm(scratch, { recursive: true, force: true });
  try {
    const source = await openCorpusTokens(await openCorpus({ paths }), { tokenizer: path });
    await buildIndex(source, { out: scratch, ...work });
    using index = await openIndex(scratch);
    return new Map(
      items.map((item) => [item.item, infinityGramLogProbability(index, tokenizer, item)]),
    );
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Every token of the target with the longest suffix of what stands before it that occurs at all. */
export function infinityGramLogProbability(
  index: Pick<NgramIndex, "infinityGram">,
  tokenizer: Tokenizer,
  { context, target }: Asked,
): number {
  const { ids, start } = requestEncoder(tokenizer)({ context, continuation: target }, 0);
  let sum = 0;
  for (let i = start; i < ids.length; i++)
    sum += Math.log(index.infinityGram(ids.subarray(0, i), ids[i]!).probability ?? 0);
  return sum / (ids.length - start);
}
