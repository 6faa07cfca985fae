/**
 * The hot loop of byte-level BPE: cuts UTF-8 into words by the automata of the split rules, and looks
 * up the ids of each word among those met before. Everything rare is the host's, to which `encode`
 * returns: a word not met, a character whose class or a state whose transition is not known yet.
 *
 *   class of a code point     one byte each; 0 = not known yet
 *   transition                16 bits: next state × 256 + whether a match ends before the character
 *                             read; 0 = not known yet. By rule, state and class, where class 0 is the
 *                             end of the text; and by rule, state and byte for ASCII
 *   slot                      64 bits: 0, or address of a word's entry + high half of its hash
 *   entry, at multiples of 8  bytes + ids × 2¹⁶ · first id · bytes, up to a multiple of 8 · further ids
 *
 * A rule cuts its stretch into its matches and what lies between them; each rule cuts the pieces of
 * the one before it. The host leaves 32 bytes behind the input, which are read and never used.
 */

// The host's places; see src/tokenizers/bpe-kernel.ts.
let classes: usize;
let transitions: usize;
let asciiTransitions: usize;
let rules: u32;
let keepsGaps: u32;
let slots: usize;
let arena: usize;
let arenaEnd: usize;
let output: usize;
let outputEnd: usize;

/** Slots − 1, words in the table, first free byte of the arena. */
let mask: u64;
let count: u32;
let free: usize;

// What an interrupted `encode` tells the host, and where it goes on.
export let at: usize;
export let wordEnd: usize;
export let written: usize;
export let rule: u32;
export let state: u32;
export let symbol: u32;
let hash: u64;

/** Reasons to return to the host. */
const DONE = 0;
const FULL = 1;
const NEW_WORD = 2;
const LONG_WORD = 3;
const NEW_CLASS = 4;
const NEW_TRANSITION = 5;
const GAP = 6;

/** States as a transition has them. */
const START: u32 = 0x200;
const DEAD: u32 = 0x100;
const STATE_BITS: u32 = 0xff00;
const END_OF_TEXT: u32 = 0;
const LONGEST_WORD: usize = 64;

/** Where the current piece of each rule ends. */
const ends = memory.data(64);

export function configure(
  classTable: usize,
  transitionTable: usize,
  asciiTable: usize,
  ruleCount: u32,
  gapMask: u32,
  slotTable: usize,
  arenaStart: usize,
  arenaLimit: usize,
  outputStart: usize,
  outputLimit: usize,
): void {
  classes = classTable;
  transitions = transitionTable;
  asciiTransitions = asciiTable;
  rules = ruleCount;
  keepsGaps = gapMask;
  slots = slotTable;
  arena = arenaStart;
  arenaEnd = arenaLimit;
  output = outputStart;
  outputEnd = outputLimit;
  clear(1 << 12);
}

/** Begin a stretch; `encode` follows. */
export function begin(start: usize): void {
  at = start;
  for (let i: u32 = 0; i < rules; i++) store<u32>(ends + (i << 2), u32(start));
}

/** Write ids from `at` to `end` into the output until something must be asked. */
export function encode(end: usize): i32 {
  let out = output + (written << 2);
  const last = outputEnd - (LONGEST_WORD << 2);
  while (at < end) {
    if (out > last) return pause(out, FULL);
    const reason = findWord(end);
    if (reason != DONE) return pause(out, reason);
    const length = wordEnd - at;
    if (length > LONGEST_WORD) return pause(out, LONG_WORD);
    hash = hashOf(at, length);
    const entry = find(length);
    if (entry == 0) return pause(out, NEW_WORD);
    store<u32>(out, load<u32>(entry, 4));
    const ids = usize(load<u16>(entry, 2));
    out += 4;
    if (ids > 1) {
      let from = entry + 8 + paddedLength(length);
      for (const outEnd = out + ((ids - 1) << 2); out < outEnd; out += 4, from += 4)
        store<u32>(out, load<u32>(from));
    }
    at = wordEnd;
  }
  return pause(out, DONE);
}

