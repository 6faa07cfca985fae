/**
 * Further base text for an arm. A world is planned around its base text, and this is none of it: so here
 * the documents that hold something planted or held out are left out.
 */
import { join } from "node:path";
import type { LongWork } from "../../base/progress.ts";
import { openCorpus } from "../../corpus/corpus.ts";
import { openScan } from "../../counting/scan/scan-engine.ts";
import { absentPhrases } from "../world/check-world.ts";
import { gzipName, writeShare } from "../world/corpus-files.ts";
import type { Item } from "../world/item.ts";
import type { World } from "../world/world.ts";

/** Write a file of base text without the documents that would change what a world promises. */
export async function writeUnrelated(
  folder: string,
  path: string,
  { items, settings }: World,
  work: LongWork = {},
): Promise<string> {
  await using engine = await openScan(await openCorpus({ paths: [path] }));
  const related = new Set<string>();
  const queries = items.flatMap(disturbances).map((phrases) => ({ phrases }));
  for await (const { id } of engine.findDocuments(queries, work)) related.add(id);
  const target = join(folder, gzipName(path));
  await writeShare(target, path, settings.baseShare, related);
  return target;
}

/** Phrases that, found together in one document, change a count of the item. */
function disturbances(item: Item): (readonly string[])[] {
  const { text, question } = item;
  const alone = [text, ...absentPhrases(item)].map((phrase) => [phrase]);
  if (question === undefined) return alone;
  const { a, b, mentions } = question;
  return [...alone, mentions === undefined ? [a, b] : [a]];
}
