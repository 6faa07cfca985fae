/**
 * What the steps of a build take besides training, in seconds as measured on the machine of
 * bench/runs/2026-11-21-epyc-2-cores. How long they take elsewhere follows from how fast models are trained.
 */
import { truthStep } from "./build-steps.ts";
import type { TrainingRates } from "./measure-rates.ts";
import type { ShapeName, SuiteModel } from "./suite.ts";

/** Planning, writing and counting, for each token of the world. */
const WORLD = 0.7e-6;

/** Training a tokenizer of 4,096 entries, for each token of the world. */
const TOKENIZER = 1.1e-6;

/** Asking a model for one item: by every metric, or for recall alone. */
const truth: Readonly<Record<ShapeName, { readonly all: number; readonly recall: number }>> = {
  "0.36M": { all: 0.003, recall: 0.0013 },
  "1.3M": { all: 0.0036, recall: 0.0016 },
  "4.2M": { all: 0.006, recall: 0.003 },
};

/** Grading all measures, for each item of each model. */
const CARD = 0.003;

/** Tokens a second of two trainings side by side. */
const referenceRates: Readonly<Record<ShapeName, number>> = {
  "0.36M": 59_000,
  "1.3M": 20_000,
  "4.2M": 8_000,
};

/** How many times as long as there everything takes on a machine of these rates; 1 without any. */
export function slowness(rates: TrainingRates): number {
  const ratios = Object.entries(rates).map(
    ([shape, rate]) => referenceRates[shape as ShapeName] / rate,
  );
  if (ratios.length === 0) return 1;
  return ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
}

export interface CostedBuild {
  /** Of the perturbed corpus. */
  readonly tokens: number;
  readonly items: number;
  readonly models: readonly SuiteModel[];
  readonly slowness: number;
}

/** The costs of all steps but the trainings, by their names. */
export function stepCosts({
  tokens,
  items,
  models,
  slowness,
}: CostedBuild): (readonly [string, { readonly tokens?: number; readonly seconds: number }])[] {
  const asked = ({ shape, arm, checkpoints }: SuiteModel): number => {
    const { all, recall } = truth[shape];
    const isMeasuredFully = arm === "perturbed" || arm === "standard";
    return (isMeasuredFully ? all : recall) + (checkpoints ? 3 * recall : 0);
  };
  return [
    ["world", { tokens, seconds: slowness * tokens * WORLD }],
    ["tokenizer", { tokens, seconds: slowness * tokens * TOKENIZER }],
    ...models.map(
      (model) => [truthStep(model), { seconds: slowness * items * asked(model) }] as const,
    ),
    ["card", { seconds: slowness * items * models.length * CARD }],
  ];
}
