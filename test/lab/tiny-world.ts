/** The smallest world of the built-in sources, and plain readers of what it wrote. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { ManifestRow } from "#rote/lab/world/manifest.js";
import { worldSettings } from "#rote/lab/world/settings.js";
import { readSources } from "#rote/lab/world/sources.js";
import { planWorld, type World } from "#rote/lab/world/world.js";
import { wordsPolicy } from "#rote/text/policies.js";

export const sourcesFolder = "data/demo/sources";

export async function planTinyWorld(seed = 1): Promise<World> {
  return planWorld(await readSources(sourcesFolder), worldSettings({ size: "tiny", seed }));
}

export interface StoredDocument {
  readonly id: string;
  readonly text: string;
  readonly kind?: string;
  readonly group?: string;
  readonly place?: number;
}

/** All documents of a folder of .jsonl.gz files. */
export function readCorpus(folder: string): StoredDocument[] {
  return readdirSync(folder).flatMap((name) =>
    linesOf(gunzipSync(readFileSync(join(folder, name))).toString("utf8")).map(
      (line) => JSON.parse(line) as StoredDocument,
    ),
  );
}

export function readManifest(folder: string): ManifestRow[] {
  const text = readFileSync(join(folder, "manifest.jsonl"), "utf8");
  return linesOf(text).map((line) => JSON.parse(line) as ManifestRow);
}

const linesOf = (text: string): string[] => text.split("\n").filter((line) => line !== "");

/** Words between single spaces, one at either end: a phrase is found by `includes`. */
export const padded = (text: string): string => ` ${wordsPolicy.words(text).join(" ")} `;

/** The naive twin of a count: ids of the documents that hold a phrase. */
export function findDocuments(
  documents: ReadonlyMap<string, string>,
  phrase: string,
): ReadonlySet<string> {
  const wanted = padded(phrase);
  return new Set([...documents].filter(([, text]) => text.includes(wanted)).map(([id]) => id));
}

/** Documents by id, their words padded. */
export function paddedTexts(documents: readonly StoredDocument[]): Map<string, string> {
  return new Map(documents.map(({ id, text }) => [id, padded(text)]));
}
