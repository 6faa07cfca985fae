/** The part of the platform's WebAssembly that this package uses; the types of Node do not declare it. */
import { readFileSync } from "node:fs";
import { messageOf, RoteError } from "./errors.ts";

/** A compiled module; it can be sent to a worker. */
export type WasmModule = object;

/** A linear memory; one that is shared can be sent to a worker, too. */
export interface WasmMemory<Buffer extends ArrayBufferLike = ArrayBufferLike> {
  readonly buffer: Buffer;
  grow(pages: number): number;
}

type Exports = Readonly<Record<string, unknown>>;

interface Descriptor {
  readonly initial: number;
  readonly maximum: number;
  readonly shared: boolean;
}

declare const WebAssembly: {
  readonly Memory: new (descriptor: Descriptor) => WasmMemory;
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (module: WasmModule, imports: object) => { readonly exports: Exports };
};

const PAGE_BYTES = 65_536;
/** What 32-bit addresses reach: 4 GiB. */
const MAXIMUM_PAGES = 65_536;

const compiled = new Map<string, WasmModule>();

/** The module of a file of the package, compiled once. */
export function wasmModule(url: URL): WasmModule {
  const module = compiled.get(url.href) ?? new WebAssembly.Module(readFileSync(url));
  compiled.set(url.href, module);
  return module;
}

/** An instance's exports. */
export function startWasm(module: WasmModule, imports: object): Exports {
  return new WebAssembly.Instance(module, imports).exports;
}

/** A memory of at least so many bytes, all zero; pages that nobody writes take no room. */
export function createMemory(byteLength: number): WasmMemory<ArrayBuffer> {
  return memoryOf(byteLength, false) as WasmMemory<ArrayBuffer>;
}

/** The same for several threads. */
export function createSharedMemory(byteLength: number): WasmMemory<SharedArrayBuffer> {
  return memoryOf(byteLength, true) as WasmMemory<SharedArrayBuffer>;
}

function memoryOf(byteLength: number, shared: boolean): WasmMemory {
  const initial = Math.max(1, Math.ceil(byteLength / PAGE_BYTES));
  try {
    return new WebAssembly.Memory({ initial, maximum: MAXIMUM_PAGES, shared });
  } catch (error) {
    throw new RoteError(
      "count/limit",
      `${byteLength} bytes of memory were asked for at once and cannot be had (${messageOf(error)}); ` +
        `at most ${MAXIMUM_PAGES * PAGE_BYTES} are possible, and the system must let this process reserve as many; ` +
        "give it less at once: fewer --jobs, or more --shards",
      { byteLength },
      error,
    );
  }
}

/** Add a region to a memory; returns its address. Throws a RangeError where 4 GiB are used up. */
export function growMemory(memory: WasmMemory, byteLength: number): number {
  return memory.grow(Math.ceil(byteLength / PAGE_BYTES)) * PAGE_BYTES;
}
