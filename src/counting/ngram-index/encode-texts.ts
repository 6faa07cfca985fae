/** Texts to tokens, in whichever thread it is asked for. */
import { textPolicy } from "../../text/policies.ts";
import type { TextPolicy } from "../../text/policy.ts";
import { openTokenizer } from "../../tokenizers/open.ts";
import type { Tokenizer } from "../../tokenizers/tokenizer.ts";
import type { Tokens } from "./format.ts";
import { WordIds } from "./word-ids.ts";

/** How texts become tokens; small enough to be sent to every worker. */
export type EncoderPlan =
  | { readonly kind: "bytes" }
  | { readonly kind: "words"; readonly policy: TextPolicy["name"] }
  | { readonly kind: "file"; readonly path: string; readonly width: 2 | 4 };

/** Texts as tokens, one text after another. */
export interface EncodedTexts {
  readonly tokens: Tokens;
  /** Where each text ends in `tokens`. */
  readonly ends: Uint32Array;
  /** Where tokens are numbers that this encoder gave to words: what they stand for. */
  readonly words?: EncoderWords;
}

/** An encoder numbers words as it meets them; nobody else knows its numbers until it has told the words. */
export interface EncoderWords {
  /** Tells encoders apart. */
  readonly encoder: number;
  /** The number of the first of `added`; 0 where the encoder has forgotten all it knew and begins anew. */
  readonly first: number;
  /** Words that this encoder had not met before, in the order of their numbers. */
  readonly added: readonly string[];
}

export type EncodeTexts = (texts: readonly string[]) => EncodedTexts;

/** An encoder forgets its words when it knows so many, which bounds its memory. */
const MOST_ENCODER_WORDS = 1 << 22;

/** Prepare an encoder; `number` tells it from others of the same plan. */
export async function createEncoder(plan: EncoderPlan, number: number): Promise<EncodeTexts> {
  if (plan.kind === "bytes") return encodeBytes;
  if (plan.kind === "words") return wordEncoder(textPolicy(plan.policy), number);
  return fileEncoder(await openTokenizer(plan.path), plan.width);
}

/** UTF-8; a lone surrogate becomes U+FFFD. */
function encodeBytes(texts: readonly string[]): EncodedTexts {
  const ends = new Uint32Array(texts.length);
  let length = 0;
  texts.forEach((text, i) => {
    length += Buffer.byteLength(text);
    ends[i] = length;
  });
  const tokens = new Uint8Array(length);
  const buffer = Buffer.from(tokens.buffer);
  texts.forEach((text, i) => buffer.write(text, i === 0 ? 0 : ends[i - 1]!, "utf8"));
  return { tokens, ends };
}

function fileEncoder(tokenizer: Tokenizer, width: 2 | 4): EncodeTexts {
  return (texts) => {
    const parts = texts.map((text) => tokenizer.encode(text));
    const ends = new Uint32Array(texts.length);
    let length = 0;
    parts.forEach((ids, i) => {
      length += ids.length;
      ends[i] = length;
    });
    const tokens = width === 2 ? new Uint16Array(length) : new Uint32Array(length);
    parts.forEach((ids, i) => {
      tokens.set(ids, i === 0 ? 0 : ends[i - 1]!);
    });
    return { tokens, ends };
  };
}

function wordEncoder(policy: TextPolicy, encoder: number): EncodeTexts {
  let ids = new WordIds();
  return (texts) => {
    if (ids.size > MOST_ENCODER_WORDS) ids = new WordIds();
    const first = ids.size;
    const added: string[] = [];
    const ends = new Uint32Array(texts.length);
    let tokens = new Uint32Array(texts.reduce((sum, text) => sum + text.length, 0) / 4 + 16);
    let length = 0;
    texts.forEach((original, i) => {
      const { text, bounds } = policy.split(original);
      if (length + bounds.length / 2 > tokens.length)
        tokens = grown(tokens, length + bounds.length / 2);
      for (let at = 0; at < bounds.length; at += 2) {
        const id = ids.add(text, bounds[at], bounds[at + 1]);
        if (id - first === added.length) added.push(text.slice(bounds[at], bounds[at + 1]));
        tokens[length++] = id;
      }
      ends[i] = length;
    });
    return { tokens: tokens.slice(0, length), ends, words: { encoder, first, added } };
  };
}

function grown(tokens: Uint32Array, least: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.max(least, 2 * tokens.length));
  larger.set(tokens);
  return larger;
}
