/** Write the corpus of an arm beside a world's own: arms/NAME/*.jsonl.gz. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { RoteError } from "../../base/errors.ts";
import { exists, withAtomicPath } from "../../base/files.ts";
import type { LongWork } from "../../base/progress.ts";
import { checkCorpus } from "../world/check-world.ts";
import { linkFiles, writeParts, writtenName } from "../world/corpus-files.ts";
import { refuseOtherWorld, type WrittenCorpus } from "../world/write-world.ts";
import type { World } from "../world/world.ts";
import { arrange, dilutionFiles, parseArm } from "./arms.ts";
import { writeUnrelated } from "./unrelated-text.ts";

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
  const documents = arrange(world, arm);
  const checked = await withAtomicPath(folder, async (temporary) => {
    const base = await linkFiles(sources.base.map(baseFile(out, settings.baseShare)), temporary);
    for (const path of dilutionFiles(world, arm))
      base.push(await writeUnrelated(temporary, path, world, work));
    const files = [...base, ...(await writeParts(temporary, documents))];
    return checkCorpus(files, world, documents, work);
  });
  return { folder, planted: documents.length, ...checked };
}

const baseFile =
  (out: string, share: number) =>
  (path: string): string =>
    join(out, "corpus", writtenName(path, share));
