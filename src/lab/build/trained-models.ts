/** The trained models of a suite as the truth names them. */
import { join } from "node:path";
import { RoteError } from "../../base/errors.ts";
import { readJsonObject } from "../../base/files.ts";
import { parseModelName, type WorldModel } from "../truth/world-models.ts";
import type { SuiteModel } from "./suite.ts";

/** A trained model, and after it its checkpoints. */
export async function withCheckpoints(out: string, { name }: SuiteModel): Promise<WorldModel[]> {
  const folder = join(out, "models", name);
  const parsed = parseModelName(name);
  if (parsed === undefined) throw new RoteError("internal", `"${name}" names no arm and size`);
  const { arm, model } = parsed;
  const { checkpoints } = await readJsonObject(join(folder, "training.json"));
  const steps = Array.isArray(checkpoints) ? checkpoints.map(String).map(stepOf) : [];
  return [
    { folder, name, arm, model },
    ...steps.map((step) => ({
      ...{ folder: join(folder, `step-${step}`), name: `${name}@${step}` },
      ...{ arm, model: `${model}@${step}`, step },
    })),
  ];
}

const stepOf = (checkpoint: string): number => Number(checkpoint.slice("step-".length));
