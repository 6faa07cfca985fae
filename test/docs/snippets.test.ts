/**
 * Every fenced `ts` block of README.md, docs/*.md, CHANGELOG.md and of the headers of the published
 * index.ts files compiles against the package as a user installs it; README's, those of the statistics
 * and the package's own also run, in a folder with the `data/demo` of a clone.
 */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { afterAll, beforeAll, expect, test } from "vitest";
import { entryPoints } from "../package/public-surface.ts";
import { documents, readMarkdown } from "./markdown.ts";

interface Snippet {
  /** File and number of the block in it. */
  readonly origin: string;
  readonly text: string;
}

const snippets = [...documents().flatMap(inDocument), ...headers().flatMap(inHeader)];
const settings: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  target: ts.ScriptTarget.ES2023,
  lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts"],
  strict: true,
  types: ["node"],
  typeRoots: [resolve("node_modules/@types")],
};
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rote-snippets-"));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(process.cwd(), join(folder, "node_modules/rote"));
  symlinkSync(resolve("data"), join(folder, "data"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
  for (const [i, { text }] of snippets.entries()) writeFileSync(fileOf(i, "ts"), text);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("they compile, each as a module of its own", () => {
  const files = snippets.map((_, i) => fileOf(i, "ts"));
  const program = ts.createProgram(files, { ...settings, noEmit: true });
  const wrong = files.flatMap((file, i) =>
    [
      ...program.getSyntacticDiagnostics(program.getSourceFile(file)),
      ...program.getSemanticDiagnostics(program.getSourceFile(file)),
    ].map(
      ({ messageText }) =>
        `${snippets[i]!.origin}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
    ),
  );
  expect(wrong).toEqual([]);
});

test.each(
  snippets.filter(({ origin }) =>
    /^(README|docs\/statistics|src\/(graph\/|stats\/|text\/)?index)/.test(origin),
  ),
)("$origin runs", async ({ text }) => {
  const index = snippets.findIndex((snippet) => snippet.text === text);
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { ...settings, module: ts.ModuleKind.ESNext },
  });
  writeFileSync(fileOf(index, "js"), outputText);
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [fileOf(index, "js")], {
    cwd: folder,
  });
  expect(stderr).toBe("");
  const promised = [...text.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, out]) => out);
  expect(stdout.trimEnd().split("\n").slice(0, promised.length)).toEqual(promised);
});

function fileOf(index: number, ending: string): string {
  return join(folder, `snippet-${index}.${ending}`);
}

function headers(): string[] {
  return [...entryPoints().values()].map(({ default: path }) =>
    path.replace("./dist", "src").replace(/js$/, "ts"),
  );
}

function inDocument(path: string): Snippet[] {
  return readMarkdown(path)
    .fences.filter(({ info }) => info === "ts")
    .map(({ text, line }) => ({ origin: `${path}:${line}`, text }));
}

/** The block in a file's header comment. */
function inHeader(path: string): Snippet[] {
  const [, block] = /^ \* ```ts\n(.*?)^ \* ```$/ms.exec(readFileSync(path, "utf8")) ?? [];
  const text = block?.replace(/^ \* ?/gm, "") ?? "";
  return [{ origin: path, text }];
}
