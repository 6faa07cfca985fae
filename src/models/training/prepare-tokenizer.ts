import { join } from "node:path";
import { RoteError } from "../../base/errors.ts";
import { exists, writeAtomically } from "../../base/files.ts";
import type { LongWork } from "../../base/progress.ts";
import type { Corpus } from "../../corpus/corpus.ts";
import { openTokenizer } from "../../tokenizers/open.ts";
import type { Tokenizer } from "../../tokenizers/tokenizer.ts";
import { trainByteLevelBpe } from "../../tokenizers/train-bpe.ts";
import type { TrainingConfig } from "./config.ts";
import { copyTokenizer } from "./model-folder.ts";

const END_OF_TEXT = "<|endoftext|>";

/**
 * Put the tokenizer into the folder: a given one is copied, another trained on the corpus. A
 * training that goes on keeps the one it has; a given one is opened where it lies, for the caller
 * to compare.
 */
export async function prepareTokenizer(
  tokenizer: TrainingConfig["tokenizer"],
  corpus: Corpus,
  out: string,
  { goesOn, ...work }: LongWork & { readonly goesOn: boolean },
): Promise<Tokenizer> {
  const path = join(out, "tokenizer.json");
  if ("path" in tokenizer) {
    if (goesOn) return openTokenizer(tokenizer.path);
    await copyTokenizer(tokenizer.path, out);
  } else if (!goesOn || !(await exists(path))) {
    const { vocabularySize } = tokenizer;
    const options = { vocabularySize, specialTokens: [END_OF_TEXT], ...work };
    const trained = await trainByteLevelBpe(textsOf(corpus, work), options);
    await writeTokenizerConfig(out);
    await writeAtomically(path, `${JSON.stringify(trained)}\n`);
  }
  return openTokenizer(path);
}

async function* textsOf(corpus: Corpus, { signal }: LongWork): AsyncGenerator<string> {
  for await (const { text } of corpus.documents(signal && { signal })) yield text;
}

async function writeTokenizerConfig(out: string): Promise<void> {
  const entries = {
    tokenizer_class: "PreTrainedTokenizerFast",
    bos_token: END_OF_TEXT,
    eos_token: END_OF_TEXT,
    unk_token: END_OF_TEXT,
  };
  const text = `${JSON.stringify(entries, null, 2)}\n`;
  await writeAtomically(join(out, "tokenizer_config.json"), text);
}

/** The id that ends a document. */
export function endOfTextOf({ endOfText, identity }: Tokenizer): number {
  if (endOfText !== undefined) return endOfText;
  throw new RoteError(
    "tokenizer/unsupported",
    `tokenizer ${identity.name} has no end-of-text token to put between documents`,
    { tokenizer: identity.name },
  );
}
