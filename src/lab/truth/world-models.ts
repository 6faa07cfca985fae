/**
 * The models of a world: folders `models/ARM-MODEL`, such as `perturbed-0.36M`, `subset-3-0.36M` or
 * `injection-10-0.36M-seed2`, with checkpoints in `step-N` below them. What stands behind the arm names
 * the model in the truth, so that the same model under two arms has one name.
 */
import { join, relative, sep } from "node:path";
import { RoteError } from "../../base/errors.ts";
import { listModels } from "../../models/suites/list-models.ts";

/** A model of a world, and how the truth names it. */
export interface WorldModel {
  /** Its folder. */
  readonly folder: string;
  /** Its folder's name, with `@STEP` for a checkpoint. */
  readonly name: string;
  readonly arm: string;
  /** Size, and seed and step where there are several: "0.36M", "0.36M-seed2", "0.36M@500". */
  readonly model: string;
  readonly step?: number;
}

const folderName = /^(perturbed|standard|early|late|diluted|subset-\d+|injection-\d+)-(.+)$/;

/** Arm and model of a name; undefined where it has not the form. */
export function parseModelName(name: string): { arm: string; model: string } | undefined {
  const [, arm, model] = folderName.exec(name) ?? [];
  return arm === undefined || model === undefined ? undefined : { arm, model };
}

/** Models below `models/` of a world, checkpoints too; the smallest arms in the order of their names. */
export async function findWorldModels(world: string): Promise<WorldModel[]> {
  const folder = join(world, "models");
  const { models, problems } = await listModels(folder);
  if (problems[0] !== undefined)
    throw new RoteError("model/malformed", `${problems[0].path}: ${problems[0].problem}`);
  return models.flatMap(({ path, step }) => {
    const name = relative(folder, path).split(sep)[0]!;
    const parsed = parseModelName(name);
    if (parsed === undefined) return [];
    if (step === null) return [{ folder: path, name, ...parsed }];
    const model = `${parsed.model}@${step}`;
    return [{ folder: path, name: `${name}@${step}`, arm: parsed.arm, model, step }];
  });
}

/** Choose by name; without names all that are trained to their end, and checkpoints where asked for. */
export function chooseWorldModels(
  models: readonly WorldModel[],
  names: readonly string[],
  { checkpoints = false }: { readonly checkpoints?: boolean } = {},
): WorldModel[] {
  if (names.length === 0) return models.filter(({ step }) => checkpoints || step === undefined);
  return names.map((wanted) => {
    const found = models.find(({ name }) => name === wanted);
    if (found !== undefined) return found;
    const known = models.map(({ name }) => name).join(", ");
    throw new RoteError("usage", `the world has no model "${wanted}"; it has ${known || "none"}`, {
      wanted,
    });
  });
}
