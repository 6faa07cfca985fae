/**
 * The counting kernel: WebAssembly made from kernels/scan, and what it asks of JavaScript.
 *
 * The kernel has no memory of its own. It is given a shared one, and the addresses of what lies in it
 * as its globals (kernels/scan/state.ts says what each is; scan-memory.ts lays them out).
 */
import { startWasm, type WasmMemory, type WasmModule, wasmModule } from "../../base/webassembly.ts";
import type { TextPolicy } from "../../text/policy.ts";
import { describeCodePoint } from "./code-point-classes.ts";

/** The kernel's functions; addresses are bytes of its memory. */
export interface KernelFunctions {
  countJsonLines(start: number, end: number): number;
  countTextLines(start: number, end: number): number;
  countDocument(start: number, end: number): number;
  countTrusted(start: number, end: number): void;
  endBlock(): void;
  lastDocumentHolds(phrase: number): number;
  lastDocumentHoldsAny(): number;
  beginTables(region: number): void;
  addPhrase(start: number, end: number): number;
  fillFilter(): void;
}

/** An instance of the kernel: one for each thread. */
export interface Kernel {
  readonly functions: KernelFunctions;
  readonly memory: KernelMemory;
  get(global: string): number;
  set(global: string, value: number): void;
}

/** The memory of a kernel: all threads of a scan share it. */
export type KernelMemory = WasmMemory<SharedArrayBuffer>;

/** The compiled kernel; it can be sent to a worker. */
export function kernelModule(): WasmModule {
  return wasmModule(new URL("./kernel.wasm", import.meta.url));
}

interface Global {
  value: number;
}

/** Start an instance under a policy. */
export function startKernel(
  module: WasmModule,
  memory: KernelMemory,
  policy: TextPolicy["name"],
): Kernel {
  const host = {
    describe(codePoint: number): number {
      const bits = describeCodePoint(policy, codePoint);
      new Uint32Array(memory.buffer)[get("classes") / 4 + codePoint] = bits;
      return bits;
    },
    normalize(address: number, count: number): number {
      const codePoints = new Uint32Array(memory.buffer, address >>> 0);
      let text = "";
      for (const codePoint of codePoints.subarray(0, count))
        text += String.fromCodePoint(codePoint);
      const normalized = Array.from(text.normalize("NFKC"), (c) => c.codePointAt(0)!);
      codePoints.set(normalized);
      return normalized.length;
    },
  };
  const exports = startWasm(module, { env: { memory }, host });
  const get = (global: string): number => (exports[global] as Global).value;
  const set = (global: string, value: number): void => {
    (exports[global] as Global).value = value | 0;
  };
  set("asciiFold", policy === "exact-words" ? 0 : 0x20);
  set("perCharacter", policy === "characters" ? 1 : 0);
  return { functions: exports as unknown as KernelFunctions, memory, get, set };
}
