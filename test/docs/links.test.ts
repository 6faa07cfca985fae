import { existsSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";
import { anchorsOf, documents, linksOf, readMarkdown } from "./markdown.ts";

test.each(documents())("every relative link and anchor of %s exists", (path) => {
  const broken = linksOf(readMarkdown(path).prose).filter(
    (target) => !leadsSomewhere(path, target),
  );
  expect(broken).toEqual([]);
});

test.each(documents())("every file of the repository that %s names exists", (path) => {
  const { prose } = readMarkdown(path);
  const named = [
    ...prose.matchAll(/`((?:src|test|docs|scripts|examples|data)\/[\w./-]*\.\w+)`/g),
  ].map(([, name]) => name!);
  expect(named.filter((name) => !existsSync(name))).toEqual([]);
});

test("a heading's anchor is its text without punctuation, numbered where it repeats", () => {
  expect([...anchorsOf("# A [b](c) & `d`!\n## Twice\n## Twice\n")]).toEqual([
    "a-b--d",
    "twice",
    "twice-1",
  ]);
});

test("links are found in Markdown and HTML, not in code", () => {
  const prose = '[a](x.md#y "t") `[b](no)` ![c](p.svg)\n[d]: z.md\n<img src="q.png">';
  expect(linksOf(prose)).toEqual(["x.md#y", "p.svg", "z.md", "q.png"]);
});

function leadsSomewhere(from: string, target: string): boolean {
  if (/^(https?|mailto):/.test(target)) return true;
  const [file = "", anchor] = decodeURI(target).split("#");
  const path = file === "" ? from : relative(".", join(dirname(from), file));
  if (path.startsWith("..") || !existsSync(path)) return false;
  if (anchor === undefined) return true;
  return !statSync(path).isDirectory() && anchorsOf(readMarkdown(path).prose).has(anchor);
}
