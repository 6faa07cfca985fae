/**
 * Where a scan's tables and regions lie in the kernel's memory, and so how much memory it takes.
 *
 * Common to all threads: the code points' classes, the query's tables (query-tables.ts), its pairs by
 * phrase, and the totals. A region for each thread: buffers for text and matching, a record a phrase, and
 * the log of the documents since its last block. The log takes what is left, within limits: a long log
 * makes blocks of the full 65,536 documents, a short one more blocks.
 */
import { RoteError } from "../../base/errors.ts";

/** Sizes of a query's tables. Numbers of words and phrases begin at 1. */
export interface TableSizes {
  readonly phrases: number;
  readonly pairs: number;
  readonly words: number;
  readonly wordBytes: number;
  /** Slots of 16 bytes, powers of two. */
  readonly dictionarySlots: number;
  readonly edgeSlots: number;
  readonly edges: number;
  /** In words, and in bytes. */
  readonly longestPhrase: number;
  readonly longestWord: number;
  readonly isWindowed: boolean;
}

/** Addresses and sizes by the names of the kernel's globals. */
export type KernelGlobals = Readonly<Record<string, number>>;

/** A memory as it is to be laid out. */
export interface ScanLayout {
  readonly byteLength: number;
  readonly common: KernelGlobals;
  /** One for each thread. */
  readonly threads: readonly KernelGlobals[];
}

/** What one document may have at once in the slab before its words are looked up. */
const SLAB_BYTES = 64 * 1024;
/** Read or written beyond the ends of a buffer by reads of sixteen bytes at a time. */
const MARGIN = 128;
/** The class of each code point takes 4 bytes. */
export const CODE_POINT_CLASS_BYTES: number = 0x110000 * 4;
const INPUT_BYTES = 4 * 1024 * 1024;
const CLUSTER_CAPACITY = 18 * 256;
const BLOCK_DOCUMENTS = 65_536;
const MOST_LOG_ENTRIES = 32 * 1024 * 1024;
const FEWEST_LOG_ENTRIES = 256 * 1024;
/** What the logs and postings of all threads take together. */
const MOST_LOG_BYTES = 2 ** 30;
/** What a scan takes at most by itself; the rest of 4 GiB is for documents longer than the input. */
const MOST_BYTES = 3 * 2 ** 30;

/**
 * Lay out a memory for `jobs` threads, or for as many as there is room for; `logEntries` bounds each
 * thread's log, and so its blocks.
 */
export function layOutScan(
  sizes: TableSizes,
  {
    jobs,
    fieldLength = 0,
    logEntries = MOST_LOG_ENTRIES,
  }: { readonly jobs: number; readonly fieldLength?: number; readonly logEntries?: number },
): ScanLayout {
  const entryBytes = sizes.isWindowed ? 12 : 6;
  const space = new Space();
  const common = layOutCommon(space, sizes);
  const measured = new Space();
  layOutThread(measured, sizes, { fieldLength, logCapacity: 0 });
  const left = MOST_BYTES - space.used;
  const count = Math.min(jobs, fitting(left, measured.used + entryBytes * FEWEST_LOG_ENTRIES));
  if (count === 0) throw tooMuch(sizes);
  const room = Math.min(left / count - measured.used, MOST_LOG_BYTES / count) / entryBytes;
  const most = sizes.pairs === 0 ? 0 : logEntries;
  const logCapacity = Math.min(Math.floor(room), most);
  const threads = Array.from({ length: count }, () =>
    layOutThread(space, sizes, { fieldLength, logCapacity }),
  );
  return { byteLength: space.used, common, threads };
}

/** How many regions of a size fit into what is left. */
function fitting(left: number, byteLength: number): number {
  return Math.max(0, Math.floor(left / byteLength));
}

function tooMuch({ phrases, pairs }: TableSizes): RoteError {
  return new RoteError(
    "count/limit",
    `${phrases} phrases and ${pairs} pairs need more than the ${MOST_BYTES / 2 ** 30} GiB a scan may take; count them in parts`,
    { phrases, pairs },
  );
}

/** What a scan on `jobs` threads takes at most, in bytes; pages that are never written take no room. */
export interface MemoryEstimate {
  readonly bytes: number;
  readonly parts: readonly { readonly what: string; readonly bytes: number }[];
}