/** Remember the ids of the word that `encode` stopped at; they stand behind the input's end, at `ids`. */
export function add(ids: usize, idCount: u32): void {
  const length = wordEnd - at;
  const padded = paddedLength(length);
  const size = entrySize(length, idCount);
  if (free + size > arenaEnd || count == MOST_WORDS) clear(u32(mask) + 1);
  const entry = free;
  store<u32>(entry, u32(length) | (idCount << 16));
  store<u32>(entry, load<u32>(ids), 4);
  memory.fill(entry + padded, 0, 8);
  memory.copy(entry + 8, at, length);
  memory.copy(entry + 8 + padded, ids + 4, usize(idCount - 1) << 2);
  free += size;
  place(entry, hash);
  if (++count > u32(mask >> 1)) widen();
}

function paddedLength(length: usize): usize {
  return (length + 7) & ~usize(7);
}

function entrySize(length: usize, idCount: u32): usize {
  return paddedLength(8 + paddedLength(length) + (usize(idCount - 1) << 2));
}

/** Half of the slots there is room for. */
const MOST_WORDS: u32 = 1 << 18;

/** Forget all words: changes the speed and never the ids. */
function clear(slotCount: u32): void {
  mask = u64(slotCount) - 1;
  memory.fill(slots, 0, usize(slotCount) << 3);
  free = arena;
  count = 0;
}

function widen(): void {
  if (count == MOST_WORDS) return;
  mask = (mask << 1) | 1;
  memory.fill(slots, 0, usize(mask + 1) << 3);
  for (let entry = arena; entry < free;) {
    const length = usize(load<u16>(entry));
    place(entry, hashOf(entry + 8, length));
    entry += entrySize(length, load<u16>(entry, 2));
  }
}

function place(entry: usize, entryHash: u64): void {
  let slot = entryHash & mask;
  while (load<u64>(slots + (usize(slot) << 3)) != 0) slot = (slot + 1) & mask;
  store<u64>(slots + (usize(slot) << 3), u64(entry) | (entryHash & 0xffffffff00000000));
}

function find(length: usize): usize {
  for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
    const found = load<u64>(slots + (usize(slot) << 3));
    const entry = usize(found & 0xffffffff);
    if (entry == 0 || ((found ^ hash) >> 32 == 0 && isSame(entry, length))) return entry;
  }
  return 0;
}

/** Words of more than eight bytes end in eight bytes that may overlap with those before. */
function isSame(entry: usize, length: usize): bool {
  if (usize(load<u16>(entry)) != length) return false;
  const key = entry + 8;
  if (length <= 8) return (load<u64>(at) ^ load<u64>(key)) << ((8 - length) << 3) == 0;
  const last = length - 8;
  for (let i: usize = 0; i < last; i += 8)
    if (load<u64>(at + i) != load<u64>(key + i)) return false;
  return load<u64>(at + last) == load<u64>(key + last);
}

/** Eight bytes at a time; what lies behind a short word is shifted out. */
function hashOf(word: usize, length: usize): u64 {
  if (length <= 8) return mixed(length ^ (load<u64>(word) << ((8 - length) << 3)));
  const last = length - 8;
  let value: u64 = length;
  for (let i: usize = 0; i < last; i += 8) value = mixed(value ^ load<u64>(word + i));
  return mixed(value ^ load<u64>(word + last));
}

function mixed(value: u64): u64 {
  const product = value * 0x9e3779b97f4a7c15;
  return product ^ (product >> 29);
}

function pause(out: usize, reason: i32): i32 {
  written = (out - output) >> 2;
  return reason;
}

