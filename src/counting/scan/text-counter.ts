/**
 * Counting on one thread: documents go into the kernel's input, sums come out in the shared totals.
 *
 * `prepareScan` fills a shared memory with a query's tables once; each thread makes its own counter
 * from a `CounterPlan`, which is plain data and shared memory, so that it can be sent to a worker.
 */
import type { TextPolicy } from "../../text/policy.ts";
import { encodeText } from "./encode-text.ts";
import {
  createKernelMemory,
  growKernelMemory,
  type Kernel,
  kernelModule,
  type KernelMemory,
  type KernelModule,
  startKernel,
} from "./kernel.ts";
import type { QueryTables } from "./query-tables.ts";
import { type KernelGlobals, layOutScan } from "./scan-memory.ts";

/** What is counted, and how text becomes words. */
export interface CountedQuery {
  readonly tables: QueryTables;
  /** Two indexes of `tables.numbers` for each pair, repeated pairs and pairs of a phrase with itself included. */
  readonly pairs: Uint32Array;
  readonly policy: TextPolicy["name"];
  /** Largest distance in words between the starts of a pair's occurrences; absent: the document. */
  readonly window?: number | undefined;
  /** The name under which a JSON line has its text. */
  readonly field?: string | undefined;
}

/** What a thread needs to count. */
export interface CounterPlan {
  readonly module: KernelModule;
  readonly memory: KernelMemory;
  readonly policy: TextPolicy["name"];
  readonly globals: KernelGlobals;
}

/** A memory ready to be counted into. */
export interface PreparedScan {
  /** One for each thread. */
  readonly plans: readonly CounterPlan[];
  /** The totals of all blocks that have ended so far: df and tf by phrase asked for, codf by pair. */
  totals(): { readonly df: Float64Array; readonly tf: Float64Array; readonly codf: Float64Array };
}

/** Sums of whole numbers below 2^53. */
type Totals = ReturnType<PreparedScan["totals"]>;

/** From this distance on a window is a whole document: no document has so many words. */
const ANY_DISTANCE = 2 ** 29;

/** Lay out and fill the memory of a scan on `jobs` threads. */
export function prepareScan(query: CountedQuery, jobs: number): PreparedScan {
  const { tables, pairs, policy, window = ANY_DISTANCE, field = "text" } = query;
  const isWindowed = window < ANY_DISTANCE;
  const fieldBytes = Buffer.from(field);
  const sizes = { ...tables.sizes, pairs: pairs.length / 2, isWindowed };
  const layout = layOutScan(sizes, jobs, fieldBytes.length);
  const memory = createKernelMemory(layout.byteLength);
  const module = kernelModule();
  const bytes = new Uint8Array(memory.buffer);
  for (const [name, content] of Object.entries(tables.contents))
    bytes.set(content, layout.common[name]);
  fillPairs(memory, layout.common, query);
  const common = { ...layout.common, window: isWindowed ? window : 0 };
  const plans = layout.threads.map((thread): CounterPlan => {
    bytes.set(fieldBytes, thread.field);
    markPaired(memory, thread.records!, query);
    return { module, memory, policy, globals: { ...common, ...thread } };
  });
  start(plans[0]!).functions.fillFilter();
  return { plans, totals: () => readTotals(memory, layout.common, query) };
}

/** Sort the pairs by the phrase of each that is in more of them: its documents are spread out once for all. */
function fillPairs(memory: KernelMemory, common: KernelGlobals, query: CountedQuery): void {
  const { tables, pairs } = query;
  const { numbers, sizes } = tables;
  const pairCount = pairs.length / 2;
  const starts = new Uint32Array(memory.buffer, common.pairStarts, sizes.phrases + 2);
  const entries = new Uint32Array(memory.buffer, common.pairEntries, 2 * pairCount);
  const partners = new Uint32Array(sizes.phrases + 1);
  for (const phrase of pairs) partners[numbers[phrase]!]! += 1;
  const ownerOf = (pair: number): number => {
    const [a, b] = [numbers[pairs[2 * pair]!]!, numbers[pairs[2 * pair + 1]!]!];
    return partners[b]! > partners[a]! ? b : a;
  };
  const next = new Uint32Array(sizes.phrases + 2);
  for (let pair = 0; pair < pairCount; pair++) next[ownerOf(pair) + 1]! += 1;
  for (let phrase = 1; phrase < next.length; phrase++) next[phrase]! += next[phrase - 1]!;
  starts.set(next);
  for (let pair = 0; pair < pairCount; pair++) {
    const owner = ownerOf(pair);
    const place = next[owner]!++;
    const [a, b] = [numbers[pairs[2 * pair]!]!, numbers[pairs[2 * pair + 1]!]!];
    entries[2 * place] = owner === a ? b : a;
    entries[2 * place + 1] = pair;
  }
}

/** Say in a thread's records which phrases are in pairs: only those are logged. */
function markPaired(memory: KernelMemory, records: number, { tables, pairs }: CountedQuery): void {
  const words = new Uint32Array(memory.buffer, records, 4 * (tables.sizes.phrases + 1));
  for (const phrase of pairs) words[4 * tables.numbers[phrase]! + 3] = 1;
}

