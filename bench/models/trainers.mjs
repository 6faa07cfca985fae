/** Processes that train when asked: our own, and PyTorch's in several ways. */
import { join } from "node:path";
import { keepMemory, startWorker } from "./workers.mjs";

/** PyTorch's ways: what its script is called with, and in which environment. */
const torch = {
  eager: { args: [] },
  "eager-tuned": { args: [], env: keepMemory },
  transformers: { args: ["--model", "transformers"] },
  foreach: { args: ["--optimizer", "foreach"] },
  compiled: { args: ["--compile"] },
  "compiled-tuned": { args: ["--compile"], env: keepMemory },
};

/** Start a contender by name: "rote", or one of PyTorch's ways. Asked "N", it trains N steps. */
export function startTrainer(name, { folder, python, threads }) {
  const shared = [folder, "--threads", String(threads)];
  const beside = (file) => join(import.meta.dirname, file);
  if (name === "rote") return startWorker(process.execPath, [beside("our-train.mjs"), ...shared]);
  const { args, env } = torch[name];
  return startWorker(python, [beside("torch-train.py"), ...shared, ...args], env);
}

/** How many steps a trainer does in about so many seconds, one at least. */
export async function stepsIn(trainer, seconds) {
  const measured = await trainer.ask("3");
  return Math.max(1, Math.round((seconds * 3) / measured.seconds));
}
