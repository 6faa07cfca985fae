/** `preset: paper`: the keys that a study does not write itself are filled in with the paper's values. */
import { canonicalJson } from "../../base/json.ts";
import type { StudyFile } from "../study-file.ts";
import { type PaperKey, paperOptions, type PresetStudy } from "./paper-options.ts";
import { type StudyKey, valueAt, withValue } from "./study-keys.ts";

/** A key that a preset filled in. */
export interface FilledKey extends StudyKey {
  /** The option that it belongs to. */
  readonly option: string;
  readonly value: unknown;
  /** What it would be without the preset; absent where it would not be there. */
  readonly default?: unknown;
}

/** A study as it is written, with the paper's values in the keys it does not write. */
export interface FilledStudy {
  readonly content: unknown;
  readonly filled: readonly FilledKey[];
}

/** Fill a study in. `defaults` is the same study without the preset, every default with its value. */
export function fillIn(content: unknown, defaults: StudyFile): FilledStudy {
  let next = content;
  const filled: FilledKey[] = [];
  for (const { option, key } of paperKeys(presetStudyOf(defaults))) {
    const known = valueAt(defaults, key);
    if (isWritten(content, key) || isSame(known, key.value)) continue;
    // n-grams may be named alone and are a list afterwards.
    next = withValue(next, key, key.value);
    const { task, key: name, value } = key;
    filled.push({
      ...{ option, ...(task === undefined ? {} : { task }), key: name, value },
      ...(known === undefined ? {} : { default: known }),
    });
  }
  return { content: next, filled };
}

/** Every key of the paper's options. */
export function paperKeys(
  study: PresetStudy,
): readonly { readonly option: string; readonly key: PaperKey }[] {
  return paperOptions.flatMap(({ name: option, keys }) =>
    keys(study).map((key) => ({ option, key })),
  );
}

/** What the paper's values hang on, of a study whose tasks may be names of built-in ones. */
export function presetStudyOf({
  corpus,
  tasks,
}: {
  readonly corpus: Pick<StudyFile["corpus"], "files">;
  readonly tasks: StudyFile["tasks"];
}): PresetStudy {
  return {
    hasFiles: corpus.files.length > 0,
    tasks: tasks.filter((task) => typeof task !== "string"),
    hasBuiltIn: tasks.some((task) => typeof task === "string"),
  };
}

/** Whether two values of a key are one. */
export function isSame(a: unknown, b: unknown): boolean {
  return canonicalJson(a ?? null) === canonicalJson(b ?? null);
}

function isWritten(content: unknown, key: PaperKey): boolean {
  if (valueAt(content, key) !== undefined) return true;
  return key.unless !== undefined && valueAt(content, { key: key.unless }) !== undefined;
}
