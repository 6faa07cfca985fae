/** Texts to the token ids that an encoder reads, with prefixes, special tokens and a limit. */
import { join } from "node:path";
import { RoteError } from "../../base/errors.ts";
import { exists, readJsonObject } from "../../base/files.ts";
import { openTokenizer } from "../../tokenizers/open.ts";
import type { Tokenizer } from "../../tokenizers/tokenizer.ts";
import type { TokenVectors } from "../embedding-model.ts";
import type { OpenedEncoder, SentenceEncoder } from "./open-encoder.ts";
import type { Recipe } from "./sentence-transformers.ts";
import { type SpecialTokens, specialTokensOf } from "./special-tokens.ts";

type Role = "query" | "passage";

/** An embedder of texts from an encoder of ids and the tokenizer in its folder. */
export async function textEncoder(
  { tokens, identity, maximumLength }: OpenedEncoder,
  { folder, prefixes, lowerCase }: Recipe,
): Promise<SentenceEncoder> {
  const { tokenizer, special } = await openFolderTokenizer(folder);
  const room = maximumLength - special.before.length - special.behind.length;
  let cutTexts = 0;
  const prepare = (text: string, prefix: string): string =>
    prefix + (lowerCase ? text.toLowerCase() : text);
  const surround = (ids: Int32Array): Int32Array => {
    if (ids.length > room) cutTexts++;
    return Int32Array.of(...special.before, ...ids.subarray(0, room), ...special.behind);
  };
  return {
    identity: { ...identity, tokenizer: tokenizer.identity.sha256 },
    dimension: tokens.dimension,
    tokens,
    get cutTexts() {
      return cutTexts;
    },
    embed(texts, role?: Role) {
      const prefix = prefixes[role ?? "none"];
      return tokens.embed(texts.map((text) => surround(tokenizer.encode(prepare(text, prefix)))));
    },
    async embedTokens(texts, { layer = tokens.layers } = {}): Promise<readonly TokenVectors[]> {
      const encoded = texts.map((text) => tokenizer.encodeWithOffsets(prepare(text, "")));
      const sequences = encoded.map(({ ids }) => surround(ids));
      const rows = await tokens.hidden(sequences, layer);
      return encoded.map(({ offsets }, i) => ({
        ids: sequences[i]!,
        offsets: surroundOffsets(offsets, sequences[i]!.length, special, texts[i]!.length),
        dimension: tokens.hiddenSize,
        rows: rows[i]!,
      }));
    },
    [Symbol.asyncDispose]: () => tokens[Symbol.asyncDispose](),
  };
}

/** Offsets of a text's tokens, and spans of nothing for the special ones around them. */
function surroundOffsets(
  offsets: Int32Array,
  length: number,
  { before, behind }: SpecialTokens,
  end: number,
): Int32Array {
  const result = new Int32Array(2 * length);
  const own = length - before.length - behind.length;
  result.set(offsets.subarray(0, 2 * own), 2 * before.length);
  result.fill(end, 2 * (before.length + own));
  return result;
}

async function openFolderTokenizer(
  folder: string,
): Promise<{ readonly tokenizer: Tokenizer; readonly special: SpecialTokens }> {
  const path = join(folder, "tokenizer.json");
  if (!(await exists(path)))
    throw new RoteError(
      "file/missing",
      `${path} does not exist; an encoder of texts needs it (a fast tokenizer's save_pretrained writes it)`,
      { path },
    );
  const tokenizer = await openTokenizer(path);
  return { tokenizer, special: specialTokensOf(await readJsonObject(path)) };
}
