/**
 * Every fenced `sh` block of README.md and docs/*.md, run in the order of the document. A document's
 * blocks share one fresh directory, which has the `data/demo` of a clone. A block that cannot be run
 * says so, with the reason: ```sh no-run: needs a 70 GB corpus.
 *
 * On PATH stand `rote`, which takes `demo` as `demo --small` and ends `serve` as soon as it listens, an `npm` that installs nothing and for
 * which `npm run demo` is `rote demo`, and a `git` that clones nothing.
 */
import { spawn } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  closeSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { documents, type Fence, readMarkdown } from "./markdown.ts";
import { standIns } from "./stand-ins.ts";

const shims = {
  rote: `if [ "\${1-}" = demo ]; then shift; set -- demo --small "$@"; fi
if [ "\${1-}" = serve ]; then
  rm -f address
  "${process.execPath}" "${resolve("dist/cli/main.js")}" "$@" --port 0 > address & server=$!
  while [ ! -s address ] && kill -0 $server; do sleep 0.1; done
  kill -TERM $server; wait $server; exit
fi
exec "${process.execPath}" "${resolve("dist/cli/main.js")}" "$@"`,
  npm: `case "$*" in
  ci | cit | install | test | "install --global rote" | "run check" | "run build") ;;
  "run demo") exec rote demo ;;
  "run demo -- "*) shift 3; exec rote demo "$@" ;;
  *) echo "the documents' npm does not know: $*" >&2; exit 2 ;;
esac`,
  git: `[ "$1" = clone ]`,
};

const runnable = documents()
  .filter((path) => path === "README.md" || path.startsWith("docs/"))
  .map((path) => ({ path, blocks: blocksOf(path) }))
  .filter(({ blocks }) => blocks.length > 0);

test("a block that is not run says why", () => {
  const silent = documents().flatMap((path) =>
    readMarkdown(path)
      .fences.filter(({ info }) => /^(sh|bash|shell|console)\b/.test(info))
      .filter(({ info }) => !/^sh( no-run: \S.*)?$/.test(info))
      .map(({ info, line }) => `${path}:${line} ${info}`),
  );
  expect(silent).toEqual([]);
});

describe.each(runnable)("the commands of $path", ({ path, blocks }) => {
  let folder = "";

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "rote-docs-"));
    cpSync("data/demo", join(folder, "data/demo"), { recursive: true });
    mkdirSync(join(folder, ".bin"));
    for (const [name, body] of Object.entries(shims)) {
      writeFileSync(join(folder, ".bin", name), `#!/bin/sh\n${body}\n`);
      chmodSync(join(folder, ".bin", name), 0o755);
    }
    await standIns[path]?.(folder);
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(blocks)("line $line: $text", { timeout: 180_000 }, async ({ text }) => {
    const { code, output } = await runBlock(text, folder);
    expect(code, output).toBe(0);
  });
});

function blocksOf(path: string): Fence[] {
  return readMarkdown(path).fences.filter(({ info }) => info === "sh");
}

/** Run a block as one script that ends at its first failure. Standard input is the file `stdin`, if there is one. */
async function runBlock(
  text: string,
  folder: string,
): Promise<{ code: number | null; output: string }> {
  const stdin = join(folder, "stdin");
  const input = openSync(existsSync(stdin) ? stdin : "/dev/null", "r");
  const PATH = [join(folder, ".bin"), process.env.PATH].join(delimiter);
  const child = spawn("bash", ["-euo", "pipefail", "-c", text], {
    cwd: folder,
    env: { ...process.env, PATH },
    stdio: [input, "pipe", "pipe"],
  });
  const output: Buffer[] = [];
  child.stdout?.on("data", (chunk: Buffer) => output.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => output.push(chunk));
  const code = await new Promise<number | null>((done, fail) => {
    child.on("error", fail);
    child.on("close", done);
  });
  closeSync(input);
  return { code, output: Buffer.concat(output).toString() };
}
