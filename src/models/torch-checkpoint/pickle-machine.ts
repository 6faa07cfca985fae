/** The state of a pickle being read: the place in its bytes, a stack with marks, a memo. */
import type { Fail, PickleValue } from "./pickle-values.ts";

/** Reads operands and keeps values. Every method refuses what the bytes or the stack do not hold. */
export class PickleMachine {
  readonly fail: Fail;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #stack: PickleValue[] = [];
  /** Heights of the stack at the marks that are open. */
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, PickleValue>();
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  #position = 0;

  constructor(bytes: Uint8Array, fail: Fail) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.fail = fail;
  }

  get position(): number {
    return this.#position;
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  /** Big-endian, the one exception. */
  float64(): number {
    return this.#view.getFloat64(this.#advance(8));
  }

  /** A length in 8 bytes; what is not exact as a number is longer than any file. */
  uint64(): number {
    return Number(this.#view.getBigUint64(this.#advance(8), true));
  }

  /** A number in two's complement of `width` bytes, the lowest first. */
  integer(width: number): number {
    if (width > 8) throw this.fail(`its pickle holds a number of ${width} bytes`);
    const start = this.#advance(width);
    let bits = 0n;
    for (let i = width - 1; i >= 0; i--) bits = (bits << 8n) | BigInt(this.#bytes[start + i]!);
    const value = Number(BigInt.asIntN(8 * width, bits));
    if (!Number.isSafeInteger(value)) throw this.fail(`its pickle holds the number ${value}`);
    return value;
  }

  text(length: number): string {
    const start = this.#advance(length);
    return this.#decode(start, start + length);
  }

  /** Text up to the next line feed. */
  line(): string {
    const end = this.#bytes.indexOf(10, this.#position);
    if (end === -1) throw this.fail("its pickle ends in the middle of a name");
    const start = this.#advance(end + 1 - this.#position);
    return this.#decode(start, end);
  }

  push(value: PickleValue): void {
    this.#stack.push(value);
  }

  mark(): void {
    this.#marks.push(this.#stack.length);
  }

  top(): PickleValue {
    return this.#above(1)[0]!;
  }

  pop(): PickleValue {
    return this.popMany(1)[0]!;
  }

  popMany(count: number): PickleValue[] {
    const values = this.#above(count);
    this.#stack.length -= count;
    return values;
  }

  /** All above the last mark, and the mark. */
  popToMark(): PickleValue[] {
    const start = this.#marks.pop();
    if (start === undefined) throw this.fail("its pickle lacks a mark");
    return this.#stack.splice(start);
  }

  memoize(index: number = this.#memo.size): void {
    this.#memo.set(index, this.top());
  }

  recall(index: number): PickleValue {
    const value = this.#memo.get(index);
    if (value === undefined)
      throw this.fail(`its pickle refers to value ${index} before it is there`);
    return value;
  }

  /** The one value left at the end of the bytes. */
  result(): PickleValue {
    const left = this.#bytes.length - this.#position;
    if (this.#stack.length !== 1 || this.#marks.length > 0 || left > 0)
      throw this.fail(
        `its pickle ends with ${this.#stack.length} values and ${left} bytes behind them`,
      );
    return this.#stack[0]!;
  }

  #above(count: number): PickleValue[] {
    const start = this.#stack.length - count;
    if (start < (this.#marks.at(-1) ?? 0))
      throw this.fail("its pickle takes a value that is not there");
    return this.#stack.slice(start);
  }

  #advance(length: number): number {
    const start = this.#position;
    if (!(start + length <= this.#bytes.length))
      throw this.fail(`its pickle of ${this.#bytes.length} bytes ends in the middle of a value`);
    this.#position = start + length;
    return start;
  }

  #decode(start: number, end: number): string {
    try {
      return this.#decoder.decode(this.#bytes.subarray(start, end));
    } catch {
      throw this.fail(`its pickle holds text that is not UTF-8 at byte ${start}`);
    }
  }
}
