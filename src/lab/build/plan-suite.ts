/** What the training of a world's models will take, before any of it is done. */
import type { LongWork } from "../../base/progress.ts";
import type { Tokenizer } from "../../tokenizers/tokenizer.ts";
import { arrange, dilutionFiles, parseArm } from "../arms/arms.ts";
import { countTokens } from "../world/count-tokens.ts";
import type { World } from "../world/world.ts";
import type { TrainingRates } from "./measure-rates.ts";
import type { SuiteModel } from "./suite.ts";

/** A model and its training in tokens of a tokenizer. */
export interface PlannedModel {
  readonly model: SuiteModel;
  readonly tokens: number;
  /** At the rate of its shape; as models are trained side by side, its share of the time of all. */
  readonly seconds: number;
}

/** Tokens and time of each model. */
export async function planSuite(
  world: World,
  models: readonly SuiteModel[],
  { tokenizer, rates }: { readonly tokenizer: Tokenizer; readonly rates: TrainingRates },
  work: LongWork = {},
): Promise<PlannedModel[]> {
  const arms = models.map(({ arm }) => arm);
  const sizes = await countArms(world, arms, tokenizer, work);
  return models.map((model) => {
    const tokens = sizes.get(model.arm)!;
    return { model, tokens, seconds: tokens / rates[model.shape]! };
  });
}

/** Tokens of arms by their names; the base text is tokenized once. */
export async function countArms(
  world: World,
  names: Iterable<string>,
  tokenizer: Tokenizer,
  work: LongWork = {},
): Promise<Map<string, number>> {
  const { sources, settings, documents } = world;
  const count = async (paths: readonly string[]): Promise<number> => {
    const sizes = await countTokens(paths, settings.baseShare, [], tokenizer, work);
    return sizes.reduce((sum, { tokens }) => sum + tokens, 0);
  };
  const base = await count(sources.base);
  const planted = new Map(
    documents.map(({ id, text }) => [id, tokenizer.encode(text).length + 1] as const),
  );
  const sizes = new Map<string, number>();
  for (const name of new Set(names)) {
    const arm = parseArm(name, settings);
    const own = arrange(world, arm).reduce((sum, { id }) => sum + planted.get(id)!, 0);
    sizes.set(name, base + (await count(dilutionFiles(world, arm))) + own);
  }
  return sizes;
}
