/**
 * Suffix arrays of tokens in memory, in infini-gram's order: suffixes are compared as the bytes of their
 * little-endian tokens, across documents to the end, and a suffix that begins another one comes first.
 * For tokens of more than one byte that is not the order of their ids, so the ids are made into symbols
 * whose order it is: their bytes swapped, or, for 32-bit ids, the ranks of the ids that occur.
 *
 * The sorting is the kernel's (kernels/suffix-array), in linear time whatever the text repeats.
 */
import { RoteError } from "../../base/errors.ts";
import { createMemory, startWasm, type WasmMemory, wasmModule } from "../../base/webassembly.ts";
import { rankTokens } from "./token-ranks.ts";

/** Token ids as stored, one element a token. */
export type Tokens = Uint8Array | Uint16Array | Uint32Array;

/** Arguments: address of the text, its length, its alphabet's size, addresses of suffixes, buckets and bits. */
type Sort = (
  text: number,
  length: number,
  alphabet: number,
  suffixes: number,
  buckets: number,
  bits: number,
) => void;

const MARGIN = 64;
const MOST_BYTES = 2 ** 32 - 65_536;

/** Memory that sorting so many tokens of a width takes at most, in bytes: 6.25 a token of one or two bytes beside the tokens. */
export function sortingBytes(tokens: number, width: 1 | 2 | 4): number {
  return placesOf(tokens, width, alphabetLimit(tokens, width)).end;
}

/** The most tokens of a width that one sorting can take. */
export function mostSortableTokens(width: 1 | 2 | 4): number {
  let [low, high] = [0, MOST_BYTES];
  while (low + 1 < high) {
    const middle = Math.floor((low + high) / 2);
    if (sortingBytes(middle, width) <= MOST_BYTES) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * The positions of all suffixes of `tokens`, in order. The result is a view of memory that holds the
 * whole work: copy or write it, and let it go. Takes about 0.2 µs a token.
 */
export function sortSuffixes(tokens: Tokens): Uint32Array {
  const { length, BYTES_PER_ELEMENT } = tokens;
  const width = BYTES_PER_ELEMENT as 1 | 2 | 4;
  const ranks = tokens instanceof Uint32Array ? rankTokens(tokens) : undefined;
  const alphabet = ranks?.distinct ?? 2 ** (8 * width);
  const { text, suffixes, buckets, bits, end } = placesOf(length, width, alphabet);
  if (end > MOST_BYTES)
    throw new RoteError(
      "count/limit",
      `${length} tokens of ${width} bytes are too many to sort at once: ${end} bytes of at most ${MOST_BYTES}; sort them in parts`,
      { tokens: length, width },
    );
  const memory = createMemory(end);
  if (tokens instanceof Uint32Array) ranks!.write(new Uint32Array(memory.buffer, text, length));
  else writeSwapped(tokens, memory, text);
  const exports = startWasm(wasmModule(new URL("./suffix-array.wasm", import.meta.url)), {
    env: { memory },
  });
  (exports[`sort${8 * width}`] as Sort)(text, length, alphabet, suffixes, buckets, bits);
  return new Uint32Array(memory.buffer, suffixes, length);
}

interface Places {
  readonly text: number;
  readonly suffixes: number;
  readonly buckets: number;
  readonly bits: number;
  readonly end: number;
}

/** Buckets for the text and, one after another, the shorter ones; bits for all, whose lengths at least halve. */
function placesOf(length: number, width: 1 | 2 | 4, alphabet: number): Places {
  const text = MARGIN;
  const suffixes = align(text + length * width);
  const buckets = align(suffixes + 4 * length);
  const bits = align(buckets + 4 * Math.max(alphabet, length / 2));
  // At most 32 lengths, each rounded up to whole words.
  return { text, suffixes, buckets, bits, end: align(bits + length / 4 + 4 * 32) };
}

/** Distinct 32-bit ids are not more than the tokens. */
function alphabetLimit(tokens: number, width: 1 | 2 | 4): number {
  return width === 4 ? tokens : 2 ** (8 * width);
}

function writeSwapped(
  tokens: Uint8Array | Uint16Array,
  { buffer }: WasmMemory<ArrayBuffer>,
  address: number,
): void {
  if (tokens instanceof Uint8Array) new Uint8Array(buffer, address, tokens.length).set(tokens);
  else {
    const symbols = new Uint16Array(buffer, address, tokens.length);
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i]!;
      symbols[i] = (token >>> 8) | (token << 8);
    }
  }
}

function align(byteLength: number): number {
  return Math.ceil(byteLength / MARGIN) * MARGIN;
}
