/**
 * The shared memory of a scan: a question's tables and pairs put where all threads read them, and the
 * totals read back.
 */
import { createSharedMemory } from "../../base/webassembly.ts";
import type { TextPolicy } from "../../text/policy.ts";
import { kernelModule, type KernelMemory } from "./kernel.ts";
import type { QueryTables } from "./query-tables.ts";
import { type KernelGlobals, layOutScan } from "./scan-memory.ts";
import { type CounterPlan, startCounting } from "./text-counter.ts";

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

/** A memory ready to be counted into. */
export interface PreparedScan {
  /** One for each thread: as many as asked for, or as there is room for. */
  readonly plans: readonly CounterPlan[];
  /** The totals of all blocks that have ended so far: df and tf by phrase asked for, codf by pair. */
  totals(): { readonly df: Float64Array; readonly tf: Float64Array; readonly codf: Float64Array };
}

/** Sums of whole numbers below 2^53. */
type Totals = ReturnType<PreparedScan["totals"]>;

/** From this distance on a window is a whole document: no document has so many words. */
const ANY_DISTANCE = 2 ** 29;

/** Lay out and fill the memory of a scan on at most `jobs` threads; `logEntries` bounds what a block holds. */
export function prepareScan(
  query: CountedQuery,
  { jobs, logEntries }: { readonly jobs: number; readonly logEntries?: number },
): PreparedScan {
  const { tables, pairs, policy, window = ANY_DISTANCE, field = "text" } = query;
  const isWindowed = window < ANY_DISTANCE;
  const fieldBytes = Buffer.from(field);
  const sizes = { ...tables.sizes, pairs: pairs.length / 2, isWindowed };
  const threads = { jobs, fieldLength: fieldBytes.length };
  const layout = layOutScan(sizes, logEntries === undefined ? threads : { ...threads, logEntries });
  const memory = createSharedMemory(layout.byteLength);
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
  startCounting(plans[0]!).functions.fillFilter();
  // Not the tables themselves: they are as large again, and no longer needed.
  const asked = { numbers: tables.numbers, phrases: sizes.phrases, pairs: sizes.pairs };
  return { plans, totals: () => readTotals(memory, layout.common, asked) };
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
  asked: { readonly numbers: Uint32Array; readonly phrases: number; readonly pairs: number },
): Totals {
  const { numbers, phrases, pairs } = asked;
  const df = readSums(memory, common.dfTotals!, phrases + 1);
  const tf = readSums(memory, common.tfTotals!, phrases + 1);
  return {
    df: Float64Array.from(numbers, (number) => df[number]!),
    tf: Float64Array.from(numbers, (number) => tf[number]!),
    codf: readSums(memory, common.codfTotals!, pairs),
  };
}

/** Unsigned 64-bit numbers as doubles. */
function readSums(memory: KernelMemory, address: number, count: number): Float64Array {
  const words = new Uint32Array(memory.buffer, address, 2 * count);
  const sums = new Float64Array(count);
  for (let i = 0; i < count; i++) sums[i] = words[2 * i]! + words[2 * i + 1]! * 2 ** 32;
  return sums;
}
