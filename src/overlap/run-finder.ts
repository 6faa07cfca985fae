/**
 * Which runs of the examples' words a document holds.
 *
 * Only units that the corpus holds can begin a run. They stand in a trie, which is walked from each word
 * of the document; where a unit ends, each of its places in the examples is compared word by word as far
 * as both go on alike. A run that also agrees one word further left was found from there, so each
 * alignment of a side and a document is walked once.
 */
import type { TaskWords } from "./task-words.ts";

/** Words of a side that stand in a document one after another, as many as agree. */
export interface Run {
  /** Place in the task's words. */
  readonly place: number;
  readonly length: number;
}

export class RunFinder {
  readonly #task: TaskWords;
  /** Node by parent · vocabulary + word. */
  readonly #edges = new Map<number, number>();
  /** Places of the unit that ends in a node. */
  readonly #placesOf = new Map<number, number[]>();
  /** 1 at each place to start from. */
  readonly #isStart: Uint8Array;

  /** `places` are those of the units to start from, of length n or as long as their side. */
  constructor(task: TaskWords, places: Iterable<number>, n: number) {
    this.#task = task;
    this.#isStart = new Uint8Array(task.words.length);
    for (const place of places) this.#add(place, task.unitLength(place, n));
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
      const next = this.#edges.get(this.#edge(node, numbers[at]!));
      if (next === undefined) return;
      node = next;
      yield* this.#placesOf.get(node) ?? [];
    }
  }

  #add(place: number, length: number): void {
    const { words } = this.#task;
    this.#isStart[place] = 1;
    let node = 0;
    for (let i = place; i < place + length; i++) {
      const edge = this.#edge(node, words[i]!);
      const next = this.#edges.get(edge) ?? this.#edges.size + 1;
      this.#edges.set(edge, next);
      node = next;
    }
    const places = this.#placesOf.get(node);
    if (places === undefined) this.#placesOf.set(node, [place]);
    else places.push(place);
  }

  #edge(node: number, word: number): number {
    return node * this.#task.vocabularySize + word;
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
