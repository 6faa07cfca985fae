/**
 * The steps from nothing to a world with models, truth and card. Each is recognized by what it wrote and
 * from what, so that a build goes on where it was stopped.
 */
import { join } from "node:path";
import { exists, hashFile } from "../../base/files.ts";
import { partPath, readPartMetadata } from "../truth/truth-file.ts";
import type { World } from "../world/world.ts";
import { holdsWorld } from "../world/write-world.ts";
import { isCardCurrent } from "./build-record.ts";
import type { SuiteModel } from "./suite.ts";
import { isTrained } from "./train-suite.ts";
import { withCheckpoints } from "./trained-models.ts";

/** The step that trains a model, on an arm that is written first where it is missing. */
export const trainStep = ({ name }: Pick<SuiteModel, "name">): string => `train ${name}`;

/** The step that asks a model and its checkpoints for every item. */
export const truthStep = ({ name }: Pick<SuiteModel, "name">): string => `truth ${name}`;

/** Names of all steps, in order. */
export function stepNames(models: readonly SuiteModel[]): string[] {
  return ["world", "tokenizer", ...models.map(trainStep), ...models.map(truthStep), "card"];
}

/** Names of the steps that are done. A folder of other settings, or a model of another recipe, is refused. */
export async function stepsDone(
  out: string,
  world: World,
  models: readonly SuiteModel[],
): Promise<ReadonlySet<string>> {
  const done = new Set<string>();
  if (!(await holdsWorld(out, world))) return done;
  done.add("world");
  if (await exists(join(out, "tokenizer", "tokenizer.json"))) done.add("tokenizer");
  const manifest = await hashFile(join(out, "manifest.jsonl"));
  for (const model of models) {
    if (!(await isTrained(out, model))) continue;
    done.add(trainStep(model));
    const parts = (await withCheckpoints(out, model)).map(({ name }) => partPath(out, name));
    const current = await Promise.all(parts.map((part) => isOfManifest(part, manifest)));
    if (!current.includes(false)) done.add(truthStep(model));
  }
  const isAsked = models.every((model) => done.has(truthStep(model)));
  if (isAsked && (await isCardCurrent(out))) done.add("card");
  return done;
}

async function isOfManifest(part: string, manifest: string): Promise<boolean> {
  return (await exists(part)) && (await readPartMetadata(part)).manifest === manifest;
}
