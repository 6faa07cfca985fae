/**
 * Counting on one thread: documents go into the kernel's input, sums come out in the shared totals.
 *
 * A `CounterPlan` is plain data and shared memory (prepare-scan.ts makes one for each thread), so it can
 * be sent to a worker.
 */
import { messageOf, RoteError } from "../../base/errors.ts";
import { growMemory, type WasmModule } from "../../base/webassembly.ts";
import type { TextPolicy } from "../../text/policy.ts";
import { encodeText } from "./encode-text.ts";
import { type Kernel, type KernelFunctions, type KernelMemory, startKernel } from "./kernel.ts";
import type { KernelGlobals } from "./scan-memory.ts";

/** What a thread needs to count. */
export interface CounterPlan {
  readonly module: WasmModule;
  readonly memory: KernelMemory;
  readonly policy: TextPolicy["name"];
  readonly globals: KernelGlobals;
}

/** A kernel set up for one thread. */
export function startCounting({ module, memory, policy, globals }: CounterPlan): Kernel {
  const kernel = startKernel(module, memory, policy);
  for (const [name, value] of Object.entries(globals))
    if (name !== "input" && name !== "inputCapacity") kernel.set(name, value);
  return kernel;
}

/** Bytes behind a buffer that reads of sixteen bytes at a time may touch. */
const MARGIN = 128;

/** Counts documents on the thread that made it. */
export class TextCounter {
  readonly #kernel: Kernel;
  #input: number;
  #capacity: number;
  /** Why the sums of the block cannot be trusted: the kernel stopped in the middle of a document. */
  #broken: RoteError | undefined;

  constructor(plan: CounterPlan) {
    this.#kernel = startCounting(plan);
    this.#input = plan.globals.input!;
    this.#capacity = plan.globals.inputCapacity!;
  }

  /** Documents counted since the counter was made. */
  get documents(): number {
    return this.#kernel.get("documents");
  }

  get words(): number {
    return this.#kernel.get("words");
  }

  /** Lines passed, blank ones included. */
  get lines(): number {
    return this.#kernel.get("lines");
  }

  get blankLines(): number {
    return this.#kernel.get("blankLines");
  }

  /**
   * Room for at least so many bytes of input, in shared memory. What stood there keeps its place at the
   * start, until the next call; addresses of the methods below count from there.
   */
  input(byteLength: number): Uint8Array {
    const { memory } = this.#kernel;
    if (byteLength > this.#capacity) {
      const capacity = Math.max(byteLength, 2 * this.#capacity);
      const address = takeRoom(memory, capacity + 2 * MARGIN) + MARGIN;
      const kept = new Uint8Array(memory.buffer, this.#input, this.#capacity);
      new Uint8Array(memory.buffer).set(kept, address);
      [this.#input, this.#capacity] = [address, capacity];
    }
    return new Uint8Array(memory.buffer, this.#input, this.#capacity);
  }

  /**
   * Count the JSON lines of [start, end), whole lines only. Stops before a line it cannot vouch for
   * (malformed, no string under the field, not UTF-8, an escaped key) and returns where it begins;
   * returns `end` where all are counted.
   */
  countJsonLines(start: number, end: number): number {
    const [from, to] = [this.#input + start, this.#input + end];
    return (this.#run((kernel) => kernel.countJsonLines(from, to)) >>> 0) - this.#input;
  }

  /** The same for lines that are documents; stops before one that is not UTF-8 or may be blank. */
  countTextLines(start: number, end: number): number {
    const [from, to] = [this.#input + start, this.#input + end];
    return (this.#run((kernel) => kernel.countTextLines(from, to)) >>> 0) - this.#input;
  }

  /** Count [start, end) as one document; false, and nothing counted, where it is not UTF-8. */
  countDocument(start: number, end: number): boolean {
    const [from, to] = [this.#input + start, this.#input + end];
    return this.#run((kernel) => kernel.countDocument(from, to)) !== 0;
  }

  /** Count a text as one document, lone surrogates included. */
  countText(text: string): void {
    const { memory } = this.#kernel;
    const address = this.#scratch(3 * text.length);
    const bytes = Buffer.from(memory.buffer, address, 3 * text.length);
    const end = address + encodeText(text, bytes);
    this.#run((kernel) => {
      kernel.countTrusted(address, end);
    });
  }

  /** Whether the document counted last holds a phrase, by its number in the tables. */
  holds(phrase: number): boolean {
    return this.#kernel.functions.lastDocumentHolds(phrase) !== 0;
  }

  /** Whether the document counted last holds any phrase; takes time by the number of phrases. */
  holdsAny(): boolean {
    return this.#kernel.functions.lastDocumentHoldsAny() !== 0;
  }

  /**
   * End the block: add everything counted so far to the shared totals. Throws after a call that failed
   * in the middle of a document, of whose block nobody knows what it holds.
   */
  flush(): void {
    this.#run((kernel) => {
      kernel.endBlock();
    });
  }

  #run<Result>(work: (kernel: KernelFunctions) => Result): Result {
    if (this.#broken !== undefined) throw this.#broken;
    try {
      return work(this.#kernel.functions);
    } catch (error) {
      throw (this.#broken = noRoom(error));
    }
  }

  #texts = { address: 0, capacity: 0 };

  /** Room for the texts of `countText`, apart from the input, in which a caller may have lines waiting. */
  #scratch(byteLength: number): number {
    if (byteLength > this.#texts.capacity) {
      const capacity = Math.max(byteLength, 2 * this.#texts.capacity, 256 * 1024);
      const address = takeRoom(this.#kernel.memory, capacity + 2 * MARGIN) + MARGIN;
      this.#texts = { address, capacity };
    }
    return this.#texts.address;
  }
}

/** A region at the end of a memory. */
function takeRoom(memory: KernelMemory, byteLength: number): number {
  try {
    return growMemory(memory, byteLength);
  } catch (error) {
    throw noRoom(error);
  }
}

function noRoom(cause: unknown): RoteError {
  return new RoteError(
    "count/limit",
    `a document finds no room in the 4 GiB of memory that the threads of a scan share (${messageOf(cause)}); use fewer --jobs`,
    {},
    cause,
  );
}
