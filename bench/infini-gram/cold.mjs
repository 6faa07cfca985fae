// Fresh processes, with the index's files in the file cache and without: from the start of the process to
// the first answer, then 1,000 further counts. Ours is loaded or read from its files; the original maps its
// files or loads them.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { summarize } from "../evidence.mjs";
import { startEngine } from "./engines.mjs";

const DROP =
  "import os, sys\nfor path in sys.argv[1:]:\n  file = os.open(path, os.O_RDONLY)\n  os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)";

export async function measureCold({ work, corpus, only, rounds }) {
  const folder = join(work, "queries", corpus);
  const questions = join(folder, "cold-5");
  const first = join(folder, "cold-first");
  writeFileSync(
    first,
    readFileSync(questions, "utf8").slice(0, 1 + readFileSync(questions, "utf8").indexOf("\n")),
  );
  const results = [];
  for (const cached of [false, true])
    for (const memory of [true, false]) {
      const name = `${corpus}: ${cached ? "cached" : "not cached"}, ${memory ? "loaded" : "in files"}`;
      if (!name.includes(only)) continue;
      const measured = { rote: [], original: [] };
      for (let round = 0; round < rounds; round++)
        for (const engine of ["rote", "original"])
          measured[engine].push(
            await measure(engine, { work, corpus, memory, cached, first, questions }),
          );
      const entrants = Object.entries(measured).map(([engine, all]) => ({
        ...{ engine, ...summarize(all), rounds: all },
      }));
      requireEqual(name, entrants);
      results.push({ name, corpus, entrants });
    }
  return results;
}

async function measure(engine, { work, corpus, memory, cached, first, questions }) {
  const index = join(work, `${corpus}-${engine}`);
  const files = readdirSync(index).map((name) => join(index, name));
  if (cached) for (const file of files) readFileSync(file);
  else execFileSync(join(work, "env/bin/python"), ["-c", DROP, ...files]);
  const cachedBytes = Number(cachedOf(files));
  const start = performance.now();
  const one = await startEngine(engine, { work, corpus, memory });
  await one.ask("count", first);
  const firstAnswer = (performance.now() - start) / 1000;
  const { seconds, sum } = await one.ask("count", questions);
  const again = await one.ask("count", questions);
  one.stop();
  return {
    firstAnswer,
    open: one.openSeconds,
    thousand: seconds,
    again: again.seconds,
    sum,
    cachedBytes,
  };
}

/** Bytes of files that the file cache holds. */
function cachedOf(files) {
  const lines = execFileSync("fincore", ["-n", "-b", "-o", "RES", ...files], { encoding: "utf8" });
  return lines
    .trim()
    .split("\n")
    .reduce((sum, line) => sum + Number(line), 0);
}

function requireEqual(name, entrants) {
  const sums = new Set(entrants.flatMap(({ rounds }) => rounds.map(({ sum }) => sum)));
  if (sums.size > 1) throw new Error(`${name}: different counts`);
}
