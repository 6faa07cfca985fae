/** Processes that answer one JSON line for each line they are sent: how they are started, and how they answer. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** For PyTorch: glibc keeps what was freed instead of giving it back to the system and faulting it in again page by page. */
export const keepMemory = {
  MALLOC_MMAP_THRESHOLD_: "17179869184",
  MALLOC_TRIM_THRESHOLD_: "17179869184",
};

/** Start a process and wait for its first line; `startSeconds` is what that took. */
export async function startWorker(program, args, env = {}) {
  const start = performance.now();
  const child = spawn(program, args, {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, ...env },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value } = await lines.next();
    if (value === undefined) throw new Error(`${program} ${args.join(" ")} ended`);
    return JSON.parse(value);
  };
  await answer();
  return {
    startSeconds: (performance.now() - start) / 1000,
    ask(command) {
      child.stdin.write(`${command}\n`);
      return answer();
    },
    async stop() {
      child.stdin.end();
      await new Promise((done) => child.once("close", done));
    },
  };
}

/** In such a process, once it is ready: answer every line of standard input. */
export async function answerLines(answer) {
  const say = (value) => console.log(JSON.stringify(value));
  say({ ready: true });
  for await (const line of createInterface({ input: process.stdin })) say(await answer(line));
}

/** Seconds that work takes. */
export async function secondsOf(work) {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** The most memory this process has had. */
export function peakBytes() {
  return process.resourceUsage().maxRSS * 1024;
}
