import { createHash } from "node:crypto";
import type { LongWork } from "../../base/progress.ts";
import type { Corpus } from "../../corpus/corpus.ts";
import type { Document } from "../../corpus/document.ts";
import type { Tokenizer } from "../../tokenizers/tokenizer.ts";
import { DocumentPlaces, reorderDocuments } from "./document-order.ts";
import { type TextSource, tokenWeights, trainingText } from "./training-rows.ts";

/** Tokens to train on, and what is known of them. */
export interface TrainingTokens {
  readonly ids: Int32Array;
  /** Where in `ids` each document begins; the token before ends the document before. */
  readonly begins: Int32Array;
  /** For each of `ids` 1, or 0 where it has no loss; undefined where all have. */
  readonly weights?: Uint8Array;
}

/** A corpus as a model reads it: every document's ids, each document followed by end-of-text. */
export interface TokenStream extends TrainingTokens {
  readonly documents: number;
  /** UTF-8 bytes of what has a loss. */
  readonly textBytes: number;
  /** Of ids, beginnings and weights. */
  readonly sha256: string;
}

export interface StreamOptions
  extends LongWork, Pick<TextSource, "prompt" | "lossSpans" | "place"> {
  /** Put an end-of-text before the first document as well, so that its first token is predicted. */
  readonly leading?: boolean;
}

/** Tokenize a corpus into memory: four bytes a token (five with a mask), and twice that at the peak. */
export async function readTokenStream(
  corpus: Corpus,
  tokenizer: Tokenizer,
  endOfText: number,
  { prompt, lossSpans, place, leading = false, ...work }: StreamOptions = {},
): Promise<TokenStream> {
  const source = { ...(prompt && { prompt }), ...(lossSpans && { lossSpans }) };
  const ids = new GrowingVector(Int32Array);
  const weights = new GrowingVector(Uint8Array);
  const begins: number[] = [];
  const places = place === undefined ? undefined : new DocumentPlaces(place);
  let textBytes = 0;
  if (leading) ids.append([endOfText]);
  if (leading) weights.append([0]);
  for await (const document of corpus.documents(work)) {
    begins.push(ids.length);
    places?.add(document);
    const encoded = encode(tokenizer, document, source);
    ids.append(encoded.ids);
    ids.append([endOfText]);
    if (encoded.weights) weights.append(encoded.weights);
    textBytes += encoded.textBytes;
  }
  const isMasked = prompt !== undefined || lossSpans !== undefined;
  const read = {
    ids: ids.finish(),
    begins: Int32Array.from(begins),
    ...(isMasked && { weights: weights.finish() }),
  };
  const tokens = places === undefined ? read : reorderDocuments(read, places.order());
  return {
    ...tokens,
    documents: begins.length,
    textBytes,
    sha256: hashOf(tokens),
  };
}

interface EncodedDocument {
  readonly ids: Int32Array;
  /** One more than `ids`: that of the end-of-text behind them. */
  readonly weights?: Uint8Array;
  readonly textBytes: number;
}

function encode(
  tokenizer: Tokenizer,
  document: Document,
  source: Pick<TextSource, "prompt" | "lossSpans">,
): EncodedDocument {
  const { text, spans } = trainingText(document, source);
  if (spans === undefined)
    return { ids: tokenizer.encode(text), textBytes: Buffer.byteLength(text) };
  const encoding = tokenizer.encodeWithOffsets(text);
  const reachesEnd = spans.some(([, end]) => end === text.length);
  const weights = new Uint8Array(encoding.ids.length + 1);
  weights.set(tokenWeights(text, encoding, spans));
  weights[encoding.ids.length] = Number(reachesEnd);
  const bytes = spans.map(([start, end]) => Buffer.byteLength(text.slice(start, end)));
  return { ids: encoding.ids, weights, textBytes: bytes.reduce((a, b) => a + b, 0) };
}

function hashOf({ ids, begins, weights }: TrainingTokens): string {
  const hash = createHash("sha256").update(bytesOf(ids)).update(bytesOf(begins));
  if (weights) hash.update(weights);
  return hash.digest("hex");
}

function bytesOf({ buffer, byteOffset, byteLength }: Int32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** A typed array whose end is not known yet. */
class GrowingVector<T extends Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>> {
  readonly #make: new (length: number) => T;
  #values: T;
  length = 0;

  constructor(make: new (length: number) => T) {
    this.#make = make;
    this.#values = new make(1 << 16);
  }

  append(added: ArrayLike<number>): void {
    const length = this.length + added.length;
    if (length > this.#values.length) {
      const larger = new this.#make(Math.max(length, 2 * this.#values.length));
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values.set(added, this.length);
    this.length = length;
  }

  finish(): T {
    return this.#values.slice(0, this.length) as T;
  }
}
