/**
 * The host of kernels/bpe: lays out its memory and answers what it asks, which is rare. Text stands
 * in the kernel's input as UTF-8; ids come out in order.
 *
 *   class of each code point │ transitions by class │ by ASCII │ slots │ words │ output │ one word's ids │ prefixes │ input …
 */
import { assert, RoteError } from "../base/errors.ts";
import { createMemory, growMemory, startWasm, wasmModule } from "../base/webassembly.ts";
import { grown } from "./byte-strings.ts";
import { PatternAutomaton } from "./pattern-automaton.ts";
import type { SplitRule } from "./split-rules.ts";

interface Global {
  value: number;
}

interface Exports {
  readonly configure: (...numbers: readonly number[]) => void;
  readonly begin: (start: number) => void;
  readonly encode: (end: number) => number;
  readonly add: (ids: number, count: number) => void;
  readonly findPrefix: (prefixes: number, count: number, start: number, end: number) => number;
  readonly at: Global;
  readonly wordEnd: Global;
  readonly written: Global;
  readonly rule: Global;
  readonly state: Global;
  readonly symbol: Global;
}

/** Why the kernel returns, by number. */
const [DONE, FULL, NEW_WORD, LONG_WORD, NEW_CLASS, NEW_TRANSITION, GAP] = [0, 1, 2, 3, 4, 5, 6];

/** The module's own data lie below. */
const FIRST = 4096;
const CODE_POINTS = 0x110000;
const ASCII = 128;
const MOST_STATES = 256;
const MOST_CLASSES = 256;
/** Room for 262,144 words and their slots; all are forgotten when it is used up. Nobody writes to most of it in a small text. */
const SLOT_BYTES = 8 << 19;
const WORD_BYTES = 16 << 20;
const OUTPUT_IDS = 1 << 14;
const LONGEST_WORD = 64;
/** Bytes behind the input that the kernel reads and does not use. */
const MARGIN = 32;
const PREFIX_BYTES = 1024;

/** Ids of the word bytes[start..end): the first `count` of `symbols`. */
export interface MergedWord {
  readonly symbols: Int32Array;
  readonly count: number;
}

/** The first two bytes of a string, or its only one. */
export interface BytePrefix {
  readonly first: number;
  readonly second: number | undefined;
}

type MergeWord = (bytes: Uint8Array, start: number, end: number) => MergedWord;

/** Encodes stretches of UTF-8 into ids. `merge` gives the ids of a word that was not met before. */
export class BpeKernel {
  readonly #memory = createMemory(FIRST);
  readonly #exports: Exports;
  readonly #automata: readonly PatternAutomaton[];
  readonly #merge: MergeWord;
  readonly #places: Places;
  /** Class → a code point that has it; class 0 is the end of the text. */
  readonly #examples: (number | undefined)[] = [undefined];
  readonly #classes = new Map<string, number>();
  #prefixes = 0;
  #inputBytes = 0;
  #bytes: Uint8Array<ArrayBuffer>;
  #output: Int32Array;
  /** Ids for which the kernel's output had no room. */
  #drained = new Int32Array(OUTPUT_IDS);
  #drainedLength = 0;

