/** What a preset made of a study, option by option: run.json's `preset`. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { exists, readJson, writeAtomically } from "../../base/files.ts";
import { canonicalJson, sha256 } from "../../base/json.ts";
import { version } from "../../base/provenance.ts";
import { promptOf } from "../../tasks/prompt-presets.ts";
import type { Study } from "../load-study.ts";
import { presetFile } from "../run-file.ts";
import { isSame, presetStudyOf } from "./fill-in.ts";
import type { PresetComparison } from "./compare.ts";
import { type PaperKey, type PaperOption, paperOptions } from "./paper-options.ts";
import { keyText, valueAt } from "./study-keys.ts";

/** run.json's `preset`. */
export interface PresetRecord {
  readonly name: "paper";
  readonly options: readonly PresetOption[];
  /** The default's result beside the preset's, and what each option alone makes of it; null until that has run under these options. */
  readonly comparison: PresetComparison | null;
}

/**
 * What became of an option: the preset `set` it; the study has the paper's value anyway (`same`);
 * a key that the study writes itself `deviates`; every run has it `reported`; it is `missing`; or the
 * paper says nothing of the study's tasks (`not-asked`).
 */
export type OptionStatus = "set" | "same" | "deviates" | "reported" | "missing" | "not-asked";

/** One choice of the paper in a study. */
export interface PresetOption {
  readonly name: string;
  readonly title: string;
  /** The paper's choice in words. */
  readonly choice: string;
  readonly source: string;
  readonly status: OptionStatus;
  readonly keys: readonly {
    readonly key: string;
    readonly paper: unknown;
    readonly used: unknown;
  }[];
  /** What neither the paper's text nor its code says. */
  readonly assumption: string | null;
  /** What of the choice this study does not have, or where it is reported. */
  readonly remark: string | null;
}

/** What a preset made of the study of a run directory; null of a study without one. */
export async function readPreset(directory: string, study: Study): Promise<PresetRecord | null> {
  if (study.preset === "default") return null;
  const path = join(directory, presetFile);
  const kept = (await exists(path)) ? ((await readJson(path)) as Partial<KeptComparison>) : {};
  const comparison = kept.key === comparisonKey(study) ? (kept.comparison ?? null) : null;
  return { name: study.preset, options: presetOptions(study), comparison };
}

/** The content of preset.json. */
interface KeptComparison {
  readonly key: string;
  readonly comparison: PresetComparison;
}

/** Keep a comparison for when the run is measured again as it was; null takes an earlier one away. */
export async function keepComparison(
  directory: string,
  study: Study,
  comparison: PresetComparison | null,
): Promise<void> {
  const path = join(directory, presetFile);
  if (comparison === null) return rm(path, { force: true });
  const kept: KeptComparison = { key: comparisonKey(study), comparison };
  await writeAtomically(path, `${JSON.stringify(kept, null, 2)}\n`);
}

/** What a comparison holds for: measured in another way, the study's numbers are no longer its. */
function comparisonKey({ measure, filled = [] }: Study): string {
  return sha256(canonicalJson([measure, filled, version]));
}

/** Every option of the paper in a study that asks for its preset. */
export function presetOptions(study: Study): readonly PresetOption[] {
  const own = presetStudyOf(study);
  return paperOptions.map((option) => {
    const { name, title, choice, source, assumption, missing, reported } = option;
    const keys = option.keys(own);
    return {
      ...{ name, title, choice, source, status: statusOf(option, keys, study) },
      keys: keys.map((key) => ({
        key: keyText(key),
        paper: paperValue(study, key),
        used: valueAt(study, key) ?? null,
      })),
      assumption: assumption?.(own) ?? null,
      remark: reported ?? missing?.(own) ?? null,
    };
  });
}

function statusOf(
  { name, reported, missing }: PaperOption,
  keys: readonly PaperKey[],
  study: Study,
): OptionStatus {
  if (reported !== undefined) return "reported";
  if (keys.length === 0) return missing === undefined ? "not-asked" : "missing";
  const deviates = keys.some((key) => !isSame(valueAt(study, key), paperValue(study, key)));
  if (deviates) return "deviates";
  return study.filled?.some(({ option }) => option === name) === true ? "set" : "same";
}

/** A prompt by name stands for its template. */
function paperValue({ tasks }: Study, { task: name, key, value }: PaperKey): unknown {
  const task = tasks.find((entry) => entry.name === name);
  return key === "prompt" && task !== undefined ? promptOf(String(value), task) : value;
}
