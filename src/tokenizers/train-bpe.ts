/**
 * Trains a byte-level BPE tokenizer, with the merges that Hugging Face's trainer finds: pretokens
 * are counted, then the most frequent pair of neighbours is merged again and again; of pairs
 * equally frequent the one of smaller ids goes first. Ids: special tokens, the 256 bytes in the
 * order of their symbols, merges.
 *
 * Source: Sennrich et al. 2016; tie-breaking as in `tokenizers` 0.23, models/bpe/trainer.rs.
 */
import { RoteError } from "../base/errors.ts";
import type { LongWork } from "../base/progress.ts";
import { byteSymbols } from "./byte-alphabet.ts";
import { ByteStrings, grown } from "./byte-strings.ts";
import { PairCounts } from "./pair-counts.ts";
import { gpt2PreTokenizer } from "./pre-tokenizer.ts";

/** Size and special tokens of a new tokenizer. */
export interface TrainBpeOptions extends LongWork {
  /** Special tokens and bytes included. Text too short for it gives a smaller vocabulary. */
  readonly vocabularySize: number;
  /** They get the first ids; by default only the end of a text. */
  readonly specialTokens?: readonly string[];
}

/** What a tokenizer.json holds, as far as we write it. */
export interface TokenizerJson {
  readonly model: {
    readonly vocab: Readonly<Record<string, number>>;
    readonly merges: readonly string[];
    readonly [key: string]: unknown;
  };
  readonly [key: string]: unknown;
}

/**
 * Train on texts, each tokenized by itself (NFC, GPT-2's pretokens). Holds every distinct pretoken,
 * not the texts. The result is the content of a tokenizer.json.
 */
export async function trainByteLevelBpe(
  texts: AsyncIterable<string> | Iterable<string>,
  { vocabularySize, specialTokens = ["<|endoftext|>"], signal, onProgress }: TrainBpeOptions,
): Promise<TokenizerJson> {
  const smallest = specialTokens.length + byteSymbols.length;
  if (!(Number.isInteger(vocabularySize) && vocabularySize >= smallest))
    throw new RoteError(
      "usage",
      `vocabularySize must be an integer of at least ${smallest} (${specialTokens.length} special tokens and 256 bytes), got ${vocabularySize}`,
      { vocabularySize },
    );
  const ids = new Map<string, number>();
  for (const token of [...specialTokens, ...byteSymbols.toSorted()]) {
    if (ids.has(token))
      throw new RoteError("usage", `special token "${token}" is given twice or is a byte's symbol`);
    ids.set(token, ids.size);
  }
  const { words, counts } = await countPretokens(texts, ids, { signal, onProgress });
  const merges = await learnMerges(new PairCounts(words, counts, vocabularySize), ids, {
    vocabularySize,
    signal,
    onProgress,
  });
  return tokenizerJson(specialTokens, ids, merges);
}

interface Pretokens {
  /** Distinct pretokens as ids of their bytes, and how often each occurs. */
  readonly words: Int32Array[];
  readonly counts: Float64Array;
}

async function countPretokens(
  texts: AsyncIterable<string> | Iterable<string>,
  ids: ReadonlyMap<string, number>,
  { signal, onProgress }: LongWork,
): Promise<Pretokens> {
  const strings = new ByteStrings();
  let counts = new Float64Array(1 << 12);
  const encoder = new TextEncoder();
  let done = 0;
  for await (const text of texts) {
    signal?.throwIfAborted();
    const bytes = encoder.encode(text.normalize("NFC"));
    for (let start = 0; start < bytes.length;) {
      const end = gpt2PreTokenizer(bytes, start, bytes.length);
      const index = strings.intern(bytes, start, end);
      if (index === counts.length) counts = grown(counts, index + 1);
      counts[index]!++;
      start = end;
    }
    done += bytes.length;
    onProgress?.({ stage: "count pretokens", done, unit: "bytes" });
  }
  const byteIds = byteSymbols.map((symbol) => ids.get(symbol)!);
  const words = Array.from({ length: strings.count }, (_, index) =>
    Int32Array.from(strings.get(index), (byte) => byteIds[byte]!),
  );
  return { words, counts };
}

/** Merges between two breaths of the event loop, so that Ctrl-C is heard. */
const MERGES_AT_ONCE = 64;

/** Adds every merged token to `ids` and returns the merges in order, as a tokenizer.json has them. */
async function learnMerges(
  pairs: PairCounts,
  ids: Map<string, number>,
  { vocabularySize, signal, onProgress }: TrainBpeOptions,
): Promise<string[]> {
  const tokens = [...ids.keys()];
  const merges: string[] = [];
  while (ids.size < vocabularySize) {
    const pair = pairs.takeMostFrequent();
    if (pair === undefined) break;
    const [left, right] = [tokens[pair.left]!, tokens[pair.right]!];
    // Two ways to the same bytes make the same token.
    const merged = ids.get(left + right) ?? ids.size;
    if (merged === ids.size) {
      ids.set(left + right, merged);
      tokens.push(left + right);
    }
    merges.push(`${left} ${right}`);
    pairs.merge(pair.left, pair.right, merged);
    if (merges.length % MERGES_AT_ONCE === 0) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      signal?.throwIfAborted();
      onProgress?.({ stage: "merge pairs", done: ids.size, total: vocabularySize, unit: "tokens" });
    }
  }
  return merges;
}

function tokenizerJson(
  specialTokens: readonly string[],
  ids: ReadonlyMap<string, number>,
  merges: readonly string[],
): TokenizerJson {
  const byteLevel = {
    type: "ByteLevel",
    add_prefix_space: false,
    trim_offsets: true,
    use_regex: true,
  };
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: specialTokens.map((content) => ({
      id: ids.get(content)!,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: { type: "NFC" },
    pre_tokenizer: byteLevel,
    post_processor: byteLevel,
    decoder: byteLevel,
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(ids),
      merges,
    },
  };
}
