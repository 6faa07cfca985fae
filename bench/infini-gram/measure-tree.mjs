// Runs a command and says what it and all processes it starts took: wall and CPU seconds, and the most
// memory they held at once. That is the sum of their proportional set sizes, in which shared pages count
// once, looked up every 100 ms; and beside it the largest process by itself, as GNU time has it.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { clearInterval, setInterval } from "node:timers";

const EVERY_MS = 100;

export async function measureTree(command) {
  const folder = mkdtempSync(join(tmpdir(), "rote-bench-"));
  const report = join(folder, "time");
  const load = Number(loadavg()[0].toFixed(2));
  const child = spawn("/usr/bin/time", ["-q", "-o", report, "-f", "%e %U %S %M", ...command], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr, peak] = ["", "", 0];
  child.stdout.on("data", (text) => (stdout += text));
  child.stderr.on("data", (text) => (stderr += text));
  const timer = setInterval(() => (peak = Math.max(peak, treeMemory(child.pid))), EVERY_MS);
  const status = await new Promise((done) => child.on("close", done));
  clearInterval(timer);
  if (status !== 0) throw new Error(`${command.join(" ")} ended with ${status}: ${stderr}`);
  const [wall, user, system, kilobytes] = readFileSync(report, "utf8").split(" ").map(Number);
  rmSync(folder, { recursive: true });
  const cpu = Number((user + system).toFixed(2));
  return { usage: { wall, cpu, peak, largest: kilobytes * 1024, load }, stdout };
}

/** Bytes of a process and of all it started. */
function treeMemory(root) {
  const children = new Map();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const parent = Number(/\) \S (\d+)/.exec(read(name, "stat"))?.[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  let bytes = 0;
  for (const queue = [root]; queue.length > 0;) {
    const process = queue.pop();
    bytes += 1024 * Number(/^Pss:\s+(\d+)/m.exec(read(process, "smaps_rollup"))?.[1] ?? 0);
    queue.push(...(children.get(process) ?? []));
  }
  return bytes;
}

/** A file of /proc; empty where the process has ended. */
function read(process, file) {
  try {
    return readFileSync(`/proc/${process}/${file}`, "utf8");
  } catch {
    return "";
  }
}
