// Evidence of a run: machine, versions, commit, every round and the medians, as one JSON file a table.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { median } from "./measure-process.mjs";

/** Medians of every number of the rounds; what is no number is taken from the first. */
export function summarize(rounds) {
  return Object.fromEntries(
    Object.entries(rounds[0]).map(([key, first]) => [
      key,
      typeof first === "number"
        ? Number(median(rounds.map((round) => round[key])).toPrecision(4))
        : first,
    ]),
  );
}

const say = (program, ...args) =>
  execFileSync(program, args, { encoding: "utf8" }).trim().split("\n")[0];

/** The machine and the programs of a run: our `main.js`, and command lines that print a version. */
export function conditions(main, programs) {
  return {
    date: new Date().toISOString(),
    commit: say("git", "-C", dirname(main), "rev-parse", "--short", "HEAD"),
    machine: { cpu: cpus()[0].model, cores: cpus().length, memory: totalmem() },
    versions: {
      node: process.version,
      ...Object.fromEntries(
        Object.entries(programs).map(([name, command]) => [name, say(...command)]),
      ),
    },
  };
}

/** Write DIR/NAME.json; nothing where no folder is given. */
export function writeEvidence(folder, name, evidence) {
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(evidence, null, 2)}\n`);
}

/** Rows of a Markdown table, columns padded. */
export function printTable(rows) {
  const names = Object.keys(rows[0]);
  const cells = [
    names,
    names.map(() => "---"),
    ...rows.map((row) => names.map((n) => `${row[n]}`)),
  ];
  const widths = names.map((_, i) => Math.max(...cells.map((line) => line[i].length)));
  for (const line of cells)
    console.log(`| ${line.map((cell, i) => cell.padEnd(widths[i])).join(" | ")} |`);
}
