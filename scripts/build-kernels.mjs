/**
 * Compiles the WebAssembly kernels, each from a folder of kernels/ to a file of dist/. Runs the compiler
 * only where a source, this file or the compiler is newer than what was made last.
 */
import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

// The memory is the host's, which says how large it is; a shared one lets threads work on it together.
const importsMemory = ["--importMemory", "--initialMemory", "1", "--maximumMemory", "65536"];
const kernels = [
  {
    source: "kernels/scan",
    target: "dist/counting/scan/kernel.wasm",
    memory: [...importsMemory, "--sharedMemory", "--enable", "threads"],
  },
  {
    source: "kernels/suffix-array",
    target: "dist/counting/ngram-index/suffix-array.wasm",
    memory: importsMemory,
  },
  {
    source: "kernels/bpe",
    target: "dist/tokenizers/bpe.wasm",
    memory: importsMemory,
  },
];
const options = [
  ...["--optimizeLevel", "3", "--shrinkLevel", "0", "--noAssert", "--runtime", "stub"],
  ...["--enable", "simd"],
];

const changed = (path) => statSync(path).mtimeMs;
const compiler = fileURLToPath(import.meta.resolve("assemblyscript/asc"));

for (const { source, target, memory } of kernels) {
  const sources = readdirSync(source).map((name) => join(source, name));
  const newest = Math.max(...[...sources, fileURLToPath(import.meta.url), compiler].map(changed));
  if (existsSync(target) && changed(target) >= newest) continue;
  mkdirSync(dirname(target), { recursive: true });
  const { error, stderr } = await asc.main([
    join(source, "index.ts"),
    ...["--outFile", target],
    ...options,
    ...memory,
  ]);
  if (error === null) continue;
  console.error(stderr.toString());
  throw new Error(`${source} does not compile`, { cause: error });
}
