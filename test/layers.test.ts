import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { expect, test } from "vitest";

// Lowest first. A folder may import itself and any folder on an earlier line (docs/architecture.md).
const layers = [
  ["base"],
  ["stats", "graph"],
  ["text", "tokenizers"],
  ["corpus"],
  ["models"],
  ["tasks"],
  ["counting"],
  ["task-grams", "overlap", "memorization", "influence", "probes", "prompts", "trace"],
  ["study"],
  ["lab"],
  ["report"],
  ["server"],
  ["cli"],
];
const layerOf = new Map(
  layers.flatMap((folders, layer) => folders.map((folder) => [folder, layer] as const)),
);

function* importsOf(root: string): Generator<{ path: string; from: string; to: string }> {
  for (const path of readdirSync(root, { recursive: true, encoding: "utf8" })) {
    const [from, ...rest] = path.split(sep);
    if (from === undefined || rest.length === 0 || !path.endsWith(".ts")) continue;
    const source = readFileSync(join(root, path), "utf8");
    for (const [, specifier] of source.matchAll(/(?:from|import)[ (]*"(\.[^"]*)"/g)) {
      const [to] = join(dirname(path), specifier!).split(sep);
      yield { path, from, to: to! };
    }
  }
}

test("imports point down", () => {
  const upward = [...importsOf("src")]
    .filter(({ from, to }) => to !== from && !(layerOf.get(to)! < layerOf.get(from)!))
    .map(({ path, to }) => `src/${path} imports ${to}/`);
  expect(upward).toEqual([]);
});

test("every folder of src has a layer", () => {
  const folders = readdirSync("src", { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  expect(folders.map(({ name }) => name).filter((name) => !layerOf.has(name))).toEqual([]);
});
