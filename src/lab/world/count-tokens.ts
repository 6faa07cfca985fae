/** How large a world is in the tokens of a tokenizer, before any of it is written. */
import type { LongWork } from "../../base/progress.ts";
import { type Corpus, openCorpus } from "../../corpus/corpus.ts";
import type { Tokenizer } from "../../tokenizers/tokenizer.ts";
import type { PlantedDocument } from "./world.ts";

/** Documents and tokens of a base file or of a kind of planted documents; ends of documents included. */
export interface PartSize {
  readonly name: string;
  readonly planted: boolean;
  readonly documents: number;
  readonly tokens: number;
}

/** Tokenize base files, of which a world takes a share, and planted documents; holds one document at a time. */
export async function countTokens(
  base: readonly string[],
  share: number,
  documents: readonly PlantedDocument[],
  tokenizer: Tokenizer,
  work: LongWork = {},
): Promise<PartSize[]> {
  const sizes: PartSize[] = [];
  for (const path of base) sizes.push(await countFile(path, share, tokenizer, work));
  return [...sizes, ...plantedSizes(documents, tokenizer)];
}

/** Size of a share of a file's documents, from its beginning. */
async function countFile(
  path: string,
  share: number,
  tokenizer: Tokenizer,
  work: LongWork,
): Promise<PartSize> {
  const corpus = await openCorpus({ paths: [path] });
  const taken = Math.ceil(share * (await countDocuments(corpus, work)));
  let [documents, tokens] = [0, 0];
  for await (const { text } of corpus.documents(work)) {
    if (documents === taken) break;
    documents++;
    tokens += tokenizer.encode(text).length + 1;
  }
  return { name: corpus.name, planted: false, documents, tokens };
}

async function countDocuments(corpus: Corpus, work: LongWork): Promise<number> {
  let documents = 0;
  for await (const _document of corpus.documents(work)) documents++;
  return documents;
}

function plantedSizes(documents: readonly PlantedDocument[], tokenizer: Tokenizer): PartSize[] {
  const sizes = new Map<string, { documents: number; tokens: number }>();
  for (const { kind, text } of documents) {
    const size = sizes.get(kind) ?? { documents: 0, tokens: 0 };
    size.documents++;
    size.tokens += tokenizer.encode(text).length + 1;
    sizes.set(kind, size);
  }
  return [...sizes].map(([name, size]) => ({ name, planted: true, ...size }));
}
