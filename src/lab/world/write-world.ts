/**
 * Write a world's folder:
 *
 *   corpus/*.jsonl.gz      the perturbed corpus: base files as in the sources, one file a part
 *   manifest.jsonl         what was planted, how often and where
 *   tasks/*.jsonl          the items as examples of tasks
 *   world.json             settings, sources, kinds: written last, after the counts were checked
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { RoteError } from "../../base/errors.ts";
import { exists, readJsonObject, writeAtomically, writeLines } from "../../base/files.ts";
import { canonicalJson, isRecord } from "../../base/json.ts";
import type { LongWork } from "../../base/progress.ts";
import { provenance } from "../../base/provenance.ts";
import { type CheckedCorpus, checkCorpus } from "./check-world.ts";
import { writeBase, writeParts } from "./corpus-files.ts";
import { kinds } from "./kind-table.ts";
import { manifestRows } from "./manifest.ts";
import { countSharedPhrases } from "./shared-phrases.ts";
import { taskRows } from "./tasks.ts";
import type { WorldSettings } from "./settings.ts";
import type { World } from "./world.ts";

/** A corpus that was written and checked. */
export interface WrittenCorpus extends CheckedCorpus {
  readonly folder: string;
  readonly planted: number;
}

/** Write the world and its perturbed corpus; a folder that holds another world is refused. */
export async function writeWorld(
  out: string,
  world: World,
  work: LongWork = {},
): Promise<WrittenCorpus> {
  await refuseOtherWorld(out, world);
  const { settings, sources, items, documents } = world;
  const folder = join(out, "corpus");
  await rm(folder, { recursive: true, force: true });
  const base = await writeBase(folder, sources.base, settings.baseShare, work);
  const files = [...base, ...(await writeParts(folder, documents))];
  const checked = await checkCorpus(files, world, documents, work);
  const translations = items.filter(({ kind }) => kind === "translation");
  const shared = await countSharedPhrases(files, translations, work);
  const rows = manifestRows(world, { mentions: checked.mentions, shared });
  await writeLines(join(out, "manifest.jsonl"), jsonLines(rows));
  for (const [name, task] of taskRows(world))
    await writeLines(join(out, "tasks", `${name}.jsonl`), jsonLines(task));
  await writeAtomically(join(out, "world.json"), `${JSON.stringify(record(world), null, 2)}\n`);
  return { folder, planted: documents.length, ...checked };
}

function* jsonLines(rows: Iterable<unknown>): Generator<string> {
  for (const row of rows) yield JSON.stringify(row);
}

/** What decides the world's bytes. */
function identity({ settings, sources }: World): { settings: unknown; sources: unknown } {
  return { settings, sources: sources.hashes };
}

function record(world: World): unknown {
  const { settings, items, documents } = world;
  const summary = Object.entries(kinds).map(([kind, { part, construction }]) => {
    const own = items.filter((item) => item.kind === kind);
    return [kind, { items: own.length, construction, file: `corpus/${part}.jsonl.gz` }];
  });
  return {
    schema: 1,
    ...identity(world),
    planted: documents.length,
    kinds: Object.fromEntries(summary) as unknown,
    provenance: provenance(settings.seed, "lab world"),
  };
}

/** The settings of the world that a folder holds; undefined where it holds none. */
export async function readWorldSettings(out: string): Promise<WorldSettings | undefined> {
  const path = join(out, "world.json");
  if (!(await exists(path))) return undefined;
  const { settings } = await readJsonObject(path);
  // Whatever else it holds would plan another world, which `refuseOtherWorld` finds.
  return isRecord(settings) ? (settings as unknown as WorldSettings) : undefined;
}

/** Refuse a folder that holds a world of other settings or sources. */
export async function refuseOtherWorld(out: string, world: World): Promise<void> {
  const path = join(out, "world.json");
  if (!(await exists(path))) return;
  const { settings, sources } = await readJsonObject(path);
  const found = canonicalJson({ settings, sources });
  if (found === canonicalJson(identity(world))) return;
  throw new RoteError(
    "usage",
    `${out} holds a world of other settings or sources; another --out keeps it`,
    { out },
  );
}
