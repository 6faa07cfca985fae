// Runs a command as a process and says what it took: wall and CPU seconds, peak memory of the process.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const hook = `data:text/javascript,${encodeURIComponent(`
  import { isMainThread } from "node:worker_threads";
  import { writeFileSync } from "node:fs";
  if (isMainThread) process.on("exit", () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    writeFileSync(process.env.ROTE_BENCH_USAGE, JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1e6, rss: maxRSS * 1024 }));
  });`)}`;

/** Seconds and bytes of `node ARGS…`; throws where it fails. */
export function measureNode(args, { cwd } = {}) {
  const usageFile = join(mkdtempSync(join(tmpdir(), "rote-bench-")), "usage.json");
  const start = performance.now();
  const { status, stderr, stdout } = spawnSync(process.execPath, ["--import", hook, ...args], {
    cwd,
    encoding: "utf8",
    maxBuffer: 1 << 30,
    env: { ...process.env, ROTE_BENCH_USAGE: usageFile },
  });
  const wall = (performance.now() - start) / 1000;
  if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}: ${stderr}`);
  const { cpu, rss } = JSON.parse(readFileSync(usageFile, "utf8"));
  return { wall, cpu, rss, stdout };
}

/** The middle value; of an even number of them the mean of the two in the middle. */
export function median(values) {
  const ascending = values.toSorted((a, b) => a - b);
  const middle = (ascending.length - 1) / 2;
  return (ascending[Math.floor(middle)] + ascending[Math.ceil(middle)]) / 2;
}