  constructor(rules: readonly SplitRule[], merge: MergeWord) {
    this.#automata = rules.map(({ pattern }) => new PatternAutomaton(pattern));
    this.#merge = merge;
    this.#places = layOut(rules.length);
    growMemory(this.#memory, this.#places.input);
    const module = wasmModule(new URL("./bpe.wasm", import.meta.url));
    this.#exports = startWasm(module, { env: { memory: this.#memory } }) as unknown as Exports;
    const { classes, transitions, ascii, slots, words, output, ids } = this.#places;
    const gaps = rules.reduce((bits, { keepsGaps }, i) => bits | (Number(keepsGaps) << i), 0);
    const tables = [classes, transitions, ascii, rules.length, gaps, slots];
    this.#exports.configure(...tables, words, output, output, ids);
    [this.#bytes, this.#output] = this.#views();
    for (let code = 0; code < ASCII; code++) this.#bytes[classes + code] = this.#classOf(code);
  }

  /** How many ids there are since the last `take`. */
  get length(): number {
    return this.#drainedLength + this.#exports.written.value;
  }

  /** Where to write the UTF-8 of a text, at least so many bytes. */
  input(byteLength: number): Uint8Array<ArrayBuffer> {
    if (byteLength > this.#inputBytes) {
      const added = Math.max(byteLength - this.#inputBytes, this.#inputBytes, 1 << 16);
      growMemory(this.#memory, added + (this.#inputBytes === 0 ? MARGIN : 0));
      this.#inputBytes += added;
      [this.#bytes, this.#output] = this.#views();
    }
    return this.#bytes.subarray(this.#places.input);
  }

  /** Append the ids of bytes [start, end) of the input. */
  encode(start: number, end: number): void {
    const { input } = this.#places;
    this.#exports.begin(input + start);
    try {
      for (;;) {
        const reason = this.#exports.encode(input + end);
        if (reason === DONE) return;
        this.#answer(reason);
      }
    } catch (error) {
      // The next text begins with no ids of this one.
      this.take();
      throw error;
    }
  }

  /**
   * A search of the input for the first place from `start` on, below `end`, where one of the given
   * prefixes may stand; `end` where there is none.
   */
  prefixSearch(prefixes: readonly BytePrefix[]): (start: number, end: number) => number {
    const at = this.#places.prefixes + this.#prefixes * 4;
    this.#prefixes += prefixes.length;
    assert(this.#prefixes * 4 <= PREFIX_BYTES, "there is room for the prefixes");
    for (const [i, { first, second }] of prefixes.entries())
      this.#bytes.set([first, second ?? 0, second === undefined ? 0 : 0xff], at + i * 4);
    const { input } = this.#places;
    return (start, end) =>
      this.#exports.findPrefix(at, prefixes.length, input + start, input + end) - input;
  }

  /** Append one id. */
  push(id: number): void {
    const { written } = this.#exports;
    if (written.value === OUTPUT_IDS) this.#drain();
    this.#output[written.value++] = id;
  }

  /** The ids since the last `take`. */
  take(): Int32Array {
    const { written } = this.#exports;
    if (this.#drainedLength > 0) this.#drain();
    const ids =
      this.#drainedLength > 0
        ? this.#drained.slice(0, this.#drainedLength)
        : this.#output.slice(0, written.value);
    this.#drainedLength = 0;
    written.value = 0;
    return ids;
  }

  #views(): [Uint8Array<ArrayBuffer>, Int32Array] {
    const { buffer } = this.#memory;
    return [new Uint8Array(buffer), new Int32Array(buffer, this.#places.output, OUTPUT_IDS)];
  }

  #answer(reason: number): void {
    const { wordEnd, at, symbol } = this.#exports;
    if (reason === FULL) this.#drain();
    else if (reason === NEW_WORD) this.#addWord(at.value, wordEnd.value);
    else if (reason === LONG_WORD) {
      const { symbols, count } = this.#merge(this.#bytes, at.value, wordEnd.value);
      this.#drain();
      this.#append(symbols.subarray(0, count));
      at.value = wordEnd.value;
    } else if (reason === NEW_CLASS)
      this.#bytes[this.#places.classes + symbol.value] = this.#classOf(symbol.value);
    else if (reason === NEW_TRANSITION) this.#addTransition();
    else if (reason === GAP)
      throw new RoteError(
        "tokenizer/unsupported",
        "the tokenizer's pre_tokenizer keeps the matches of its Split rule and drops what lies between them, which the text has",
      );
    else assert(false, "the kernel's reason is known");
  }

  #addWord(start: number, end: number): void {
    const { symbols, count } = this.#merge(this.#bytes, start, end);
    new Int32Array(this.#memory.buffer, this.#places.ids, count).set(symbols.subarray(0, count));
    this.#exports.add(this.#places.ids, count);
  }

  #drain(): void {
    const { written } = this.#exports;
    this.#append(this.#output.subarray(0, written.value));
    written.value = 0;
  }

  #append(ids: Int32Array): void {
    const length = this.#drainedLength + ids.length;
    if (length > this.#drained.length) this.#drained = grown(this.#drained, length);
    this.#drained.set(ids, this.#drainedLength);
    this.#drainedLength = length;
  }

  /** Code points that all sets of the rules treat alike are one class. */
  #classOf(codePoint: number): number {
    const sets = this.#automata.flatMap((automaton) => automaton.sets);
    const key = sets.map((has) => (has(codePoint) ? "1" : "0")).join("");
    const known = this.#classes.get(key);
    if (known !== undefined) return known;
    const added = this.#examples.push(codePoint) - 1;
    if (added >= MOST_CLASSES) throw tooLarge();
    this.#classes.set(key, added);
    return added;
  }

  #addTransition(): void {
    const { rule, state, symbol } = this.#exports;
    const automaton = this.#automata[rule.value]!;
    const { isMatch, next } = automaton.read(state.value, this.#examples[symbol.value]);
    if (automaton.stateCount > MOST_STATES) throw tooLarge();
    const { buffer } = this.#memory;
    const { classes, transitions, ascii } = this.#places;
    const row = rule.value * MOST_STATES + state.value;
    const transition = (next << 8) | Number(isMatch);
    new Uint16Array(buffer, transitions)[row * MOST_CLASSES + symbol.value] = transition;
    const asciiRow = new Uint16Array(buffer, ascii + row * ASCII * 2, ASCII);
    for (let code = 0; code < ASCII; code++)
      if (this.#bytes[classes + code] === symbol.value) asciiRow[code] = transition;
  }
}

interface Places {
  readonly classes: number;
  readonly transitions: number;
  readonly ascii: number;
  readonly slots: number;
  readonly words: number;
  readonly output: number;
  readonly ids: number;
  readonly prefixes: number;
  readonly input: number;
}

/** Every region begins at a multiple of 8. */
function layOut(rules: number): Places {
  const classes = FIRST;
  const transitions = classes + CODE_POINTS;
  const ascii = transitions + rules * MOST_STATES * MOST_CLASSES * 2;
  const slots = ascii + rules * MOST_STATES * ASCII * 2;
  const words = slots + SLOT_BYTES;
  const output = words + WORD_BYTES;
  const ids = output + OUTPUT_IDS * 4;
  const prefixes = ids + LONGEST_WORD * 4;
  const input = prefixes + PREFIX_BYTES;
  return { classes, transitions, ascii, slots, words, output, ids, prefixes, input };
}

function tooLarge(): RoteError {
  return new RoteError(
    "tokenizer/unsupported",
    `the tokenizer's pre_tokenizer has regular expressions that tell more than ${MOST_CLASSES} kinds of characters or ${MOST_STATES} states apart`,
  );
}
