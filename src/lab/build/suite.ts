/**
 * The models of a world: which arm, shape and seed each is trained on. The list is data, in the order
 * of training: what most other work needs comes first.
 */
import { RoteError } from "../../base/errors.ts";
import type { WorldSettings } from "../world/settings.ts";

/** GPT-NeoX with tied embeddings and 4,096 tokens, by their parameters. */
export const shapes = {
  "0.36M": { hiddenSize: 64, layers: 2, heads: 4 },
  "1.3M": { hiddenSize: 128, layers: 4, heads: 4 },
  "4.2M": { hiddenSize: 256, layers: 4, heads: 4 },
} as const;

export type ShapeName = keyof typeof shapes;

export interface SuiteModel {
  /** ARM-SIZE, with -seedN for other seeds than 1. */
  readonly name: string;
  readonly arm: string;
  readonly shape: ShapeName;
  readonly seed: number;
  /** Checkpoints at each quarter of the training. */
  readonly checkpoints: boolean;
}

export const vocabularySize = 4096;
export const sequenceLength = 256;

/** Chosen on a development seed but for 4.2M, which is scaled with its width; see docs/lab.md. */
const learningRates: Readonly<Record<ShapeName, number>> = {
  "0.36M": 8e-3,
  "1.3M": 8e-3,
  "4.2M": 5e-3,
};

interface Extent {
  /** Shapes of the perturbed and the standard arm, and of the timing arms. */
  readonly shapes: readonly ShapeName[];
  readonly standard: readonly ShapeName[];
  readonly timing: readonly ShapeName[];
  /** Seeds of the levels of injection. */
  readonly seeds: readonly number[];
}

const extents: Readonly<Record<WorldSettings["size"], Extent>> = {
  full: {
    shapes: ["0.36M", "1.3M", "4.2M"],
    standard: ["0.36M", "1.3M", "4.2M"],
    timing: ["0.36M", "1.3M"],
    seeds: [1, 2, 3],
  },
  small: {
    shapes: ["0.36M", "1.3M", "4.2M"],
    standard: ["0.36M", "1.3M", "4.2M"],
    timing: ["0.36M"],
    seeds: [1],
  },
  tiny: { shapes: ["0.36M"], standard: ["0.36M"], timing: ["0.36M"], seeds: [1] },
};

/** All models of a world; those of the diluted arm where the sources have text for it. */
export function suiteModels(
  settings: WorldSettings,
  { dilution }: { readonly dilution: boolean },
): SuiteModel[] {
  const { shapes, standard, timing, seeds } = extents[settings.size];
  const { subsets, injectionLevels } = settings;
  const levels = injectionLevels.map(levelArm);
  const models = [
    ...shapes.map((shape) => modelOf("perturbed", shape, 1)),
    ...standard.map((shape) => modelOf("standard", shape, 1)),
    ...["early", "late"].flatMap((arm) => timing.map((shape) => modelOf(arm, shape, 1))),
    ...(dilution ? [modelOf("diluted", "0.36M", 1)] : []),
    ...seeds.flatMap((seed) => levels.map((arm) => modelOf(arm, "0.36M", seed))),
    ...Array.from({ length: subsets }, (_, k) => modelOf(`subset-${k + 1}`, "0.36M", 1)),
  ];
  return [...new Map(models.map((model) => [model.name, model])).values()];
}

/** No injection is the standard arm, a whole one the perturbed. */
function levelArm(percent: number): string {
  if (percent === 0) return "standard";
  return percent === 100 ? "perturbed" : `injection-${percent}`;
}

function modelOf(arm: string, shape: ShapeName, seed: number): SuiteModel {
  const name = seed === 1 ? `${arm}-${shape}` : `${arm}-${shape}-seed${seed}`;
  return { name, arm, shape, seed, checkpoints: arm === "perturbed" && seed === 1 };
}

/** Where the corpus of an arm lies in a world's folder. */
export function corpusFolder(arm: string): string {
  return arm === "perturbed" ? "corpus" : `arms/${arm}`;
}

/**
 * The training of a model as `rote train` reads it, from the folder models/ of a world. Documents stand
 * at their places and are read once, in order.
 */
export function trainingOf({ arm, shape, seed, checkpoints }: SuiteModel, steps: number): object {
  return {
    corpus: { files: `../${corpusFolder(arm)}`, place: "place" },
    tokenizer: "../tokenizer",
    shape: { ...shapes[shape], maximumLength: sequenceLength },
    schedule: { epochs: 1, batchSize, order: "corpus", learningRate: learningRates[shape] },
    ...(checkpoints ? { checkpoints: { every: Math.ceil(steps / 4) } } : {}),
    dtype: "float16",
    seed,
  };
}

export const batchSize = 8;

/** Models of these names, or whose names begin with what stands before a star; without patterns all. */
export function chooseSuiteModels(
  models: readonly SuiteModel[],
  patterns: readonly string[],
): SuiteModel[] {
  if (patterns.length === 0) return [...models];
  const matches = (name: string, pattern: string): boolean =>
    pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
  const unknown = patterns.find((pattern) => !models.some(({ name }) => matches(name, pattern)));
  if (unknown !== undefined)
    throw new RoteError(
      "usage",
      `this world has no model "${unknown}"; its models are ${models.map(({ name }) => name).join(", ")}`,
      { model: unknown },
    );
  return models.filter(({ name }) => patterns.some((pattern) => matches(name, pattern)));
}
