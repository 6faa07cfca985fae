/** Processes that answer one JSON line for each line they are sent. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

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
