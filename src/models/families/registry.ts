/** The architectures that can be opened, by `model_type` of config.json. */
import { nearest, RoteError } from "../../base/errors.ts";
import type { Family } from "./family.ts";
import { gemma2 } from "./gemma2.ts";
import { gptNeox } from "./gpt-neox.ts";
import { gpt2 } from "./gpt2.ts";
import { gptj } from "./gptj.ts";
import { llama } from "./llama.ts";
import { mistral } from "./mistral.ts";
import { olmo } from "./olmo.ts";
import { olmo2, olmo3 } from "./olmo2.ts";
import { phi } from "./phi.ts";
import { qwen2 } from "./qwen2.ts";
import { qwen3 } from "./qwen3.ts";

/** Every family; docs/models.md says how to add one. */
export const families: ReadonlyMap<string, Family> = new Map(
  [gptNeox, gpt2, gptj, llama, mistral, qwen2, qwen3, olmo, olmo2, olmo3, phi, gemma2].map(
    (family) => [family.modelType, family],
  ),
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
