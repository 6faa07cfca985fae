/**
 * Find every phrase at every position: first the phrases of one word at all positions, then all second
 * words, then all third ones … so that the reads of memory overlap.
 */
import { recordHits } from "./record-hits";
import { candidates, hitPositions, hits, longestPhrase, numbers, roots } from "./state";
import { edgeKey, hashEdge, mayBeEdge, slotOfEdge } from "./trie";

/** Match at the first `count` word numbers, which are positions `first` and following of the document. */
export function matchPhrases(count: u32, first: u32): void {
  if (count == 0) return;
  recordHits(matchWords(count, first));
  if (longestPhrase < 2) return;
  let open = findSecondWords(count);
  for (let length: u32 = 2; open > 0; length++) open = matchLevel(open, first, length);
}

function matchWords(count: u32, first: u32): u32 {
  let found: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const phrase = load<u32>(roots + (load<u32>(numbers + (i << 2)) << 2));
    store<u32>(hits + (found << 2), phrase);
    store<u32>(hitPositions + (found << 2), first + i);
    found += u32(phrase != 0);
  }
  return found;
}

/** Positions whose word and next word may be an edge; a candidate is a position and the node it has come to. */
function findSecondWords(count: u32): u32 {
  let open: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const word = load<u32>(numbers + (i << 2));
    const next = load<u32>(numbers + (i << 2), 4);
    store<u64>(candidates + (open << 3), edgeKey(word, i));
    open += u32(mayBeEdge(hashEdge(edgeKey(word, next))));
  }
  return open;
}

/** Follow the edges of the candidates to phrases of `length` words; returns how many may go on. */
function matchLevel(count: u32, first: u32, length: u32): u32 {
  let open: u32 = 0;
  let found: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const candidate = load<u64>(candidates + (i << 3));
    const position = u32(candidate);
    const key = edgeKey(u32(candidate >> 32), load<u32>(numbers + ((position + length - 1) << 2)));
    const hash = hashEdge(key);
    if (!mayBeEdge(hash)) continue;
    const edge = slotOfEdge(key, hash);
    if (load<u64>(edge) == 0) continue;
    const phrase = load<u32>(edge, 12);
    store<u32>(hits + (found << 2), phrase);
    store<u32>(hitPositions + (found << 2), first + position);
    found += u32(phrase != 0);
    const node = load<u32>(edge, 8);
    store<u64>(candidates + (open << 3), edgeKey(node, position));
    open += u32(node != 0);
  }
  recordHits(found);
  return open;
}
