/** The architectures that can be opened, by `model_type` of config.json. */
import { nearest, RoteError } from "../../base/errors.ts";
import type { Family } from "./family.ts";
import { gptNeox } from "./gpt-neox.ts";

/** Every family; docs/models.md says how to add one. */
export const families: ReadonlyMap<string, Family> = new Map(
  [gptNeox].map((family) => [family.modelType, family]),
);

/** The family of a config.json, or an error that names the known ones. `path` is for messages. */
export function familyOf(entries: Readonly<Record<string, unknown>>, path: string): Family {
  const type = entries.model_type;
  const family = typeof type === "string" ? families.get(type) : undefined;
  if (family !== undefined) return family;
  const known = [...families.keys()];
  const near = typeof type === "string" ? nearest(type, known) : undefined;
  throw new RoteError(
    "model/unsupported",
    `${path} has model_type ${JSON.stringify(type)}; known are ${known.join(", ")}${near === undefined ? "" : ` (did you mean ${near}?)`}`,
    { path, type, known },
  );
}
