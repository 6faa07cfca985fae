/** How often each id occurs, and the file `unigram` that says so: a line for each id that does. */
import { writeLines } from "../../base/files.ts";
import { separatorOf, type Tokens, type TokenWidth } from "./format.ts";

/** Ids below this are counted in an array that grows with the highest one, others in a map. */
const MOST_DENSE_IDS = 2 ** 27;

export class Unigrams {
  readonly #separator: number;
  #counts = new Float64Array(1 << 10);
  #separators = 0;
  readonly #sparse = new Map<number, number>();

  constructor(width: TokenWidth) {
    this.#separator = separatorOf(width);
  }

  add(tokens: Tokens): void {
    for (const id of tokens) {
      if (id === this.#separator) this.#separators++;
      else if (id < this.#counts.length) this.#counts[id]!++;
      else this.#addRare(id);
    }
  }

  /** How often an id was counted. */
  count(id: number): number {
    if (id === this.#separator) return this.#separators;
    return this.#counts[id] ?? this.#sparse.get(id) ?? 0;
  }

  /** Different ids, the separator included. */
  get size(): number {
    const dense = this.#counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
    return dense + this.#sparse.size + (this.#separators > 0 ? 1 : 0);
  }

  /** `<id> <count>` of each id that occurs, in the order of ids; the separator comes last. */
  async write(path: string): Promise<void> {
    await writeLines(path, this.#lines());
  }

  *#lines(): Generator<string> {
    for (let id = 0; id < this.#counts.length; id++)
      if (this.#counts[id]! > 0) yield `${id} ${this.#counts[id]!}`;
    for (const [id, count] of [...this.#sparse].sort(([a], [b]) => a - b)) yield `${id} ${count}`;
    if (this.#separators > 0) yield `${this.#separator} ${this.#separators}`;
  }

  #addRare(id: number): void {
    if (id >= MOST_DENSE_IDS) {
      this.#sparse.set(id, (this.#sparse.get(id) ?? 0) + 1);
      return;
    }
    const larger = new Float64Array(Math.min(MOST_DENSE_IDS, 2 * (id + 1)));
    larger.set(this.#counts);
    larger[id]! += 1;
    this.#counts = larger;
  }
}
