// Runs a program and says what it took, through GNU time (Debian: time), which also knows the peak
// memory of programs that are not ours.
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";

// A command to run each measured one under: `taskset -c 1`, or `flock FILE` where a machine is shared.
const under = (process.env.BENCH_UNDER ?? "").split(" ").filter((word) => word !== "");

/**
 * Wall and CPU seconds, peak bytes, load before; throws where it fails. `allowed` are good exit codes;
 * standard output goes to the file `output` where one is named.
 */
export function measureCommand([program, ...args], { env = {}, allowed = [0], output } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "rote-bench-"));
  const report = join(folder, "time");
  const load = Number(loadavg()[0].toFixed(2));
  const target = output === undefined ? "pipe" : openSync(output, "w");
  const timed = ["/usr/bin/time", "-q", "-o", report, "-f", "%e %U %S %M", program, ...args];
  const [first, ...rest] = [...under, ...timed];
  const { status, error, stdout, stderr } = spawnSync(first, rest, {
    ...{ encoding: "utf8", maxBuffer: 1 << 30, env: { ...process.env, ...env } },
    stdio: ["ignore", target, "pipe"],
  });
  if (output !== undefined) closeSync(target);
  if (!allowed.includes(status))
    throw new Error(`${program} ${args.join(" ")} ended with ${status}: ${error ?? stderr}`);
  const [wall, user, system, kilobytes] = readFileSync(report, "utf8")
    .trim()
    .split(" ")
    .map(Number);
  rmSync(folder, { recursive: true });
  const usage = { wall, cpu: Number((user + system).toFixed(2)), rss: kilobytes * 1024, load };
  return { usage, stdout, stderr };
}
