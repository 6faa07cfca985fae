/** Between the ids of an index and text: what a query means, and how tokens are shown. */
import { isUtf8 } from "node:buffer";
import { join } from "node:path";
import { RoteError } from "../../base/errors.ts";
import { openTokenizer } from "../../tokenizers/open.ts";
import { readTokenBytes, readTokenTexts } from "../../tokenizers/token-texts.ts";
import { TOKENIZER_FILE } from "./format.ts";
import type { NgramIndex } from "./ngram-index.ts";
import { TokenSpellings } from "./token-spellings.ts";
import { WordIndex } from "./word-index.ts";

/** Text to the ids of an index and back. */
export interface IndexText {
  /** The ids of a query. In a tokenizer that joins a word with the space before it, the query begins a word. */
  encode(query: string): ArrayLike<number>;
  /** A token as the vocabulary writes it; empty where an id has none. */
  token(id: number): string;
  /** Tokens as the text they stand for. */
  decode(ids: ArrayLike<number>): string;
  /** A text as tokens spell it, which need not begin a word: to be looked for however it is cut. */
  spell(text: string): string;
  /** The bytes that tokens stand for, read when first asked for. */
  spellings(): Promise<TokenSpellings>;
  /** Whether tokens are words without case. */
  readonly isFolded?: boolean;
  /** What tells whether a token begins a word: its text begins with no letter, mark or digit, or it is a word. */
  wordBeginnings(): Promise<(token: number) => boolean>;
}

/** How text and ids are related where the index does not say it. */
export interface IndexTextOptions {
  /** A tokenizer.json or its folder, for an index that does not hold its own. */
  readonly tokenizer?: string | undefined;
}

/**
 * Open what turns text into ids of an index: its tokenizer, the words of its text policy, or bytes.
 * Undefined where nobody says what the ids are. An index of words keeps them all in memory.
 */
export async function openIndexText(
  index: NgramIndex,
  { tokenizer: path }: IndexTextOptions = {},
): Promise<IndexText | undefined> {
  const { traits } = index;
  const known = traits.descriptions[0]?.tokenizer;
  if (path !== undefined) {
    if (known != null && known.kind !== "file")
      throw new RoteError(
        "usage",
        `the ids of ${traits.directories[0]} are ${known.kind}; leave out --tokenizer`,
      );
    return fileText(path, known?.sha256 ?? undefined);
  }
  // Tokens of one byte cannot be anything else: a vocabulary of 255 ids is nobody's.
  if (known == null) return traits.tokenWidth === 1 ? byteText : undefined;
  if (known.kind === "bytes") return byteText;
  const directory = traits.directories[0]!;
  return known.kind === "words"
    ? wordText(await WordIndex.open(index))
    : fileText(join(directory, TOKENIZER_FILE), known.sha256 ?? undefined);
}

/** UTF-8. `\xNN` in a query stands for a byte; a token is shown as its character, or in the same way. */
export const byteText: IndexText = {
  encode(query) {
    const parts = query.split(/(\\x[0-9a-fA-F]{2})/);
    return Buffer.concat(
      parts.map((part, i) => (i % 2 === 1 ? Buffer.from(part.slice(2), "hex") : Buffer.from(part))),
    );
  },
  token: (id) =>
    id >= 0x20 && id < 0x7f ? String.fromCharCode(id) : `\\x${id.toString(16).padStart(2, "0")}`,
  decode: (ids) => Buffer.from(Uint8Array.from(ids)).toString(),
  spell(text) {
    const bytes = Uint8Array.from(byteText.encode(text));
    if (isUtf8(bytes)) return Buffer.from(bytes).toString();
    throw new RoteError("usage", `${JSON.stringify(text)} is not UTF-8, so it is no text`);
  },
  spellings: once(() =>
    Promise.resolve(new TokenSpellings(Array.from({ length: 255 }, (_, id) => Uint8Array.of(id)))),
  ),
  // Bytes from 0x80 on are parts of characters; most of those are letters.
  wordBeginnings: () =>
    Promise.resolve((id) => id < 0x80 && !/[a-z0-9]/i.test(String.fromCharCode(id))),
};

async function fileText(path: string, sha256: string | undefined): Promise<IndexText> {
  const tokenizer = await openTokenizer(path);
  if (sha256 !== undefined && sha256 !== tokenizer.identity.sha256)
    throw new RoteError(
      "index/mismatch",
      `${path} is not the tokenizer that the index was made with: its sha256 is ${tokenizer.identity.sha256.slice(0, 12)}…, not ${sha256.slice(0, 12)}…`,
      { path, sha256 },
    );
  const texts = await readTokenTexts(path);
  const spellings = once(async () => new TokenSpellings(await readTokenBytes(path)));
  const isByteLevel = tokenizer.identity.method === "byte-level-bpe";
  return {
    encode(query) {
      if (query === "") return [];
      const ids = tokenizer.encode(isByteLevel ? ` ${query}` : query);
      // SentencePiece may write the space before a word as a token of its own.
      return !isByteLevel && texts[ids[0]!] === "▁" ? ids.subarray(1) : ids;
    },
    token: (id) => texts[id] ?? "",
    decode: (ids) => tokenizer.decode(Array.from(ids).filter((id) => texts[id] !== undefined)),
    // A byte-level tokenizer loses nothing, but may compose characters.
    spell: (text) => (isByteLevel ? tokenizer.decode(tokenizer.encode(text)) : text),
    spellings,
    async wordBeginnings() {
      const all = await spellings();
      return (id) => !/^[\p{L}\p{M}\p{N}\ufffd]/u.test(Buffer.from(all.bytes(id)).toString());
    },
  };
}

/** A word that the corpus lacks has the first id that no word has, which occurs nowhere. */
function wordText(words: WordIndex): IndexText {
  return {
    encode: (query) => words.policy.words(query).map((word) => words.idOf(word) ?? words.size),
    token: (id) => words.wordOf(id) ?? "",
    decode: (ids) => Array.from(ids, (id) => words.wordOf(id) ?? "").join(" "),
    spell: (text) => words.policy.words(text).map(spelled).join(""),
    spellings: once(() => {
      const ids = Array.from({ length: words.size }, (_, id) =>
        Buffer.from(spelled(words.wordOf(id)!)),
      );
      return Promise.resolve(new TokenSpellings(ids, { isWhole: true }));
    }),
    isFolded: words.policy.name === "words",
    wordBeginnings: () => Promise.resolve(() => true),
  };
}

/** A word with an end, so that no word is a part of another. */
function spelled(word: string): string {
  return `${word} `;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
