/**
 * The configuration of `rote train`: parsed once, complete afterwards. Relative paths are taken
 * from the folder of the configuration file.
 */
import { isAbsolute, join } from "node:path";
import type { StoredType } from "../write-safetensors.ts";
import { Section } from "./config-section.ts";
import { checkShape, type GptNeoxConfig } from "./gpt-neox-shape.ts";
import type { Schedule } from "./schedule.ts";

/** A training with every default filled in: the same configuration gives the same weights. */
export interface TrainingConfig {
  readonly corpus: {
    /** Files, folders or patterns, as everywhere. */
    readonly files: readonly string[];
    /** Where a record's text stands. */
    readonly field: string;
  };
  /** A tokenizer.json (or its folder), or the size of one to be trained on the corpus first. */
  readonly tokenizer: { readonly path: string } | { readonly vocabularySize: number };
  /** A new model, or the folder of one whose weights training starts with. */
  readonly model: { readonly shape: NewShape } | { readonly from: string };
  readonly schedule: Schedule;
  readonly checkpoints: {
    /** Save the model every so many steps. */
    readonly every?: number;
    /** And after these. */
    readonly steps: readonly number[];
    /** Keep the state of the optimizer with each of them. */
    readonly optimizer: boolean;
    /** Save the whole state, for `--resume`, every so many steps. */
    readonly stateEvery: number;
  };
  /** How weights are stored. */
  readonly dtype: StoredType;
  readonly seed: number;
}

/** The vocabulary is the tokenizer's where it is not given; a larger one has unused rows. */
export type NewShape = Omit<GptNeoxConfig, "vocabularySize"> & {
  readonly vocabularySize?: number;
};

/** Read a configuration as it comes out of YAML or JSON; `source` names it in errors. */
export function parseTrainingConfig(
  value: unknown,
  {
    folder = ".",
    source = "the training configuration",
  }: { readonly folder?: string; readonly source?: string } = {},
): TrainingConfig {
  const top = new Section(source, "", value, [
    "corpus",
    "tokenizer",
    "shape",
    "from",
    "schedule",
    "checkpoints",
    "dtype",
    "seed",
  ]);
  const at = (path: string): string => (isAbsolute(path) ? path : join(folder, path));
  const model = parseModel(top, at);
  const longest = "shape" in model ? model.shape.maximumLength : undefined;
  return {
    corpus: parseCorpus(top.section("corpus", ["files", "field"]), at),
    tokenizer: parseTokenizer(top, at),
    model,
    schedule: parseSchedule(top.section("schedule", scheduleKeys), longest),
    checkpoints: parseCheckpoints(
      top.section("checkpoints", ["every", "steps", "optimizer", "stateEvery"], {}),
    ),
    dtype: top.choice("dtype", ["float16", "float32"] as const, "float16"),
    seed: top.integer("seed", { least: 0, fallback: 0 }),
  };
}

const shapeKeys = [
  "hiddenSize",
  "layers",
  "heads",
  "vocabularySize",
  "maximumLength",
  "rotaryFraction",
  "rotaryBase",
  "intermediateSize",
  "epsilon",
  "parallelResidual",
  "attentionBias",
  "tiedEmbeddings",
];

const scheduleKeys = [
  "tokens",
  "steps",
  "epochs",
  "batchSize",
  "sequenceLength",
  "learningRate",
  "minimumLearningRate",
  "warmupSteps",
  "weightDecay",
  "beta1",
  "beta2",
  "epsilon",
  "clip",
];

type PathResolver = (path: string) => string;

function parseCorpus(section: Section, at: PathResolver): TrainingConfig["corpus"] {
  return { files: section.strings("files").map(at), field: section.string("field", "text") };
}

function parseModel(top: Section, at: PathResolver): TrainingConfig["model"] {
  if (!top.has("from")) return { shape: parseShape(top.section("shape", shapeKeys)) };
  if (top.has("shape")) top.fail("shape", "a model given by from has its shape already");
  return { from: at(top.string("from")) };
}

