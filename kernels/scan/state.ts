/**
 * Where everything lies in the linear memory, and what one counting thread knows at the moment.
 *
 * The memory is shared by all threads of a scan; the module's globals are each thread's own. The
 * tables of the query and the totals are common to all threads, everything else is a private region.
 * Nothing here is allocated by a language runtime: the host lays the memory out
 * (src/counting/scan/scan-memory.ts) and sets these exported globals by name. Addresses are bytes.
 */

// Common tables.
/** Class of each code point, 4 bytes; see classes.ts. */
export let classes: usize = 0;
/** Dictionary slots of 16 bytes, a power of two; see dictionary.ts. */
export let dictionary: usize = 0;
export let dictionaryShift: u32 = 0;
/** First byte of each word in `wordBytes`, 4 bytes a word, by word number. */
export let wordStarts: usize = 0;
export let wordBytes: usize = 0;
/** The phrase of each word alone, or 0; 4 bytes by word number. */
export let roots: usize = 0;
/** Trie edges of 16 bytes, a power of two; see trie.ts. */
export let edges: usize = 0;
export let edgeShift: u32 = 0;
/** Blocked Bloom filter over the edges: words of 8 bytes, a power of two. */
export let filter: usize = 0;
export let filterShift: u32 = 0;
/** Pairs by their first phrase: `pairStarts` 4 bytes a phrase, `pairEntries` (partner, pair), 8 bytes. */
export let pairStarts: usize = 0;
export let pairEntries: usize = 0;
/** Totals, 8 bytes each, added to atomically. */
export let dfTotals: usize = 0;
export let tfTotals: usize = 0;
export let codfTotals: usize = 0;
/** Phrases are numbered from 1. */
export let phraseCount: u32 = 0;
/** Words of the longest phrase. */
export let longestPhrase: u32 = 0;
/** Words longer than this many bytes are in no phrase. */
export let longestWord: u32 = 0;

// The policy.
/** What is added to the bits of an ASCII letter: 0x20 where letters fold, else 0. */
export let asciiFold: u32 = 0;
/** Each code point is a word of its own. */
export let perCharacter: u32 = 0;

// The query's window, or 0 where a pair is counted by documents.
export let windowed: u32 = 0;
export let window: u32 = 0;

// The thread's own region.
/** Name of the field that holds a JSON line's text. */
export let field: usize = 0;
export let fieldLength: u32 = 0;
/** Normalized text: words of bytes other than 0, separated by bytes 0. */
export let slab: usize = 0;
export let slabLimit: usize = 0;
/** Starts and ends of the words of the slab, 4 bytes each, relative to it. */
export let bounds: usize = 0;
/** Word numbers of the positions not yet matched, 4 bytes each. */
export let numbers: usize = 0;
/** Positions and trie nodes of matches that may grow longer, 8 bytes each. */
export let candidates: usize = 0;
/** Phrases found at one level, and where: 4 bytes each. */
export let hits: usize = 0;
export let hitPositions: usize = 0;
/** One record of 16 bytes a phrase; see record-hits.ts. */
export let records: usize = 0;
/** Where each phrase's postings end (while they are filled: go on), 4 bytes. */
export let cursors: usize = 0;
/** Ends of the block's documents in the log, 4 bytes each. */
export let documentEnds: usize = 0;
/** 8 KiB: the documents of one phrase as bits. */
export let scratchBitmap: usize = 0;
/** Code points of one cluster on their way to the host and back. */
export let cluster: usize = 0;
export let clusterCapacity: u32 = 0;
/** Phrases of the block's documents one after another: 4 bytes an entry, 8 with their position where windowed. */
export let log: usize = 0;
export let logCapacity: u32 = 0;
/** After this many entries the block ends with the document. */
export let logLimit: u32 = 0;
/** Postings of the block: 2 bytes a document, or 4 a position; the capacity counts bytes. */
export let postings: usize = 0;
export let postingsCapacity: u32 = 0;

// AssemblyScript lets only this file assign its variables.
export function setCluster(address: usize, capacity: u32): void {
  cluster = address;
  clusterCapacity = capacity;
}

export function setLog(address: usize, capacity: u32): void {
  log = address;
  logCapacity = capacity;
}

export function setPostings(address: usize, capacity: u32): void {
  postings = address;
  postingsCapacity = capacity;
}

export function setDictionary(address: usize, shift: u32): void {
  dictionary = address;
  dictionaryShift = shift;
}

export function setEdges(address: usize, shift: u32): void {
  edges = address;
  edgeShift = shift;
}

export function setWordStarts(address: usize): void {
  wordStarts = address;
}

export function setRoots(address: usize): void {
  roots = address;
}

export function setWordBytes(address: usize): void {
  wordBytes = address;
}

export function setLongest(phrase: u32, word: u32): void {
  longestPhrase = phrase;
  longestWord = word;
}
