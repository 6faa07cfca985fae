/** How large a world is in the tokens of a tokenizer, before any of it is written. */
import type { LongWork } from "../../base/progress.ts";
import { openCorpus } from "../../corpus/corpus.ts";
import type { Tokenizer } from "../../tokenizers/tokenizer.ts";
import type { PlantedDocument, World } from "./world.ts";

/** Documents and tokens of a base file or of a kind of planted documents; ends of documents included. */
export interface PartSize {
  readonly name: string;
  readonly planted: boolean;
  readonly documents: number;
  readonly tokens: number;
}

/** Tokenize the base text and an arm's planted documents; holds one document at a time. */
export async function countTokens(
  { sources, settings }: World,
  documents: readonly PlantedDocument[],
  tokenizer: Tokenizer,
  work: LongWork = {},
): Promise<PartSize[]> {
  const base: PartSize[] = [];
  for (const path of sources.base) {
    const size = await countFile(path, tokenizer, work);
    base.push({
      name: size.name,
      planted: false,
      documents: Math.ceil(settings.baseShare * size.documents),
      tokens: Math.round(settings.baseShare * size.tokens),
    });
  }
  return [...base, ...plantedSizes(documents, tokenizer)];
}

async function countFile(path: string, tokenizer: Tokenizer, work: LongWork): Promise<PartSize> {
  const corpus = await openCorpus({ paths: [path] });
  let [documents, tokens] = [0, 0];
  for await (const { text } of corpus.documents(work)) {
    documents++;
    tokens += tokenizer.encode(text).length + 1;
  }
  return { name: corpus.name, planted: false, documents, tokens };
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
