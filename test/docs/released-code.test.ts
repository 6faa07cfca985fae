import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const tests = [
  "test/memorization/released-code-defects.test.ts",
  "test/task-grams/released-code-defects.test.ts",
];

test("the table of the released code's mistakes names every test of them, in order", () => {
  const [, section = ""] = readFileSync("docs/measures.md", "utf8").split(
    "## What the released code gets wrong\n",
  );
  const rows = [...section.matchAll(/^\|(?:[^|\\]|\\\|)+\|([^|]+)\|$/gm)].slice(2);
  const titles = tests.flatMap((path) =>
    [...readFileSync(path, "utf8").matchAll(/^ {2}test\("([^"]+)"/gm)].map(([, title]) => title),
  );
  expect(rows.map(([, held]) => held!.trim())).toEqual(titles);
});
