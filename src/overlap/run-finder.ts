/**
 * Which runs of the examples' words a document holds.
 *
 * Only units that the corpus holds can begin a run. They stand in a trie, which is walked from each word
 * of the document; where a unit ends, each of its places in the examples is compared word by word as far
 * as both go on alike. A run that also agrees one word further left was found from there, so each
 * alignment of a side and a document is walked once.
 */
import { PairIndex } from "../base/pair-index.ts";
import type { TaskWords } from "./task-words.ts";

/** Words of a side that stand in a document one after another, as many as agree. */
export interface Run {
  /** Place in the task's words. */
  readonly place: number;
  readonly length: number;
}

/** Memory: at most 32 bytes a node of the trie, of which a unit adds as many as it has words, and 5 bytes a word of the task. */
export class RunFinder {
  readonly #task: TaskWords;
  /** A node is 1 + the number of its edge, which is a parent and a word; the root is 0. */
  readonly #edges = new PairIndex();
  /** The first place of the unit that ends in a node, and the next one behind each place; 1 + place, 0 where there is none. */
  readonly #firstPlace: Uint32Array;
  readonly #nextPlace: Uint32Array;
  /** 1 at each place to start from. */
  readonly #isStart: Uint8Array;

  /** `places` are those of the units to start from, of length n or as long as their side. */
  constructor(task: TaskWords, places: readonly number[], n: number) {
    this.#task = task;
    this.#isStart = new Uint8Array(task.words.length);
    const ends = Uint32Array.from(places, (place) => this.#add(place, task.unitLength(place, n)));
    this.#firstPlace = new Uint32Array(this.#edges.size + 1);
    this.#nextPlace = new Uint32Array(task.words.length);
    for (let i = places.length - 1; i >= 0; i--) {
      const [place, node] = [places[i]!, ends[i]!];
      this.#nextPlace[place] = this.#firstPlace[node]!;
      this.#firstPlace[node] = place + 1;
    }
  }

  /** The runs of a document by side, each as long as it goes. */
  find(document: readonly string[]): Map<number, Run[]> {
    const { words, sideAt, starts } = this.#task;
    const numbers = this.#task.numbers(document);
    const runs = new Map<number, Run[]>();
    for (let start = 0; start < numbers.length; start++)
      for (const place of this.#placesFrom(numbers, start)) {
        const side = sideAt[place]!;
        const isBehindStart = place > starts[side]! && this.#isStart[place - 1] === 1;
        if (isBehindStart && words[place - 1] === numbers[start - 1]) continue;
        const run = { place, length: agreement(this.#task, place, numbers, start) };
        const known = runs.get(side);
        if (known === undefined) runs.set(side, [run]);
        else known.push(run);
      }
    return runs;
  }

  /** Places of the units that begin at a word of the document. */
  *#placesFrom(numbers: Int32Array, start: number): Generator<number> {
    let node = 0;
    for (let at = start; at < numbers.length && numbers[at] !== -1; at++) {
      node = this.#edges.find(node, numbers[at]!) + 1;
      if (node === 0) return;
      for (let own = this.#firstPlace[node]!; own > 0; own = this.#nextPlace[own - 1]!)
        yield own - 1;
    }
  }

  /** The node in which the unit at a place ends. */
  #add(place: number, length: number): number {
    const { words } = this.#task;
    this.#isStart[place] = 1;
    let node = 0;
    for (let i = place; i < place + length; i++) node = this.#edges.intern(node, words[i]!) + 1;
    return node;
  }
}

/** How many words agree from here on. */
function agreement(
  { words, sideAt, starts }: TaskWords,
  place: number,
  document: Int32Array,
  start: number,
): number {
  const most = Math.min(starts[sideAt[place]! + 1]! - place, document.length - start);
  let length = 0;
  while (length < most && words[place + length] === document[start + length]) length++;
  return length;
}
