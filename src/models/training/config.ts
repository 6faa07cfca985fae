/**
 * The configuration of `rote train`: parsed once, complete afterwards. Relative paths are taken
 * from the folder of the configuration file.
 */
import { isAbsolute, join } from "node:path";
import type { StoredType } from "../write-safetensors.ts";
import { Section } from "./config-section.ts";
import { type Packing, plainPacking } from "./packing.ts";
import type { Schedule } from "./schedule.ts";
import { type NewShape, parseShape } from "./shape-section.ts";
import type { TextSource } from "./training-rows.ts";

/** A training with every default filled in: the same configuration gives the same weights. */
export interface TrainingConfig {
  readonly corpus: TextSource;
  /** Text that is not learned: the model's loss on it is measured now and then. */
  readonly heldOut?: TextSource & {
    /** Every so many steps, and at the end; default: ten times in all. */
    readonly every?: number;
  };
  /** A tokenizer.json (or its folder), or the size of one to be trained on the corpus first. */
  readonly tokenizer: { readonly path: string } | { readonly vocabularySize: number };
  /** A new model, or the folder of one whose weights training starts with. */
  readonly model: { readonly shape: NewShape } | { readonly from: string };
  readonly schedule: Schedule;
  readonly packing: Packing;
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
    "heldOut",
    "tokenizer",
    "shape",
    "from",
    "schedule",
    "packing",
    "checkpoints",
    "dtype",
    "seed",
  ]);
  const at = (path: string): string => (isAbsolute(path) ? path : join(folder, path));
  const model = parseModel(top, at);
  const longest = "shape" in model ? model.shape.maximumLength : undefined;
  const corpus = parseCorpus(top.section("corpus", corpusKeys), at);
  return {
    corpus,
    ...parseHeldOut(top, corpus, at),
    tokenizer: parseTokenizer(top, at),
    model,
    schedule: parseSchedule(top.section("schedule", scheduleKeys), longest),
    packing: parsePacking(top, corpus),
    checkpoints: parseCheckpoints(
      top.section("checkpoints", ["every", "steps", "optimizer", "stateEvery"], {}),
    ),
    dtype: top.choice("dtype", ["float16", "bfloat16", "float32"] as const, "float16"),
    seed: top.integer("seed", { least: 0, fallback: 0 }),
  };
}

const corpusKeys = ["files", "field", "prompt", "lossSpans", "place"];

const scheduleKeys = [
  "tokens",
  "steps",
  "epochs",
  "batchSize",
  "accumulate",
  "sequenceLength",
  "order",
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

function parseCorpus(section: Section, at: PathResolver): TextSource {
  if (section.has("prompt") && section.has("lossSpans"))
    section.fail("lossSpans", "after a prompt all of the text has a loss; give one of the two");
  return {
    files: section.strings("files").map(at),
    field: section.string("field", "text"),
    ...(section.has("prompt") ? { prompt: section.string("prompt") } : {}),
    ...(section.has("place") ? { place: section.string("place") } : {}),
    ...(section.has("lossSpans") ? { lossSpans: section.string("lossSpans") } : {}),
  };
}

/** Held-out text stands in the same fields as the corpus, unless it says in which. */
function parseHeldOut(
  top: Section,
  corpus: TextSource,
  at: PathResolver,
): Pick<TrainingConfig, "heldOut"> {
  if (!top.has("heldOut")) return {};
  const section = top.section("heldOut", [...corpusKeys, "every"]);
  const own = parseCorpus(section, at);
  const saysFields = corpusKeys.slice(1).some((key) => section.has(key));
  const source = saysFields ? own : { ...corpus, files: own.files };
  const every = section.has("every") ? { every: section.integer("every") } : {};
  return { heldOut: { ...source, ...every } };
}

/** Rows of prompts and completions stand alone; running text follows on. */
function parsePacking(top: Section, { prompt, lossSpans }: TextSource): Packing {
  const isMasked = prompt !== undefined || lossSpans !== undefined;
  const section = top.section("packing", ["attention", "documents"], {});
  const { attention, documents }: Packing = isMasked
    ? { attention: "within", documents: "whole" }
    : plainPacking;
  return {
    attention: section.choice("attention", ["across", "within"] as const, attention),
    documents: section.choice("documents", ["cut", "whole"] as const, documents),
  };
}

function parseModel(top: Section, at: PathResolver): TrainingConfig["model"] {
  if (!top.has("from")) return { shape: parseShape(top) };
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
    ...(section.has("accumulate") ? { accumulate: section.integer("accumulate") } : {}),
    sequenceLength,
    ...(section.choice("order", ["shuffled", "corpus"] as const, "shuffled") === "corpus"
      ? { order: "corpus" as const }
      : {}),
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
