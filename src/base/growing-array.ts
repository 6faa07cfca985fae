/** A Uint32Array that grows at its end, twofold each time: room not yet used costs no memory. */
export class GrowingUint32Array {
  #values: Uint32Array<ArrayBuffer>;
  #length = 0;

  constructor(room = 1024) {
    this.#values = new Uint32Array(room);
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) this.#grow();
    this.#values[this.#length++] = value;
  }

  /** The element at an index below `length`. */
  at(index: number): number {
    return this.#values[index]!;
  }

  /** A copy without the unused room. */
  toArray(): Uint32Array<ArrayBuffer> {
    return this.#values.slice(0, this.#length);
  }

  #grow(): void {
    const larger = new Uint32Array(2 * this.#values.length);
    larger.set(this.#values);
    this.#values = larger;
  }
}
