/** What is known of a world whose models were asked: its items, and what each model recalls of them. */
import { join } from "node:path";
import { RoteError } from "../../base/errors.ts";
import { hashFile } from "../../base/files.ts";
import { subsetsOf } from "../arms/arms.ts";
import { readWorldSettings } from "../world/write-world.ts";
import type { SubsetMembership } from "./counterfactual.ts";
import { type ManifestItem, readManifestItems } from "./manifest-items.ts";
import { readPartMetadata, readTruthRows, truthFile } from "./truth-file.ts";
import { TruthTable } from "./truth-table.ts";

/** Items and truth of a world's folder. */
export interface WorldTruth {
  readonly items: readonly ManifestItem[];
  readonly truth: TruthTable;
  /** sha256 of the manifest. */
  readonly manifest: string;
  /** Which subset holds which group; undefined for a folder without world.json. */
  readonly holds: SubsetMembership | undefined;
}

/** Read `manifest.jsonl` and `truth.parquet` of a world; truth of another manifest is refused. */
export async function readWorldTruth(world: string): Promise<WorldTruth> {
  const manifestPath = join(world, "manifest.jsonl");
  const items = await readManifestItems(manifestPath);
  const manifest = await hashFile(manifestPath);
  const path = join(world, truthFile);
  const metadata = await readPartMetadata(path);
  if (metadata.manifest !== manifest)
    throw new RoteError(
      "study/mismatch",
      `${path} is of another manifest than ${manifestPath}; run rote lab truth again`,
      { path },
    );
  const truth = await TruthTable.of(readTruthRows(path));
  return { items, truth, manifest, holds: await membershipOf(world) };
}

/** Membership follows from the settings. */
async function membershipOf(world: string): Promise<SubsetMembership | undefined> {
  const settings = await readWorldSettings(world);
  if (settings === undefined) return undefined;
  const known = new Map<string, ReadonlySet<number>>();
  return (subset, group) => {
    const subsets = known.get(group) ?? subsetsOf(group, settings);
    known.set(group, subsets);
    return subsets.has(subset);
  };
}