function readTotals(
  memory: KernelMemory,
  common: KernelGlobals,
  { tables, pairs }: CountedQuery,
): Totals {
  const { numbers, sizes } = tables;
  const df = readSums(memory, common.dfTotals!, sizes.phrases + 1);
  const tf = readSums(memory, common.tfTotals!, sizes.phrases + 1);
  return {
    df: Float64Array.from(numbers, (number) => df[number]!),
    tf: Float64Array.from(numbers, (number) => tf[number]!),
    codf: readSums(memory, common.codfTotals!, pairs.length / 2),
  };
}

/** Unsigned 64-bit numbers as doubles. */
function readSums(memory: KernelMemory, address: number, count: number): Float64Array {
  const words = new Uint32Array(memory.buffer, address, 2 * count);
  const sums = new Float64Array(count);
  for (let i = 0; i < count; i++) sums[i] = words[2 * i]! + words[2 * i + 1]! * 2 ** 32;
  return sums;
}

function start({ module, memory, policy, globals }: CounterPlan): Kernel {
  const kernel = startKernel(module, memory, policy);
  for (const [name, value] of Object.entries(globals))
    if (name !== "input" && name !== "inputCapacity") kernel.set(name, value);
  return kernel;
}

/** Bytes behind a buffer that reads of sixteen bytes at a time may touch. */
const MARGIN = 128;

/** Counts documents on the thread that made it. */
export class TextCounter {
  readonly #kernel: Kernel;
  #input: number;
  #capacity: number;

  constructor(plan: CounterPlan) {
    this.#kernel = start(plan);
    this.#input = plan.globals.input!;
    this.#capacity = plan.globals.inputCapacity!;
  }

  /** Documents counted since the counter was made. */
  get documents(): number {
    return this.#kernel.get("documents");
  }

  get words(): number {
    return this.#kernel.get("words");
  }

  /** Lines passed, blank ones included. */
  get lines(): number {
    return this.#kernel.get("lines");
  }

  get blankLines(): number {
    return this.#kernel.get("blankLines");
  }

  /**
   * Room for at least so many bytes of input, in shared memory. What stood there keeps its place at the
   * start, until the next call; addresses of the methods below count from there.
   */
  input(byteLength: number): Uint8Array {
    const { memory } = this.#kernel;
    if (byteLength > this.#capacity) {
      const capacity = Math.max(byteLength, 2 * this.#capacity);
      const address = growKernelMemory(memory, capacity + 2 * MARGIN) + MARGIN;
      const kept = new Uint8Array(memory.buffer, this.#input, this.#capacity);
      new Uint8Array(memory.buffer).set(kept, address);
      [this.#input, this.#capacity] = [address, capacity];
    }
    return new Uint8Array(memory.buffer, this.#input, this.#capacity);
  }

  /**
   * Count the JSON lines of [start, end), whole lines only. Stops before a line it cannot vouch for
   * (malformed, no string under the field, not UTF-8, an escaped key) and returns where it begins;
   * returns `end` where all are counted.
   */
  countJsonLines(start: number, end: number): number {
    const { functions } = this.#kernel;
    const at = functions.countJsonLines(this.#input + start, this.#input + end);
    return (at >>> 0) - this.#input;
  }

  /** The same for lines that are documents; stops before one that is not UTF-8 or may be blank. */
  countTextLines(start: number, end: number): number {
    const { functions } = this.#kernel;
    const at = functions.countTextLines(this.#input + start, this.#input + end);
    return (at >>> 0) - this.#input;
  }

  /** Count [start, end) as one document; false, and nothing counted, where it is not UTF-8. */
  countDocument(start: number, end: number): boolean {
    return this.#kernel.functions.countDocument(this.#input + start, this.#input + end) !== 0;
  }

  /** Count a text as one document, lone surrogates included. */
  countText(text: string): void {
    const { functions, memory } = this.#kernel;
    const address = this.#scratch(3 * text.length);
    const bytes = Buffer.from(memory.buffer, address, 3 * text.length);
    functions.countTrusted(address, address + encodeText(text, bytes));
  }

  /** Whether the document counted last holds a phrase, by its number in the tables. */
  holds(phrase: number): boolean {
    return this.#kernel.functions.lastDocumentHolds(phrase) !== 0;
  }

  /** End the block: add everything counted so far to the shared totals. */
  flush(): void {
    this.#kernel.functions.endBlock();
  }

  #texts = { address: 0, capacity: 0 };

  /** Room for the texts of `countText`, apart from the input, in which a caller may have lines waiting. */
  #scratch(byteLength: number): number {
    if (byteLength > this.#texts.capacity) {
      const capacity = Math.max(byteLength, 2 * this.#texts.capacity, 256 * 1024);
      const address = growKernelMemory(this.#kernel.memory, capacity + 2 * MARGIN) + MARGIN;
      this.#texts = { address, capacity };
    }
    return this.#texts.address;
  }
}
