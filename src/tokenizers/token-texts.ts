/** Tokens as their vocabulary writes them ("Ġthe" in byte-level BPE, "▁the" in SentencePiece), and as bytes. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { RoteError } from "../base/errors.ts";
import { fileError, readJsonObject } from "../base/files.ts";
import { isRecord } from "../base/json.ts";
import { bytesOfSymbols } from "./byte-alphabet.ts";

/** Read the text of each id from a tokenizer.json or its folder; ids without a token are holes. */
export async function readTokenTexts(path: string): Promise<readonly (string | undefined)[]> {
  const texts: (string | undefined)[] = [];
  for (const { id, text } of tokensOf(await readTokenizer(path))) texts[id] = text;
  return texts;
}

/**
 * Read the bytes of text that each id stands for; ids without a token are holes. A vocabulary whose
 * tokens are no parts of the text, as WordPiece's are, is an error.
 */
export async function readTokenBytes(path: string): Promise<readonly (Uint8Array | undefined)[]> {
  const json = await readTokenizer(path);
  const spell = spellingOf(json);
  if (spell === undefined)
    throw new RoteError(
      "tokenizer/unsupported",
      `the tokens of ${path} are no parts of the text they were made of; only those of byte-level BPE and SentencePiece are`,
      { path },
    );
  const encoder = new TextEncoder();
  const bytes: (Uint8Array | undefined)[] = [];
  for (const { id, text, isAdded } of tokensOf(json))
    bytes[id] = isAdded ? encoder.encode(text) : spell(text);
  return bytes;
}

type Json = Readonly<Record<string, unknown>>;

interface VocabularyToken {
  readonly id: number;
  readonly text: string;
  readonly isAdded: boolean;
}

async function readTokenizer(path: string): Promise<Json> {
  const found = await stat(path).catch((error: unknown) => {
    throw fileError(path, error);
  });
  return readJsonObject(found.isDirectory() ? join(path, "tokenizer.json") : path);
}

/** The vocabulary, then the added tokens, which go before it where an id is in both. */
function* tokensOf(json: Json): Generator<VocabularyToken> {
  const vocabulary = isRecord(json.model) ? json.model.vocab : undefined;
  const entries: (readonly [unknown, unknown])[] = Array.isArray(vocabulary)
    ? vocabulary.map((entry: unknown, id) => [Array.isArray(entry) ? entry[0] : entry, id] as const)
    : Object.entries(isRecord(vocabulary) ? vocabulary : {});
  for (const [text, id] of entries)
    if (typeof text === "string" && isId(id)) yield { id, text, isAdded: false };
  for (const token of Array.isArray(json.added_tokens) ? json.added_tokens : [])
    if (isRecord(token) && typeof token.content === "string" && isId(token.id))
      yield { id: token.id, text: token.content, isAdded: true };
}

function isId(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

/** How tokens are turned into bytes, told by the decoder that would join them to a text. */
function spellingOf({ decoder }: Json): ((text: string) => Uint8Array) | undefined {
  const encoder = new TextEncoder();
  const parts = decoderParts(decoder);
  if (parts.some(({ type }) => type === "ByteLevel"))
    return (text) => bytesOfSymbols(text) ?? encoder.encode(text);
  const isSpaced = parts.some(
    ({ type, pattern, content }) =>
      type === "Metaspace" ||
      (type === "Replace" && isRecord(pattern) && pattern.String === "▁" && content === " "),
  );
  if (!isSpaced) return undefined;
  return (text) => {
    const [, byte] = /^<0x([0-9A-F]{2})>$/.exec(text) ?? [];
    return byte === undefined
      ? encoder.encode(text.replaceAll("▁", " "))
      : Uint8Array.of(parseInt(byte, 16));
  };
}

function decoderParts(decoder: unknown): readonly Json[] {
  if (!isRecord(decoder)) return [];
  return Array.isArray(decoder.decoders) ? decoder.decoders.filter(isRecord) : [decoder];
}