/** Set `wordEnd` to the end of the word that begins at `at`. */
function findWord(end: usize): i32 {
  let bound = end;
  for (let i: u32 = 0; i < rules; i++) {
    const known = usize(load<u32>(ends + (i << 2)));
    if (known <= at) {
      const reason = findPiece(i, bound);
      if (reason != DONE) return reason;
      store<u32>(ends + (i << 2), u32(wordEnd));
      bound = wordEnd;
    } else bound = known;
  }
  wordEnd = bound;
  return DONE;
}

/** Set `wordEnd` to the end of the rule's piece that begins at `at`: a match, or what stands before the next one. */
function findPiece(index: u32, end: usize): i32 {
  const reason = findMatch(index, at, end);
  if (reason != DONE || wordEnd != 0) return reason;
  return findGap(index, end);
}

function findGap(index: u32, end: usize): i32 {
  if (((keepsGaps >> index) & 1) == 0) return GAP;
  let start = at;
  do {
    start += utf8Length(load<u8>(start));
    if (start >= end) break;
    const reason = findMatch(index, start, end);
    if (reason != DONE) return reason;
  } while (wordEnd == 0);
  wordEnd = start;
  return DONE;
}

/** Set `wordEnd` to the end of the match that begins at `start`; to 0 where there is none. */
function findMatch(index: u32, start: usize, end: usize): i32 {
  const table = transitions + (usize(index) << 17);
  const ascii = asciiTransitions + (usize(index) << 16);
  let current = START;
  let position = start;
  let matched: usize = 0;
  do {
    let transition: u32;
    let kind = END_OF_TEXT;
    let next = position + 1;
    if (position < end) {
      let code = u32(load<u8>(position));
      if (code < 0x80) {
        transition = load<u16>(ascii + current + (code << 1));
        kind = code;
      } else {
        next = position + utf8Length(code);
        code = codePointAt(position, code);
        kind = u32(load<u8>(classes + code));
        if (kind == 0) {
          symbol = code;
          return NEW_CLASS;
        }
        transition = load<u16>(table + ((current | kind) << 1));
      }
    } else transition = load<u16>(table + (current << 1));
    if (transition == 0) {
      rule = index;
      state = current >> 8;
      symbol = position < end && load<u8>(position) < 0x80 ? u32(load<u8>(classes + kind)) : kind;
      return NEW_TRANSITION;
    }
    if (transition & 1) matched = position;
    current = transition & STATE_BITS;
    position = next;
  } while (current != DEAD);
  wordEnd = matched;
  return DONE;
}

function utf8Length(lead: u32): u32 {
  return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

function codePointAt(position: usize, lead: u32): u32 {
  const second = u32(load<u8>(position, 1)) & 0x3f;
  if (lead < 0xe0) return ((lead & 0x1f) << 6) | second;
  const third = u32(load<u8>(position, 2)) & 0x3f;
  if (lead < 0xf0) return ((lead & 0x0f) << 12) | (second << 6) | third;
  return ((lead & 7) << 18) | (second << 12) | (third << 6) | (u32(load<u8>(position, 3)) & 0x3f);
}

/** Where one of up to 8 prefixes may begin in [start, end), or `end`: byte pairs, whose second byte counts as far as its mask says. */
export function findPrefix(prefixes: usize, prefixCount: u32, start: usize, end: usize): usize {
  for (let position = start; position < end; position += 16) {
    const first = v128.load(position);
    const second = v128.load(position, 1);
    let found = i8x16.splat(0);
    for (let i: usize = 0; i < prefixCount; i++) {
      const prefix = prefixes + (i << 2);
      const isFirst = i8x16.eq(first, v128.load8_splat(prefix));
      const masked = v128.and(second, v128.load8_splat(prefix, 2));
      found = v128.or(found, v128.and(isFirst, i8x16.eq(masked, v128.load8_splat(prefix, 1))));
    }
    const places = i8x16.bitmask(found);
    if (places != 0) return min(position + ctz(places), end);
  }
  return end;
}
