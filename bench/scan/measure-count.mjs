// Measures `rote count` as a process, its phases apart, from what it says on standard error.
import { createHash } from "node:crypto";
import { readFileSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { measureCommand } from "./measure-command.mjs";

/** The command of a case: what it asks, of which corpus, with how many workers. */
export function countCommand(main, { pairs, corpus, jobs = 1, options = [] }, { work, out }) {
  const files = ["--pairs", join(work, pairs), "--corpus", join(work, corpus)];
  return [
    process.execPath,
    resolve(main),
    "count",
    ...files,
    "--jobs",
    `${jobs}`,
    "--out",
    out,
    ...options,
  ];
}

/**
 * Seconds of the pass, of reading the question, of making its tables and of writing the rows; peak
 * memory; `rows` is the hash of all counts.
 */
export function measureCount(main, asked, { work, textBytes }) {
  const out = join(work, "counts.parquet");
  // Exit status 1 says that every count is 0.
  const { usage, stderr } = measureCommand(countCommand(main, asked, { work, out }), {
    allowed: [0, 1],
  });
  const phases = readPhases(stderr, statSync(join(work, asked.corpus)).size);
  const rows = createHash("sha256").update(readFileSync(out)).digest("hex").slice(0, 16);
  rmSync(out);
  const { words, ...seconds } = phases;
  return {
    ...{ ...seconds, ...usage, words, rows },
    megabytesPerSecond: textBytes / 1e6 / seconds.pass,
    wordsPerSecond: words / seconds.pass,
  };
}

const units = { bytes: 1, kB: 1e3, MB: 1e6, GB: 1e9 };

/** The pass's time follows from its rate, which has more digits than the time beside it. */
export function readPhases(stderr, storedBytes) {
  const rate = /, ([\d,]+) words, .* \(([\d.]+) (bytes|kB|MB|GB)\/s\)$/m.exec(stderr);
  const asked =
    /^asked: .*?([\d,]+) different, read in (.*), prepared in (.*), rows written in (.*)$/m.exec(
      stderr,
    );
  if (rate === null || asked === null) throw new Error(`cannot read the phases of: ${stderr}`);
  return {
    pass: storedBytes / (Number(rate[2]) * units[rate[3]]),
    read: seconds(asked[2]),
    prepared: seconds(asked[3]),
    written: seconds(asked[4]),
    words: number(rate[1]),
    phrases: number(asked[1]),
  };
}

const number = (text) => Number(text.replaceAll(",", ""));

/** `1.9 s` or `2 min 05 s`. */
function seconds(text) {
  const [, minutes = 0, rest] = /^(?:(\d+) min )?([\d.]+) s$/.exec(text);
  return 60 * Number(minutes) + Number(rest);
}
