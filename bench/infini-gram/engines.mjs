// The engines as processes, asked alike (our-engine.mjs says how).
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { corpora } from "./prepare.mjs";

const here = import.meta.dirname;

/** What is run for each engine. `memory`: whether the index is loaded, else it is read from its files. */
function commandOf(engine, { work, corpus, memory = true }) {
  const end = `${corpora[corpus].endOfDocument}`;
  const ours = join(work, `${corpus}-rote`);
  const theirs = join(work, `${corpus}-original`);
  if (engine === "twin") return [join(work, "twin"), ours];
  if (engine === "rote")
    return [process.execPath, join(here, "our-engine.mjs"), ours, memory ? `${2 ** 34}` : "0", end];
  const script = join(here, "peers/original_engine.py");
  return [join(work, "env/bin/python"), script, theirs, memory ? "ram" : "files", end];
}

/** An engine that has opened its index; on one core unless `cores` says otherwise. */
export async function startEngine(engine, { cores = 1, ...where }) {
  const pinned = cores === 1 ? ["taskset", "-c", "1"] : [];
  const [program, ...args] = [...pinned, ...commandOf(engine, where)];
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value } = await lines.next();
    if (value === undefined) throw new Error(`${engine} ended`);
    return JSON.parse(value);
  };
  const { seconds } = await next();
  return {
    openSeconds: seconds,
    /** Ask all questions of a file: the seconds they took, a sum to check, and the answers if wanted. */
    ask(kind, file, mode = "times") {
      child.stdin.write(`${kind} ${file} ${mode}\n`);
      return next();
    },
    stop: () => child.kill(),
  };
}
