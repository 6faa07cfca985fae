/**
 * Reads a tokenizer.json of Hugging Face `tokenizers` into a model we run ourselves. The format is
 * a pipeline of typed parts; `whyForeign` names the first part that our byte-level BPE does not
 * cover, so that another library can take over or an error can say what is missing.
 *
 * `truncation` and `padding` are left aside: they belong to the program that saved the file.
 */
import { isRecord } from "../base/json.ts";
import { RoteError } from "../base/errors.ts";
import type { AddedToken } from "./added-tokens.ts";
import { bytesOfSymbols, byteSymbols } from "./byte-alphabet.ts";
import type { ByteLevelBpeModel } from "./byte-level-bpe.ts";
import { parsePreTokenizer, typeOf } from "./split-rules.ts";

type Part = Readonly<Record<string, unknown>>;

/** A tokenizer.json: ours to run, or the reason why it is not. */
export type ParsedTokenizer =
  | { readonly model: ByteLevelBpeModel; readonly whyForeign?: undefined }
  | { readonly model?: undefined; readonly whyForeign: string };

/** Parse a tokenizer.json. What is malformed is an error; what is merely foreign is a reason. */
export function parseTokenizer(json: Part, path: string): ParsedTokenizer {
  const whyForeign = foreignModel(json.model) ?? foreignDecoder(json.decoder);
  if (whyForeign !== undefined) return { whyForeign };
  const normalizer = parseNormalizer(json.normalizer);
  if (normalizer === undefined) return { whyForeign: `normalizer ${typeOf(json.normalizer)}` };
  const rules = parsePreTokenizer(json.pre_tokenizer);
  if (typeof rules === "string") return { whyForeign: rules };
  const vocabulary = parseVocabulary(json, path);
  const missing = [...utf8Bytes].find((byte) => vocabulary.byteIds[byte] === -1);
  if (missing !== undefined)
    throw malformed(
      path,
      `model.vocab has no token for byte 0x${missing.toString(16)} ("${byteSymbols[missing]}"), so texts with it have no ids`,
    );
  return { model: { ...vocabulary, ...normalizer, ...rules } };
}

/** Ids that the post-processor puts before a single sequence, first of them; undefined if none. */
export function templatePrefix(json: Part): number | undefined {
  const processor = json.post_processor;
  const parts =
    isRecord(processor) && Array.isArray(processor.processors) ? processor.processors : [processor];
  for (const part of parts.filter(isRecord)) {
    const single: unknown = part.single;
    const first: unknown = Array.isArray(single) ? single[0] : undefined;
    const name = recordOf(recordOf(first).SpecialToken).id;
    const tokens = recordOf(part.special_tokens);
    const ids = typeof name === "string" ? recordOf(tokens[name]).ids : undefined;
    if (Array.isArray(ids) && typeof ids[0] === "number") return ids[0];
    // BertProcessing and RobertaProcessing: "cls" is [content, id].
    const cls = part.cls;
    if (Array.isArray(cls) && typeof cls[1] === "number") return cls[1];
  }
  return undefined;
}

/** The id of a token's text, added or not; undefined where there is none. */
export function idOfToken(json: Part, content: string): number | undefined {
  const added = Array.isArray(json.added_tokens) ? json.added_tokens : [];
  const found = added.filter(isRecord).find((token) => token.content === content)?.id;
  const id = found ?? recordOf(recordOf(json.model).vocab)[content];
  return typeof id === "number" ? id : undefined;
}

function foreignModel(model: unknown): string | undefined {
  if (!isRecord(model)) return "no model";
  // Files of before 2021 leave the type out; only BPE has merges.
  const type = model.type ?? (Array.isArray(model.merges) ? "BPE" : "of unknown type");
  if (type !== "BPE") return `model ${JSON.stringify(type)}`;
  if (model.byte_fallback === true) return "model BPE with byte fallback";
  for (const key of ["unk_token", "continuing_subword_prefix", "end_of_word_suffix", "dropout"])
    if (model[key] !== undefined && model[key] !== null && model[key] !== "" && model[key] !== 0)
      return `model BPE with ${key}`;
  return undefined;
}

function foreignDecoder(decoder: unknown): string | undefined {
  return typeOf(decoder) === "ByteLevel" ? undefined : `decoder ${typeOf(decoder)}`;
}

