/**
 * The phrases over word numbers as a trie whose edges stand in one hash table with linear probing.
 *
 *   edge, 16 bytes   word number (4) · node it leaves (4) · node it leads to, or 0 where nothing goes on · phrase, or 0
 *
 * The node behind a phrase's first word has the number of that word; nodes further down go on from there.
 * Node 0 is nobody's, so an edge of word and node 0 is a free slot. A filter of two bits an edge, in one
 * word of 8 bytes, sorts out most of what is no edge with one read.
 */
import { edges, edgeShift, filter, filterShift } from "./state";

const HASH: u64 = 0x9e3779b97f4a7c15;

export function edgeKey(node: u32, word: u32): u64 {
  return (u64(node) << 32) | u64(word);
}

export function hashEdge(key: u64): u64 {
  const mixed = key * HASH;
  return (mixed ^ (mixed >> 29)) * 0xbf58476d1ce4e5b9;
}

/** The two bits of an edge in its word of the filter. */
export function filterBits(hash: u64): u64 {
  return ((<u64>1) << (hash & 63)) | ((<u64>1) << ((hash >> 6) & 63));
}

export function filterWord(hash: u64): usize {
  return filter + (usize(hash >> u64(filterShift)) << 3);
}

/** False where there is certainly no such edge. */
export function mayBeEdge(hash: u64): bool {
  const bits = filterBits(hash);
  return (load<u64>(filterWord(hash)) & bits) == bits;
}

/** The slot that holds the edge, or the free one where it would go. */
export function slotOfEdge(key: u64, hash: u64): usize {
  const mask = (usize(1) << (64 - edgeShift)) - 1;
  let slot = usize(hash >> u64(edgeShift));
  while (true) {
    const address = edges + (slot << 4);
    const found = load<u64>(address);
    if (found == key || found == 0) return address;
    slot = (slot + 1) & mask;
  }
}
