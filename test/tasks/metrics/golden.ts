import { existsSync, readFileSync } from "node:fs";
import { test } from "vitest";

const folder = "../shared/data/golden/metrics";

/** Tests that need shared/data. */
export const withGolden = test.skipIf(!existsSync(folder));

/** A file of reference values; its README says which packages made it. */
export function golden(name: string): unknown {
  return JSON.parse(readFileSync(`${folder}/${name}.json`, "utf8"));
}
