/** Write the corpus of an arm beside a world's own: arms/NAME/*.jsonl.gz. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { RoteError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import type { LongWork } from "../../base/progress.ts";
import { checkCorpus } from "../world/check-world.ts";
import { linkFiles, writeBase, writeParts, writtenName } from "../world/corpus-files.ts";
import { refuseOtherWorld, type WrittenCorpus } from "../world/write-world.ts";
import type { World } from "../world/world.ts";
import { arrange, parseArm } from "./arms.ts";

/** Write another arm of a world that lies in `out` already. */
export async function writeArm(
  out: string,
  world: World,
  name: string,
  work: LongWork = {},
): Promise<WrittenCorpus> {
  const { settings, sources } = world;
  const arm = parseArm(name, settings);
  if (arm.kind === "perturbed")
    throw new RoteError("usage", `the arm "perturbed" is ${join(out, "corpus")} itself`);
  if (!(await exists(join(out, "world.json"))))
    throw new RoteError("file/missing", `${out} holds no world; write it first, without --arm`);
  await refuseOtherWorld(out, world);
  const folder = join(out, "arms", name);
  await rm(folder, { recursive: true, force: true });
  const base = await linkFiles(sources.base.map(baseFile(out, settings.baseShare)), folder);
  if (arm.kind === "diluted") base.push(...(await writeDilution(folder, world, work)));
  const documents = arrange(world, arm);
  const files = [...base, ...(await writeParts(folder, documents))];
  const checked = await checkCorpus(files, world, documents, work);
  return { folder, files, planted: documents.length, ...checked };
}

const baseFile =
  (out: string, share: number) =>
  (path: string): string =>
    join(out, "corpus", writtenName(path, share));

async function writeDilution(folder: string, world: World, work: LongWork): Promise<string[]> {
  const { sources, settings } = world;
  if (sources.dilution.length === 0)
    throw new RoteError(
      "usage",
      "these sources hold no further base text for the diluted arm; make it with scripts/demo/make-sources.mjs --dilution and name its folder with --sources",
    );
  return writeBase(folder, sources.dilution, settings.baseShare, work);
}
