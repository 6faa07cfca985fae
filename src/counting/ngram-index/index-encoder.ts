/** Texts as the ids of an index, with the place of each in the text. */
import { join } from "node:path";
import { RoteError } from "../../base/errors.ts";
import { openTokenizer } from "../../tokenizers/open.ts";
import type { Encoding } from "../../tokenizers/tokenizer.ts";
import { TOKENIZER_FILE } from "./format.ts";
import type { IndexTextOptions } from "./index-text.ts";
import type { NgramIndex } from "./ngram-index.ts";
import { WordIndex } from "./word-index.ts";

/** Ids and offsets of a text, as documents were encoded. */
export type IndexEncoder = (text: string) => Encoding;

/** What encodes texts for an index of a tokenizer's ids or of words. */
export async function openIndexEncoder(
  index: NgramIndex,
  { tokenizer: path }: IndexTextOptions = {},
): Promise<IndexEncoder> {
  const { directories, descriptions } = index.traits;
  const directory = directories[0]!;
  const known = descriptions[0]?.tokenizer;
  if (known?.kind === "words" && path === undefined)
    return wordEncoder(await WordIndex.open(index));
  if (known?.kind === "bytes" || (known == null && path === undefined))
    throw new RoteError(
      "index/mismatch",
      `${directory} ${known == null ? "does not say which tokenizer its ids are of; name it" : "is an index of bytes; name one of a tokenizer's ids or of words"}`,
      { directory },
    );
  const tokenizer = await openTokenizer(path ?? join(directory, TOKENIZER_FILE));
  const { sha256 } = tokenizer.identity;
  if (known != null && known.sha256 !== sha256)
    throw new RoteError(
      "index/mismatch",
      `${path ?? directory} is not the tokenizer that the index ${directory} was made with`,
      { directory, made: known.sha256, found: sha256 },
    );
  return (text) => tokenizer.encodeWithOffsets(text);
}

/** A word that the corpus lacks has the first id that no word has, which occurs nowhere. */
function wordEncoder(words: WordIndex): IndexEncoder {
  return (text) => {
    const found = words.policy.wordsWithOffsets(text);
    const ids = Int32Array.from(found.words, (word) => words.idOf(word) ?? words.size);
    return { ids, offsets: found.offsets };
  };
}
