/**
 * A question made into the kernel's tables: a dictionary of its words, a trie of its phrases, its pairs
 * by phrase. The kernel reads phrases with the code that reads documents, so a phrase and a text that
 * hold the same words agree whatever their spelling.
 */
import { createSharedMemory } from "../../base/webassembly.ts";
import { RoteError } from "../../base/errors.ts";
import type { TextPolicy } from "../../text/policy.ts";
import { type Kernel, kernelModule, startKernel } from "./kernel.ts";
import { CODE_POINT_CLASS_BYTES, type TableSizes } from "./scan-memory.ts";
import { encodeText } from "./encode-text.ts";

/** The tables of a query, and which of them each phrase asked for is. */
export interface QueryTables {
  readonly sizes: Omit<TableSizes, "pairs" | "isWindowed">;
  /** For each phrase asked for, the number of the distinct phrase: from 1 on. */
  readonly numbers: Uint32Array;
  /** The tables by the names of the kernel's globals, to be copied where they are used. */
  readonly contents: Readonly<Record<TableName, Uint8Array>>;
}

type TableName = "dictionary" | "wordStarts" | "wordBytes" | "roots" | "edges";

/**
 * NFKC makes of the three bytes of U+FDFA 18 code points in 33 bytes, each of which may be a word and
 * have a separator behind it. A phrase must be in the slab as a whole.
 */
const MOST_GROWTH = (33 + 18) / 3;
const MARGIN = 128;
const CLUSTER_CAPACITY = 18 * 256;
/** What the kernel's tables take before they grow. */
const FIRST_TABLES_BYTES = 136 * 1024;

/** Make the tables of phrases; `place(i)` names phrase i where it has no words, which is an error. */
export function buildQueryTables(
  phrases: readonly string[],
  policy: TextPolicy,
  place: (index: number) => string = (index) => `phrase ${index + 1}`,
): QueryTables {
  const longest = phrases.reduce((most, { length }) => Math.max(most, length), 0);
  const { kernel, input } = startBuilder(policy, 3 * longest);
  const numbers = new Uint32Array(phrases.length);
  const bytes = Buffer.from(kernel.memory.buffer, input, 3 * longest);
  for (const [i, phrase] of phrases.entries()) {
    const end = input + encodeText(phrase, bytes);
    const number = kernel.functions.addPhrase(input, end);
    if (number === 0) throw emptyPhrase(phrase, place(i), policy);
    numbers[i] = number;
  }
  return { ...readTables(kernel), numbers };
}

/** A kernel with room for one phrase of so many bytes at a time, and empty tables. */
function startBuilder(
  policy: TextPolicy,
  phraseBytes: number,
): { readonly kernel: Kernel; readonly input: number } {
  const slabBytes = MOST_GROWTH * phraseBytes + MARGIN;
  const classes = 64;
  const cluster = classes + CODE_POINT_CLASS_BYTES;
  const tables = cluster + 4 * CLUSTER_CAPACITY;
  const input = tables + FIRST_TABLES_BYTES + MARGIN;
  const slab = align(input + phraseBytes + 2 * MARGIN);
  const bounds = slab + align(slabBytes + 2 * MARGIN);
  const memory = createSharedMemory(bounds + 4 * (slabBytes + MARGIN));
  const kernel = startKernel(kernelModule(), memory, policy.name);
  const slabLimit = slab + slabBytes;
  const clusterCapacity = CLUSTER_CAPACITY;
  const globals = { classes, cluster, clusterCapacity, slab, slabLimit, bounds };
  for (const [name, value] of Object.entries(globals)) kernel.set(name, value);
  kernel.functions.beginTables(tables);
  return { kernel, input };
}

function align(address: number): number {
  return Math.ceil(address / 64) * 64;
}

function readTables(kernel: Kernel): Pick<QueryTables, "sizes" | "contents"> {
  const sizes = {
    phrases: kernel.get("distinctPhrases"),
    words: kernel.get("distinctWords"),
    wordBytes: kernel.get("distinctWordBytes"),
    dictionarySlots: 2 ** (64 - kernel.get("dictionaryShift")),
    edgeSlots: 2 ** (64 - kernel.get("edgeShift")),
    edges: kernel.get("edgeCount"),
    longestPhrase: kernel.get("longestPhrase"),
    longestWord: kernel.get("longestWord"),
  };
  const table = (name: TableName, byteLength: number): Uint8Array =>
    new Uint8Array(kernel.memory.buffer, kernel.get(name) >>> 0, byteLength);
  const contents = {
    dictionary: table("dictionary", 16 * sizes.dictionarySlots),
    wordStarts: table("wordStarts", 4 * (sizes.words + 1)),
    wordBytes: table("wordBytes", sizes.wordBytes),
    roots: table("roots", 4 * (sizes.words + 1)),
    edges: table("edges", 16 * sizes.edgeSlots),
  };
  return { sizes, contents };
}

function emptyPhrase(phrase: string, place: string, { version }: TextPolicy): RoteError {
  return new RoteError(
    "text/empty-phrase",
    `${place} ${JSON.stringify(phrase)} has no words under the policy ${version}; give at least one`,
    { input: place, phrase, policy: version },
  );
}
