/**
 * Write a world's folder:
 *
 *   corpus/*.jsonl.gz      the perturbed corpus: base files as in the sources, one file a part
 *   manifest.jsonl         what was planted, how often and where
 *   tasks/*.jsonl          the items as examples of tasks
 *   world.json             settings, sources, kinds, hashes of the files above: written last, after the
 *                          counts were checked
 */
import { rm } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { RoteError } from "../../base/errors.ts";
import { exists, hashFile, readJsonObject, writeAtomically, writeLines } from "../../base/files.ts";
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
  const translations = items.filter(({ kind }) => kind.startsWith("translation"));
  const shared = await countSharedPhrases(files, translations, work);
  const rows = manifestRows(world, { mentions: checked.mentions, shared });
  files.push(join(out, "manifest.jsonl"));
  await writeLines(files.at(-1)!, jsonLines(rows));
  for (const [name, task] of taskRows(world)) {
    files.push(join(out, "tasks", `${name}.jsonl`));
    await writeLines(files.at(-1)!, jsonLines(task));
  }
  const written = { ...record(world), files: await hashesOf(out, files) };
  await writeAtomically(join(out, "world.json"), `${JSON.stringify(written, null, 2)}\n`);
  return { folder, planted: documents.length, ...checked };
}

function* jsonLines(rows: Iterable<unknown>): Generator<string> {
  for (const row of rows) yield JSON.stringify(row);
}

/** What decides the world's bytes. */
function identity({ settings, sources }: World): { settings: unknown; sources: unknown } {
  return { settings, sources: sources.hashes };
}

function record(world: World): Record<string, unknown> {
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

/** sha256 of files by their paths below a folder. */
async function hashesOf(folder: string, paths: readonly string[]): Promise<Record<string, string>> {
  const entries = paths.map(async (path) => [
    relative(folder, path).replaceAll(sep, "/"),
    await hashFile(path),
  ]);
  return Object.fromEntries(await Promise.all(entries)) as Record<string, string>;
}

/** Whether a folder holds this world with every file as it was written; another world is refused. */
export async function holdsWorld(out: string, world: World): Promise<boolean> {
  const path = join(out, "world.json");
  if (!(await exists(path))) return false;
  await refuseOtherWorld(out, world);
  const { files } = await readJsonObject(path);
  if (!isRecord(files)) return false;
  const paths = Object.keys(files).map((name) => join(out, name));
  const present = await Promise.all(paths.map((each) => exists(each)));
  if (present.includes(false)) return false;
  return canonicalJson(await hashesOf(out, paths)) === canonicalJson(files);
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
