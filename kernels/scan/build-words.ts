/**
 * Making the query's tables: each phrase is read as a text is, so that both give the same words; its
 * words get numbers and its word sequence a way through the trie. Tables double as they fill.
 */
import { hashWord, slotOf } from "./dictionary";
import { takeMemory } from "./grow";
import {
  bounds,
  dictionary,
  dictionaryShift,
  edges,
  edgeShift,
  longestPhrase,
  longestWord,
  roots,
  setDictionary,
  setEdges,
  setLongest,
  setRoots,
  setWordBytes,
  setWordStarts,
  slab,
  wordBytes,
  wordStarts,
} from "./state";
import { edgeKey, filterBits, filterWord, hashEdge, slotOfEdge } from "./trie";

/** Nodes behind a second word and further down count from here, above all word numbers. */
const FIRST_INNER_NODE: u32 = 0x80000000;
const SLOT_BYTES: u64 = 16;

export let isBuilding: bool = false;
/** Words, bytes of words, edges and phrases so far. */
export let distinctWords: u32 = 0;
export let distinctWordBytes: u32 = 0;
export let edgeCount: u32 = 0;
export let distinctPhrases: u32 = 0;
/** The number of the phrase read last; 0 where it had no words. */
export let lastPhrase: u32 = 0;

let innerNodes: u32 = 0;
/** Words that `wordStarts` and `roots`, and bytes that `wordBytes`, have room for. */
let wordCapacity: u32 = 0;
let byteCapacity: u32 = 0;

/** Begin with empty tables in a region of 136 KiB, all zero. */
export function beginTables(region: usize): void {
  isBuilding = true;
  wordCapacity = 1024;
  byteCapacity = 65536;
  setDictionary(region, 64 - 11);
  setEdges(region + 32768, 64 - 11);
  setWordBytes(region + 65536);
  setWordStarts(region + 131072);
  setRoots(region + 135168);
}

/** Take the `count` words of the slab as a phrase. */
export function insertWords(count: u32): void {
  lastPhrase = 0;
  if (count == 0) return;
  let node: u32 = 0;
  let slot: usize = 0;
  for (let i: u32 = 0; i < count; i++) {
    const word = insertWord(load<u32>(bounds + (i << 3)), load<u32>(bounds + (i << 3), 4));
    if (i == 0) {
      node = word;
      slot = roots + (word << 2);
      continue;
    }
    if (i > 1) node = nodeBehind(slot);
    slot = insertEdge(node, word) + 12;
  }
  if (load<u32>(slot) == 0) store<u32>(slot, ++distinctPhrases);
  lastPhrase = load<u32>(slot);
  setLongest(max(longestPhrase, count), longestWord);
}

/** The node an edge leads to, made where there is none; `phrasePlace` is the edge's last field. */
function nodeBehind(phrasePlace: usize): u32 {
  const place = phrasePlace - 4;
  if (load<u32>(place) == 0) store<u32>(place, FIRST_INNER_NODE + innerNodes++);
  return load<u32>(place);
}

/** The number of the word at [start, end) of the slab. */
function insertWord(start: u32, end: u32): u32 {
  const p = slab + start;
  const length = end - start;
  let slot = slotOf(p, length);
  if (load<u32>(slot, 8) != 0) return load<u32>(slot, 8);
  if (u64(distinctWords + 1) * 2 > (<u64>1) << (64 - dictionaryShift)) {
    growDictionary();
    slot = slotOf(p, length);
  }
  const word = ++distinctWords;
  keepWord(word, p, length);
  store<u64>(slot, load<u64>(p) & (~(<u64>0) >> (length > 8 ? 0 : u64(64 - (length << 3)))));
  store<u32>(slot, word, 8);
  store<u32>(slot, length, 12);
  setLongest(longestPhrase, max(longestWord, length));
  return word;
}

/** Keep a word's bytes; a long word is compared eight bytes at a time, also the first eight. */
function keepWord(word: u32, p: usize, length: u32): void {
  if (word + 1 >= wordCapacity) growWords();
  if (distinctWordBytes + length > byteCapacity) growBytes(distinctWordBytes + length);
  memory.copy(wordBytes + distinctWordBytes, p, length);
  store<u32>(wordStarts + (word << 2), distinctWordBytes);
  distinctWordBytes += length;
}

function growWords(): void {
  const bytes = u64(wordCapacity) * 4;
  const starts = takeMemory(bytes * 2);
  memory.copy(starts, wordStarts, usize(bytes));
  setWordStarts(starts);
  const larger = takeMemory(bytes * 2);
  memory.copy(larger, roots, usize(bytes));
  setRoots(larger);
  wordCapacity *= 2;
}

function growBytes(wanted: u32): void {
  while (byteCapacity < wanted) byteCapacity *= 2;
  const larger = takeMemory(byteCapacity);
  memory.copy(larger, wordBytes, distinctWordBytes);
  setWordBytes(larger);
}

function growDictionary(): void {
  const old = dictionary;
  const slots = usize(1) << (64 - dictionaryShift);
  const shift = dictionaryShift - 1;
  setDictionary(takeMemory(u64(slots) * 2 * SLOT_BYTES), shift);
  for (let i: usize = 0; i < slots; i++) {
    const entry = old + (i << 4);
    const word = load<u32>(entry, 8);
    if (word == 0) continue;
    const length = load<u32>(entry, 12);
    const bytes = wordBytes + load<u32>(wordStarts + (word << 2));
    const last = length > 8 ? load<u64>(bytes + length - 8) : 0;
    let slot = usize(hashWord(load<u64>(entry), last, length) >> u64(shift));
    while (load<u32>(dictionary + (slot << 4), 8) != 0) slot = (slot + 1) & (slots * 2 - 1);
    memory.copy(dictionary + (slot << 4), entry, 16);
  }
}

/** The slot of an edge, made where there is none. */
function insertEdge(node: u32, word: u32): usize {
  const key = edgeKey(node, word);
  const hash = hashEdge(key);
  let slot = slotOfEdge(key, hash);
  if (load<u64>(slot) == key) return slot;
  if (u64(edgeCount + 1) * 2 > (<u64>1) << (64 - edgeShift)) {
    growEdges();
    slot = slotOfEdge(key, hash);
  }
  edgeCount += 1;
  store<u64>(slot, key);
  return slot;
}

function growEdges(): void {
  const old = edges;
  const slots = usize(1) << (64 - edgeShift);
  setEdges(takeMemory(u64(slots) * 2 * SLOT_BYTES), edgeShift - 1);
  for (let i: usize = 0; i < slots; i++) {
    const entry = old + (i << 4);
    const key = load<u64>(entry);
    if (key != 0) memory.copy(slotOfEdge(key, hashEdge(key)), entry, 16);
  }
}

/** Set the bits of all edges in the filter, which must be clear. */
export function fillFilter(): void {
  const slots = usize(1) << (64 - edgeShift);
  for (let i: usize = 0; i < slots; i++) {
    const key = load<u64>(edges + (i << 4));
    if (key == 0) continue;
    const hash = hashEdge(key);
    const place = filterWord(hash);
    store<u64>(place, load<u64>(place) | filterBits(hash));
  }
}