function parseTokenizer(top: Section, at: PathResolver): TrainingConfig["tokenizer"] {
  if (top.has("from")) {
    if (top.has("tokenizer")) top.fail("tokenizer", "a model given by from has its own");
    return { path: at(top.string("from")) };
  }
  if (typeof top.get("tokenizer") === "string") return { path: at(top.string("tokenizer")) };
  const section = top.section("tokenizer", ["vocabularySize"]);
  return { vocabularySize: section.integer("vocabularySize", { least: 257 }) };
}

function parseShape(section: Section): NewShape {
  const hiddenSize = section.integer("hiddenSize");
  const shape = {
    hiddenSize,
    layers: section.integer("layers"),
    heads: section.integer("heads"),
    intermediateSize: section.integer("intermediateSize", { fallback: 4 * hiddenSize }),
    maximumLength: section.integer("maximumLength"),
    rotaryFraction: section.number("rotaryFraction", { above: 0, most: 1, fallback: 0.25 }),
    rotaryBase: section.number("rotaryBase", { above: 1, fallback: 10000 }),
    epsilon: section.number("epsilon", { above: 0, fallback: 1e-5 }),
    parallelResidual: section.flag("parallelResidual", true),
    attentionBias: section.flag("attentionBias", true),
    tiedEmbeddings: section.flag("tiedEmbeddings", true),
  };
  const vocabularySize = section.has("vocabularySize")
    ? { vocabularySize: section.integer("vocabularySize") }
    : {};
  checkShape({ ...shape, vocabularySize: 1 }, (reason) => section.fail("", reason));
  return { ...shape, ...vocabularySize };
}

function parseSchedule(section: Section, maximumLength: number | undefined): Schedule {
  const units = (["tokens", "steps", "epochs"] as const).filter((unit) => section.has(unit));
  const unit = units[0];
  if (unit === undefined || units.length > 1)
    return section.fail(
      "",
      `give one of tokens, steps and epochs, got ${units.join(" and ") || "none"}`,
    );
  const amount = unit === "epochs" ? section.number(unit, { above: 0 }) : section.integer(unit);
  const learningRate = section.number("learningRate", { above: 0, fallback: 1e-3 });
  const sequenceLength = section.integer(
    "sequenceLength",
    maximumLength === undefined ? {} : { fallback: maximumLength },
  );
  if (maximumLength !== undefined && sequenceLength > maximumLength)
    section.fail(
      "sequenceLength",
      `is ${sequenceLength}, longer than shape.maximumLength ${maximumLength}`,
    );
  const below1 = { least: 0, below: 1 };
  return {
    length: { unit, amount },
    batchSize: section.integer("batchSize", { fallback: 16 }),
    sequenceLength,
    learningRate,
    minimumLearningRate: section.number("minimumLearningRate", {
      least: 0,
      most: learningRate,
      fallback: learningRate / 10,
    }),
    ...(section.has("warmupSteps")
      ? { warmupSteps: section.integer("warmupSteps", { least: 0 }) }
      : {}),
    weightDecay: section.number("weightDecay", { least: 0, fallback: 0.1 }),
    beta1: section.number("beta1", { ...below1, fallback: 0.9 }),
    beta2: section.number("beta2", { ...below1, fallback: 0.95 }),
    epsilon: section.number("epsilon", { above: 0, fallback: 1e-8 }),
    clip: section.number("clip", { above: 0, fallback: 1 }),
  };
}

function parseCheckpoints(section: Section): TrainingConfig["checkpoints"] {
  return {
    ...(section.has("every") ? { every: section.integer("every") } : {}),
    steps: section.integers("steps", []),
    optimizer: section.flag("optimizer", false),
    stateEvery: section.integer("stateEvery", { fallback: 500 }),
  };
}
