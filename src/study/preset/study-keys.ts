/** Keys of a study by name, as it is written and as it is resolved. */
import { isRecord } from "../../base/json.ts";

/** A key of a study (`measure.zeros`), or of one of its tasks. */
export interface StudyKey {
  readonly task?: string;
  /** Dotted. */
  readonly key: string;
}

/** The key as people write it. */
export function keyText({ task, key }: StudyKey): string {
  return task === undefined ? key : `tasks.${task}.${key}`;
}

/** The value of a key; undefined where it is not there. Of a list of corpora, that of the first. */
export function valueAt(study: unknown, { task, key }: StudyKey): unknown {
  const start = task === undefined ? study : taskNamed(study, task);
  return key.split(".").reduce<unknown>((value, part) => {
    const record = Array.isArray(value) ? (value as unknown[])[0] : value;
    return isRecord(record) ? record[part] : undefined;
  }, start);
}

/** The same study with another value under a key; undefined takes the key away. */
export function withValue(study: unknown, { task, key }: StudyKey, to: unknown): unknown {
  if (task === undefined) return changed(study, key.split("."), to);
  const { tasks } = study as { readonly tasks: readonly unknown[] };
  const isOwn = (entry: unknown): boolean => isRecord(entry) && entry.name === task;
  return {
    ...(study as object),
    tasks: tasks.map((entry) => (isOwn(entry) ? changed(entry, key.split("."), to) : entry)),
  };
}

function taskNamed(study: unknown, name: string): unknown {
  const tasks = isRecord(study) && Array.isArray(study.tasks) ? (study.tasks as unknown[]) : [];
  return tasks.find((entry) => isRecord(entry) && entry.name === name);
}

function changed(value: unknown, [part, ...rest]: readonly string[], to: unknown): unknown {
  if (part === undefined) return to;
  const record = isRecord(value) ? value : {};
  const next = { ...record, [part]: changed(record[part], rest, to) };
  return Object.fromEntries(Object.entries(next).filter(([, entry]) => entry !== undefined));
}
