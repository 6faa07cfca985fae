/** Variants of a study: the same study with some keys changed. */
import { join } from "node:path";
import { RoteError } from "../../base/errors.ts";
import { isRecord } from "../../base/json.ts";
import type { Study } from "../load-study.ts";
import type { RunFile } from "../run-file.ts";

/** A study with some keys changed. */
export interface Variant {
  /** Unique among the variants of a study; the name of its run directory. */
  readonly name: string;
  /** The keys that differ, dotted, and their values. */
  readonly changes: Readonly<Record<string, unknown>>;
  readonly study: Study;
}

/** The run directory of a variant, in that of its study. */
export function variantFolder(out: string, { name }: Pick<Variant, "name">): string {
  return join(out, "variants", name);
}

/** A variant that has run. */
export interface VariantRun {
  readonly variant: Variant;
  readonly directory: string;
  readonly run: RunFile;
}

/**
 * A variant of a study that is ready to run: paths in `changes` are absolute. A dotted key leads to the
 * value to be set (`mine.threshold`); `tasks.KEY` sets it in every task, and undefined takes a key away.
 * Values are not checked against the schema.
 */
export function variantOf(
  study: Study,
  name: string,
  changes: Readonly<Record<string, unknown>>,
): Variant {
  if (!/^[\w-][\w.-]*$/.test(name))
    throw new RoteError(
      "usage",
      `a variant's name is made of letters, digits, dots, dashes and underscores, got "${name}"`,
      { name },
    );
  // A variant has none of its own: it is of the first corpus and of the tasks' own tables.
  const { otherCorpora: _, ...alone } = study;
  const changed = Object.entries(changes).reduce<unknown>(
    (value, [key, to]) => withChange(value, key.split("."), to),
    { ...alone, crossTask: false },
  );
  return { name, changes, study: changed as Study };
}

/** The value with another one at the end of the path; of lists, in every entry. */
function withChange(value: unknown, [key, ...rest]: readonly string[], to: unknown): unknown {
  if (key === undefined) return to;
  if (Array.isArray(value)) return value.map((entry) => withChange(entry, [key, ...rest], to));
  const record = isRecord(value) ? value : {};
  const next = { ...record, [key]: withChange(record[key], rest, to) };
  return Object.fromEntries(Object.entries(next).filter(([, entry]) => entry !== undefined));
}
