import { sha256 } from "../../base/json.ts";
import type { LongWork } from "../../base/progress.ts";
import type { Corpus } from "../../corpus/corpus.ts";
import type { Tokenizer } from "../../tokenizers/tokenizer.ts";

/** A corpus as a model reads it: every document's ids, each document followed by end-of-text. */
export interface TokenStream {
  readonly ids: Int32Array;
  readonly documents: number;
  readonly sha256: string;
}

/** Tokenize a corpus into memory: four bytes a token, and twice that at the peak. */
export async function readTokenStream(
  corpus: Corpus,
  tokenizer: Tokenizer,
  endOfText: number,
  work: LongWork = {},
): Promise<TokenStream> {
  let ids = new Int32Array(1 << 16);
  let [length, documents] = [0, 0];
  for await (const { text } of corpus.documents(work)) {
    const added = tokenizer.encode(text);
    if (length + added.length + 1 > ids.length) ids = grown(ids, length + added.length + 1);
    ids.set(added, length);
    length += added.length;
    ids[length++] = endOfText;
    documents++;
  }
  const stream = ids.slice(0, length);
  const hash = sha256(new Uint8Array(stream.buffer));
  return { ids: stream, documents, sha256: hash };
}

function grown(ids: Int32Array<ArrayBuffer>, least: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.max(least, 2 * ids.length));
  larger.set(ids);
  return larger;
}