function parseNormalizer(part: unknown): Pick<ByteLevelBpeModel, "composesUnicode"> | undefined {
  if (part === null || part === undefined) return { composesUnicode: false };
  if (!isRecord(part)) return undefined;
  if (part.type === "NFC") return { composesUnicode: true };
  const inner = part.normalizers;
  if (part.type !== "Sequence" || !Array.isArray(inner)) return undefined;
  if (inner.length === 0) return { composesUnicode: false };
  return inner.length === 1 ? parseNormalizer(inner[0]) : undefined;
}

type Vocabulary = Pick<
  ByteLevelBpeModel,
  "tokens" | "byteIds" | "merges" | "ignoreMerges" | "addedTokens"
>;

function parseVocabulary(json: Part, path: string): Vocabulary {
  const model = recordOf(json.model);
  const ids = parseIds(model.vocab, path);
  const merges = parseMerges(model.merges, ids, path);
  const addedTokens = listOf(json.added_tokens).map((token) => parseAddedToken(token, path));
  const highest = [...ids.values(), ...addedTokens.map(({ id }) => id)].reduce(
    (most, id) => Math.max(most, id),
    -1,
  );
  const tokens = new Array<Uint8Array | undefined>(highest + 1).fill(undefined);
  const encoder = new TextEncoder();
  for (const [token, id] of ids) tokens[id] = bytesOfSymbols(token) ?? encoder.encode(token);
  for (const { id, content } of addedTokens) tokens[id] = encoder.encode(content);
  const byteIds = Int32Array.from(byteSymbols, (symbol) => ids.get(symbol) ?? -1);
  return { tokens, byteIds, merges, ignoreMerges: model.ignore_merges === true, addedTokens };
}

function parseIds(vocab: unknown, path: string): ReadonlyMap<string, number> {
  if (!isRecord(vocab)) throw malformed(path, "model.vocab is no object of token ids");
  const ids = new Map<string, number>();
  const tokens = new Map<number, string>();
  for (const [token, id] of Object.entries(vocab)) {
    if (typeof id !== "number" || !(Number.isInteger(id) && id >= 0 && id < 2 ** 24))
      throw malformed(path, `model.vocab["${token}"] is ${JSON.stringify(id)}, not a token id`);
    const other = tokens.get(id);
    if (other !== undefined)
      throw malformed(path, `model.vocab gives id ${id} to both "${other}" and "${token}"`);
    ids.set(token, id);
    tokens.set(id, token);
  }
  return ids;
}

/** Merges are written as "left right" or, since 2024, as ["left", "right"]. */
function parseMerges(merges: unknown, ids: ReadonlyMap<string, number>, path: string): Int32Array {
  const list = listOf(merges);
  const flat = new Int32Array(list.length * 3);
  for (const [rank, merge] of list.entries()) {
    const [left, right, ...rest]: readonly unknown[] =
      typeof merge === "string" ? merge.split(" ") : listOf(merge);
    if (typeof left !== "string" || typeof right !== "string" || rest.length > 0)
      throw malformed(path, `model.merges[${rank}] is ${JSON.stringify(merge)}, not a pair`);
    for (const [i, token] of [left, right, left + right].entries()) {
      const id = ids.get(token);
      if (id === undefined)
        throw malformed(path, `model.merges[${rank}] names "${token}", which model.vocab lacks`);
      flat[rank * 3 + i] = id;
    }
  }
  return flat;
}

function parseAddedToken(token: unknown, path: string): AddedToken {
  const { id, content, ...flags } = recordOf(token);
  if (typeof content !== "string" || typeof id !== "number" || !(Number.isInteger(id) && id >= 0))
    throw malformed(path, `added_tokens holds ${JSON.stringify(token)}, without id or content`);
  return {
    id,
    content,
    special: flags.special === true,
    normalized: flags.normalized === true,
    leftStrip: flags.lstrip === true,
    rightStrip: flags.rstrip === true,
    singleWord: flags.single_word === true,
  };
}

/** The bytes that occur in UTF-8. */
const utf8Bytes = new Set(
  Array.from({ length: 256 }, (_, byte) => byte).filter(
    (byte) => byte !== 0xc0 && byte !== 0xc1 && byte < 0xf5,
  ),
);

function recordOf(value: unknown): Part {
  return isRecord(value) ? value : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function malformed(path: string, what: string): RoteError {
  return new RoteError("tokenizer/malformed", `${path}: ${what}`, { path });
}
