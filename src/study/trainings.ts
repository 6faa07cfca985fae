/** Which models of a run are checkpoints of one training, and how far each had come. */
import { basename, dirname, join } from "node:path";
import type { TrainingPlace } from "../memorization/comparisons.ts";
import type { ModelIdentity } from "../models/language-model.ts";
import { nameWithoutStep, stepOf } from "../models/suites/checkpoint-name.ts";
import { isModelUrl } from "../models/remote/model-url.ts";
import { shortNames } from "./load-study.ts";

/** A model of a run: what it is, and the training it comes from. */
export interface RunModel extends ModelIdentity {
  /** Name of the training, the same for all its checkpoints; absent where only one model of the run comes from it. */
  readonly training?: string;
}

/** The identities with their trainings, by the paths under which the study names them, in its order. */
export function withTrainings(
  models: readonly ModelIdentity[],
  paths: readonly string[],
): readonly RunModel[] {
  const folders = models.map((model, i) => trainingFolder(paths[i]!, model));
  const names = shortNames(folders);
  return models.map((model, i) => {
    const isAlone = folders.filter((folder) => folder === folders[i]).length < 2;
    return isAlone ? model : { ...model, training: names[i]! };
  });
}

/** What a step's path is without its step, from the path alone: measuring needs no models. */
function trainingFolder(path: string, { checkpoint }: ModelIdentity): string {
  if (isModelUrl(path) || checkpoint === undefined) return path;
  const at = path.lastIndexOf("@");
  const [folder, name] =
    at > path.lastIndexOf("/")
      ? [path.slice(0, at), path.slice(at + 1)]
      : [dirname(path), basename(path)];
  if (stepOf(name) !== undefined) return join(folder, nameWithoutStep(name));
  return at > path.lastIndexOf("/") ? folder : path;
}

/** By model, its training and its step; a model of a run that names no step is a training of its own. */
export function trainingOf(
  models: readonly RunModel[],
): (model: string) => TrainingPlace | undefined {
  const places = new Map(
    models.map(({ name, training = name, checkpoint, step = stepIn(checkpoint) }) => [
      name,
      { training, step },
    ]),
  );
  return (model) => places.get(model);
}

function stepIn(checkpoint: string | undefined): number | undefined {
  return checkpoint === undefined ? undefined : stepOf(checkpoint);
}
