/** Documents of a corpus as tokens: of a tokenizer.json, UTF-8 bytes, or words of a text policy. */
import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { assert, RoteError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import type { Corpus } from "../../corpus/corpus.ts";
import type { Document } from "../../corpus/document.ts";
import { textPolicy } from "../../text/policies.ts";
import type { TextPolicy } from "../../text/policy.ts";
import { openTokenizer } from "../../tokenizers/open.ts";
import type { TokenizerIdentity } from "../../tokenizers/tokenizer.ts";
import type { EncoderPlan } from "./encode-texts.ts";
import { encodeInOrder, type TextBatch } from "./encoder-threads.ts";
import {
  type IndexedCorpus,
  type IndexTokenizer,
  separatorOf,
  TOKENIZER_CONFIG_FILE,
  TOKENIZER_FILE,
  type TokenWidth,
} from "./format.ts";
import { commonFolder, stampFiles } from "./indexed-files.ts";
import { metadataLine } from "./metadata-line.ts";
import type { TokenBatch, TokenReading, TokenSource } from "./token-source.ts";
import { WordNumbers } from "./word-numbers.ts";

/** What makes tokens of text. */
export interface CorpusTokensOptions {
  /** A tokenizer.json or its folder, "bytes" for UTF-8, or "words" for the words of `policy`. */
  readonly tokenizer: string;
  /** Whose words; default "words". */
  readonly policy?: TextPolicy["name"];
  /** Threads that tokenize; default 1. */
  readonly jobs?: number;
  /** Characters that are tokenized in this thread before others are started; default 4 Mi. */
  readonly alone?: number;
}

const BATCH_CHARACTERS = 1 << 18;
const BATCH_DOCUMENTS = 1 << 12;

/**
 * The most ids that two bytes are used for: the original engine looks for separators byte by byte,
 * and could take an id from 0xFF00 on, behind one that ends in 0xFF, for a part of one.
 */
export const MOST_TWO_BYTE_IDS = 0xff00;

/** A corpus as tokens. Holds a few batches of 256 k characters a thread, and the words where ids are words. */
export async function openCorpusTokens(
  corpus: Corpus,
  { tokenizer, policy = "words", jobs = 1, alone = 1 << 22 }: CorpusTokensOptions,
): Promise<TokenSource> {
  const encoding = await planEncoding(tokenizer, policy);
  const { plan } = encoding;
  const { files: _files, ...reading } = corpus.parts.reading;
  const { field } = reading;
  const folder = commonFolder(corpus.files.map(({ path }) => path));
  const numbers = plan.kind === "words" ? new WordNumbers() : undefined;
  const files = await stampFiles(corpus.files.map(({ path }) => path));
  return {
    ...encoding,
    fingerprint: { files, ...reading, tokenizer: encoding.fingerprint },
    async *batches(work: TokenReading = {}): AsyncGenerator<TokenBatch> {
      const texts = gatherTexts(corpus, { folder, field }, work);
      for await (const { encoded, rest } of encodeInOrder(texts, plan, { jobs, alone })) {
        const { tokens, ends, words } = encoded;
        if (words !== undefined) numbers?.renumber(tokens as Uint32Array, words);
        yield { tokens, ends, metadata: rest };
      }
    },
    takeWords: () => numbers?.take() ?? [],
    async knowWords(batches) {
      for await (const words of batches) numbers?.know(words);
    },
    describe: () => ({
      width: numbers === undefined ? encoding.width : widthFor(numbers.size),
      tokenizer: encoding.describe(numbers?.size ?? 0),
      corpus: describeCorpus(corpus, { folder, field }),
    }),
  };
}

interface Encoding extends Pick<
  TokenSource,
  "width" | "endOfDocument" | "policy" | "copies" | "fingerprint"
> {
  readonly plan: EncoderPlan;
  readonly describe: (words: number) => IndexTokenizer;
}

async function planEncoding(name: string, policy: TextPolicy["name"]): Promise<Encoding> {
  if (name === "bytes") return bytesEncoding;
  return name === "words" ? wordsEncoding(textPolicy(policy)) : fileEncoding(name);
}

const bytesEncoding: Encoding = {
  plan: { kind: "bytes" },
  width: 1,
  endOfDocument: undefined,
  policy: null,
  copies: [],
  fingerprint: { kind: "bytes" },
  describe: () => ({ kind: "bytes", name: "bytes", vocabularySize: 256, sha256: null }),
};

function wordsEncoding({ name, version }: TextPolicy): Encoding {
  if (name === "characters")
    throw new RoteError(
      "usage",
      "an index of words takes the policies words and exact-words; for characters, index bytes",
    );
  return {
    plan: { kind: "words", policy: name },
    width: 4,
    endOfDocument: undefined,
    policy: version,
    copies: [],
    fingerprint: { kind: "words", policy: version },
    describe: (vocabularySize) => ({ kind: "words", name, vocabularySize, sha256: null }),
  };
}

async function fileEncoding(path: string): Promise<Encoding> {
  const { file, identity, vocabularySize, endOfText, copies } = await openIndexTokenizer(path);
  return {
    plan: { kind: "file", path: file, width: widthFor(vocabularySize) },
    width: widthFor(vocabularySize),
    endOfDocument: endOfText,
    policy: null,
    copies,
    fingerprint: { kind: "file", sha256: identity.sha256 },
    describe: () => describeFile(identity, vocabularySize),
  };
}

/** A tokenizer as far as an index must know it. */
export interface TokenizerOfIndex {
  readonly file: string;
  readonly identity: TokenizerIdentity;
  readonly vocabularySize: number;
  readonly endOfText: number | undefined;
  /** What an index keeps of it, so that it can be asked in text. */
  readonly copies: TokenSource["copies"];
}

export async function openIndexTokenizer(path: string): Promise<TokenizerOfIndex> {
  const { identity, vocabularySize, endOfText } = await openTokenizer(path);
  const file = (await stat(path)).isDirectory() ? join(path, TOKENIZER_FILE) : path;
  const config = join(dirname(file), TOKENIZER_CONFIG_FILE);
  const copies = [
    { from: file, to: TOKENIZER_FILE },
    ...((await exists(config)) ? [{ from: config, to: TOKENIZER_CONFIG_FILE }] : []),
  ];
  return { file, identity, vocabularySize, endOfText, copies };
}

export function describeFile(
  { name, sha256 }: TokenizerIdentity,
  vocabularySize: number,
): IndexTokenizer {
  return { kind: "file", name, vocabularySize, sha256 };
}

function widthFor(vocabularySize: number): TokenWidth & (2 | 4) {
  assert(vocabularySize < separatorOf(4), "ids fit into four bytes");
  return vocabularySize <= MOST_TWO_BYTE_IDS ? 2 : 4;
}

/** Texts of documents behind the first `skip`, with their lines of metadata. */
async function* gatherTexts(
  corpus: Corpus,
  { folder, field }: { readonly folder: string; readonly field: string },
  { skip = 0, ...work }: TokenReading,
): AsyncGenerator<TextBatch<string[]>> {
  let [texts, lines, characters, read]: [string[], string[], number, number] = [[], [], 0, 0];
  for await (const document of corpus.documents(work)) {
    if (read++ < skip) continue;
    texts.push(document.text);
    lines.push(lineOf(document, folder, field));
    characters += document.text.length;
    if (characters < BATCH_CHARACTERS && texts.length < BATCH_DOCUMENTS) continue;
    yield { texts, rest: lines };
    [texts, lines, characters] = [[], [], 0];
  }
  if (texts.length > 0) yield { texts, rest: lines };
}

function lineOf(document: Document, folder: string, field: string): string {
  return metadataLine(document, (document.source ?? "").slice(folder.length), field);
}

function describeCorpus(
  corpus: Corpus,
  { folder, field }: { readonly folder: string; readonly field: string },
): IndexedCorpus {
  const { sha256, storedBytes, replacedCharacters, skippedLines } = corpus.report();
  assert(sha256 !== undefined, "the corpus was read");
  return {
    name: corpus.name,
    files: corpus.files.length,
    bytes: storedBytes,
    sha256,
    folder,
    field,
    lines: corpus.parts.reading.lines,
    replacedCharacters,
    skipped: skippedLines,
  };
}
