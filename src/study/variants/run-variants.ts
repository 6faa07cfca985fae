/** A study and its variants, run together: what a change does not touch is done once for all. */
import { RoteError } from "../../base/errors.ts";
import type { Study } from "../load-study.ts";
import type { StudyPlace } from "../open-study.ts";
import { runTogether } from "../run-together.ts";
import type { RunStudyOptions } from "../run-study.ts";
import { type OwnVariant, ownVariants } from "./own-variants.ts";
import { variantFolder, type Variant, type VariantRun } from "./variant.ts";

/**
 * Run or resume a study with the variants that it asks for itself, and others, each into
 * `variants/NAME` of the run directory: a whole run directory of its own. Their pairs are counted
 * together, in one pass for each corpus as it is read, and their shuffles' in one more; every count and
 * estimate is what the variant gives alone. With `onFailed`, variants that leave a task without pairs
 * are missing from what is returned.
 */
export async function runVariants(
  study: Study,
  variants: readonly Variant[],
  options: RunStudyOptions,
): Promise<readonly VariantRun[]> {
  const own = ownVariants(study);
  const { onFailed } = options;
  const runs = await runTogether(placesOf(study, [...own, ...variants], options.out), {
    ...options,
    // What became of its own variants stands in the results of the study.
    onFailed:
      onFailed &&
      ((name, error) => {
        if (!own.some((each) => each.name === name)) onFailed(name, error);
      }),
  });
  return variants.flatMap((variant, i) => {
    const run = runs[1 + own.length + i];
    const directory = variantFolder(options.out, variant);
    return run === undefined ? [] : [{ variant, directory, run }];
  });
}

/** The study itself, and behind it its variants. */
export function placesOf(
  study: Study,
  variants: readonly (Variant & Pick<OwnVariant, "minedOn">)[],
  out: string,
): readonly StudyPlace[] {
  const names = variants.map(({ name }) => name);
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated !== undefined)
    throw new RoteError("usage", `two variants are named "${repeated}"; give each its own name`, {
      name: repeated,
    });
  return [
    { study, out, label: "" },
    ...variants.map((variant) => ({
      study: variant.study,
      out: variantFolder(out, variant),
      label: variant.name,
      mayFail: variant.minedOn !== undefined,
    })),
  ];
}