/** Say what a scan's memory is for. Documents longer than 4 MiB come on top, once for each thread. */
export function estimateScanMemory(sizes: TableSizes, jobs: number): MemoryEstimate {
  const { byteLength, common, threads } = layOutScan(sizes, { jobs });
  const pairs = common.dfTotals! - common.pairStarts!;
  const firstThread = threads[0]!.field!;
  const totals = firstThread - common.dfTotals!;
  const parts = [
    { what: "words and phrases", bytes: common.pairStarts! },
    { what: "pairs", bytes: pairs },
    { what: "totals", bytes: totals },
    {
      what: threads.length === 1 ? "1 thread" : `${threads.length} threads`,
      bytes: byteLength - firstThread,
    },
  ];
  return { bytes: byteLength, parts };
}

function layOutCommon(space: Space, sizes: TableSizes): KernelGlobals {
  const filterWords = filterSize(sizes.edges);
  return {
    classes: space.take(CODE_POINT_CLASS_BYTES),
    dictionary: space.take(16 * sizes.dictionarySlots),
    dictionaryShift: 64 - Math.log2(sizes.dictionarySlots),
    wordStarts: space.take(4 * (sizes.words + 2)),
    wordBytes: space.take(sizes.wordBytes + MARGIN),
    roots: space.take(4 * (sizes.words + 2)),
    edges: space.take(16 * sizes.edgeSlots),
    edgeShift: 64 - Math.log2(sizes.edgeSlots),
    filter: space.take(8 * filterWords),
    filterShift: 64 - Math.log2(filterWords),
    pairStarts: space.take(4 * (sizes.phrases + 2)),
    pairEntries: space.take(8 * sizes.pairs),
    dfTotals: space.take(8 * (sizes.phrases + 1)),
    tfTotals: space.take(8 * (sizes.phrases + 1)),
    codfTotals: space.take(8 * sizes.pairs),
    phraseCount: sizes.phrases,
    longestPhrase: Math.max(1, sizes.longestPhrase),
    longestWord: sizes.longestWord,
    windowed: sizes.isWindowed ? 1 : 0,
  };
}

function layOutThread(
  space: Space,
  sizes: TableSizes,
  { fieldLength, logCapacity }: { readonly fieldLength: number; readonly logCapacity: number },
): KernelGlobals {
  const slabBytes = SLAB_BYTES + 4 * sizes.longestWord;
  const positions = slabBytes / 2 + sizes.longestPhrase + MARGIN;
  const { phrases, isWindowed } = sizes;
  const slab = space.take(slabBytes + 4 * MARGIN) + MARGIN;
  return {
    field: space.take(fieldLength),
    fieldLength,
    slab,
    slabLimit: slab + slabBytes,
    bounds: space.take(8 * positions),
    numbers: space.take(4 * positions),
    candidates: space.take(8 * positions),
    hits: space.take(4 * positions),
    hitPositions: space.take(4 * positions),
    records: space.take(16 * (phrases + 1)),
    cursors: space.take(4 * (phrases + 1)),
    documentEnds: space.take(4 * (BLOCK_DOCUMENTS + 1)),
    scratchBitmap: space.take(BLOCK_DOCUMENTS / 8),
    cluster: space.take(4 * CLUSTER_CAPACITY),
    clusterCapacity: CLUSTER_CAPACITY,
    log: space.take((isWindowed ? 8 : 4) * (logCapacity + SLAB_BYTES)),
    logCapacity: logCapacity + SLAB_BYTES,
    // A log without entries, where there are no pairs, is never full.
    logLimit: Math.max(1, logCapacity),
    postings: space.take((isWindowed ? 4 : 2) * logCapacity),
    postingsCapacity: (isWindowed ? 4 : 2) * logCapacity,
    input: space.take(INPUT_BYTES + 2 * MARGIN) + MARGIN,
    inputCapacity: INPUT_BYTES,
  };
}

/** Words of 8 bytes that the filter of so many edges has: 8 to 16 bits an edge. */
function filterSize(edges: number): number {
  return powerOfTwoFrom(Math.max(64, edges / 8));
}

/** The least power of two that is not less than `value`. */
function powerOfTwoFrom(value: number): number {
  return 2 ** Math.ceil(Math.log2(value));
}

/** Addresses one after another, each a multiple of 64. */
class Space {
  used = 64;

  take(byteLength: number): number {
    const address = this.used;
    this.used = Math.ceil((address + byteLength) / 64) * 64;
    return address;
  }
}
