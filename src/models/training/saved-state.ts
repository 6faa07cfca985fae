/**
 * The state of a training on disk: one safetensors file, written whole or not at all, with the step
 * and what the training consists of. A state of another training is refused.
 */
import { join } from "node:path";
import { RoteError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import { canonicalJson, isRecord } from "../../base/json.ts";
import { openSafetensors } from "../safetensors.ts";
import { readTensors } from "../weights.ts";
import { writeSafetensors } from "../write-safetensors.ts";
import type { TrainingState } from "./train-on-tokens.ts";

/** What must be equal for a training to go on: model, schedule, seed, data. */
export type TrainingKey = Readonly<Record<string, unknown>>;

const vectors = ["parameters", "firstMoments", "secondMoments"] as const;

export function statePath(folder: string): string {
  return join(folder, "training-state.safetensors");
}

export async function saveState(
  folder: string,
  key: TrainingKey,
  state: TrainingState,
): Promise<void> {
  const tensors = vectors.map((name) => ({
    name,
    shape: [state[name].length],
    data: state[name],
  }));
  const metadata = { step: String(state.step), training: canonicalJson(key) };
  await writeSafetensors(statePath(folder), tensors, { metadata });
}

/** The saved state of a folder; undefined where there is none yet. */
export async function loadState(
  folder: string,
  key: TrainingKey,
): Promise<TrainingState | undefined> {
  const path = statePath(folder);
  if (!(await exists(path))) return undefined;
  const file = await openSafetensors(path);
  const step = Number(file.metadata.step);
  checkKey(path, file.metadata.training, key);
  if (!(Number.isSafeInteger(step) && step >= 0))
    throw new RoteError("model/malformed", `${path} does not say its step`, { path });
  const length = file.tensors.get("parameters")?.shape[0] ?? 0;
  const tensors = await readTensors(
    file,
    vectors.map((name) => ({ name, shape: [length] })),
  );
  const [parameters, firstMoments, secondMoments] = vectors.map((name) => tensors.get(name)!);
  return {
    step,
    parameters: parameters!,
    firstMoments: firstMoments!,
    secondMoments: secondMoments!,
  };
}

/** Refuse to mix two trainings, naming what differs. */
export function checkKey(path: string, saved: unknown, key: TrainingKey): void {
  if (saved === canonicalJson(key)) return;
  const old: unknown = typeof saved === "string" ? JSON.parse(saved) : undefined;
  const differing = isRecord(old)
    ? [...new Set([...Object.keys(key), ...Object.keys(old)])].filter(
        (name) => canonicalJson(old[name]) !== canonicalJson(key[name]),
      )
    : Object.keys(key);
  throw new RoteError(
    "study/mismatch",
    `${path} belongs to a training with another ${differing.join(", ")}; restore the configuration, or train into another folder`,
    { path, differing },
  );
}
