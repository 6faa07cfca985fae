/** What the training of a world's models will take, before any of it is done. */
import type { LongWork } from "../../base/progress.ts";
import type { Tokenizer } from "../../tokenizers/tokenizer.ts";
import { arrange, dilutionFiles, parseArm } from "../arms/arms.ts";
import { countTokens } from "../world/count-tokens.ts";
import type { World } from "../world/world.ts";
import { plannedRates, type SuiteModel } from "./suite.ts";

/** A model and its training in tokens of a tokenizer. */
export interface PlannedModel {
  readonly model: SuiteModel;
  readonly tokens: number;
  /** At the planned rate of its shape, on two cores. */
  readonly seconds: number;
}

/** Tokens and time of each model; the base text is tokenized once. */
export async function planSuite(
  world: World,
  models: readonly SuiteModel[],
  tokenizer: Tokenizer,
  work: LongWork = {},
): Promise<PlannedModel[]> {
  const { sources, settings, documents } = world;
  const share = settings.baseShare;
  const count = async (paths: readonly string[]): Promise<number> => {
    const sizes = await countTokens(paths, share, [], tokenizer, work);
    return sizes.reduce((sum, { tokens }) => sum + tokens, 0);
  };
  const base = await count(sources.base);
  const planted = new Map(
    documents.map(({ id, text }) => [id, tokenizer.encode(text).length + 1] as const),
  );
  const sizes = new Map<string, number>();
  for (const name of new Set(models.map((model) => model.arm))) {
    const arm = parseArm(name, settings);
    const own = arrange(world, arm).reduce((sum, { id }) => sum + planted.get(id)!, 0);
    sizes.set(name, base + (await count(dilutionFiles(world, arm))) + own);
  }
  return models.map((model) => {
    const tokens = sizes.get(model.arm)!;
    return { model, tokens, seconds: Math.round(tokens / plannedRates[model.shape]) };
  });
}
