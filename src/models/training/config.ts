/**
 * The configuration of `rote train`: parsed once, complete afterwards. Relative paths are taken
 * from the folder of the configuration file.
 */
import { isAbsolute, join } from "node:path";
import { nearest, RoteError } from "../../base/errors.ts";
import { isRecord } from "../../base/json.ts";
import { checkShape, type GptNeoxConfig } from "../gpt-neox-config.ts";
import type { StoredType } from "../safetensors.ts";
import type { Schedule } from "./schedule.ts";

export interface TrainingConfig {
  readonly corpus: {
    /** Files, folders or patterns, as everywhere. */
    readonly files: readonly string[];
    /** Where a record's text stands. */
    readonly field: string;
  };
  /** A tokenizer.json (or its folder), or the size of one to be trained on the corpus first. */
  readonly tokenizer: { readonly path: string } | { readonly vocabularySize: number };
  /** The vocabulary is the tokenizer's where it is not given; a larger one has unused rows. */
  readonly shape: Omit<GptNeoxConfig, "vocabularySize"> & { readonly vocabularySize?: number };
  readonly schedule: Schedule;
  readonly checkpoints: {
    /** Save the model every so many steps. */
    readonly every?: number;
    /** And after these. */
    readonly steps: readonly number[];
    /** Save the whole state, for `--resume`, every so many steps. */
    readonly stateEvery: number;
  };
  /** How weights are stored. */
  readonly dtype: StoredType;
  readonly seed: number;
}

/** Read a configuration as it comes out of YAML or JSON. */
export function parseTrainingConfig(
  value: unknown,
  { folder = "." }: { readonly folder?: string } = {},
): TrainingConfig {
  const top = new Section("", value, [
    "corpus",
    "tokenizer",
    "shape",
    "schedule",
    "checkpoints",
    "dtype",
    "seed",
  ]);
  const at = (path: string): string => (isAbsolute(path) ? path : join(folder, path));
  const shape = parseShape(top.section("shape", shapeKeys));
  return {
    corpus: parseCorpus(top.section("corpus", ["files", "field"]), at),
    tokenizer: parseTokenizer(top, at),
    shape,
    schedule: parseSchedule(top.section("schedule", scheduleKeys), shape.maximumLength),
    checkpoints: parseCheckpoints(top.section("checkpoints", ["every", "steps", "stateEvery"], {})),
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

function parseTokenizer(top: Section, at: PathResolver): TrainingConfig["tokenizer"] {
  if (typeof top.get("tokenizer") === "string") return { path: at(top.string("tokenizer")) };
  const section = top.section("tokenizer", ["vocabularySize"]);
  return { vocabularySize: section.integer("vocabularySize", { least: 257 }) };
}

function parseShape(section: Section): TrainingConfig["shape"] {
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

function parseSchedule(section: Section, maximumLength: number): Schedule {
  const units = (["tokens", "steps", "epochs"] as const).filter((unit) => section.has(unit));
  const unit = units[0];
  if (unit === undefined || units.length > 1)
    return section.fail(
      "",
      `give one of tokens, steps and epochs, got ${units.join(" and ") || "none"}`,
    );
  const amount = unit === "epochs" ? section.number(unit, { above: 0 }) : section.integer(unit);
  const learningRate = section.number("learningRate", { above: 0, fallback: 1e-3 });
  const sequenceLength = section.integer("sequenceLength", { fallback: maximumLength });
  if (sequenceLength > maximumLength)
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
    stateEvery: section.integer("stateEvery", { fallback: 500 }),
  };
}

interface Bounds {
  readonly least?: number;
  readonly most?: number;
  readonly above?: number;
  readonly below?: number;
  readonly fallback?: number;
}

/** One mapping of the file: knows its keys, and names itself in errors. */
class Section {
  readonly #name: string;
  readonly #entries: Readonly<Record<string, unknown>>;

  constructor(name: string, value: unknown, keys: readonly string[]) {
    this.#name = name;
    if (!isRecord(value))
      throw new RoteError(
        "study/malformed",
        `${name === "" ? "a training configuration" : name} must be a mapping of ${keys.join(", ")}`,
        { name },
      );
    this.#entries = value;
    for (const key of Object.keys(value)) {
      if (keys.includes(key)) continue;
      const near = nearest(key, keys);
      const advice = near === undefined ? `known are ${keys.join(", ")}` : `did you mean ${near}?`;
      throw new RoteError(
        "study/unknown-key",
        `the training configuration has no key ${this.#path(key)}; ${advice}`,
        { key: this.#path(key), nearest: near },
      );
    }
  }

  has(key: string): boolean {
    return this.#entries[key] !== undefined;
  }

  get(key: string): unknown {
    return this.#entries[key];
  }

  section(key: string, keys: readonly string[], fallback?: object): Section {
    return new Section(this.#path(key), this.#entries[key] ?? fallback, keys);
  }

  string(key: string, fallback?: string): string {
    const value = this.#entries[key] ?? fallback;
    return typeof value === "string" ? value : this.#expected(key, "text");
  }

  strings(key: string): readonly string[] {
    const value = this.#entries[key];
    const list: unknown[] = Array.isArray(value) ? value : [value];
    return list.length > 0 && list.every((item) => typeof item === "string")
      ? list
      : this.#expected(key, "text or a list of texts");
  }

  integers(key: string, fallback: readonly number[]): readonly number[] {
    const value = this.#entries[key] ?? fallback;
    return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item > 0)
      ? (value as readonly number[])
      : this.#expected(key, "a list of positive whole numbers");
  }

  integer(key: string, { least = 1, fallback }: Bounds = {}): number {
    const value = this.#entries[key] ?? fallback;
    return typeof value === "number" && Number.isSafeInteger(value) && value >= least
      ? value
      : this.#expected(key, `a whole number of at least ${least}`);
  }

  number(key: string, { least, most, above, below, fallback }: Bounds = {}): number {
    const value = this.#entries[key] ?? fallback;
    const fits =
      typeof value === "number" &&
      value >= (least ?? -Infinity) &&
      value <= (most ?? Infinity) &&
      value > (above ?? -Infinity) &&
      value < (below ?? Infinity);
    if (fits) return value;
    const limits = [
      ...(least === undefined ? [] : [`at least ${least}`]),
      ...(above === undefined ? [] : [`above ${above}`]),
      ...(most === undefined ? [] : [`at most ${most}`]),
      ...(below === undefined ? [] : [`below ${below}`]),
    ];
    return this.#expected(key, `a number ${limits.join(" and ")}`);
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.#entries[key] ?? fallback;
    return typeof value === "boolean" ? value : this.#expected(key, "true or false");
  }

  choice<T extends string>(key: string, choices: readonly T[], fallback: T): T {
    const value = this.#entries[key] ?? fallback;
    return (
      choices.find((choice) => choice === value) ??
      this.#expected(key, `one of ${choices.join(", ")}`)
    );
  }

  /** Throw about a key, or about the section as a whole where the key is empty. */
  fail(key: string, reason: string): never {
    const path = key === "" ? this.#name : this.#path(key);
    throw new RoteError("study/malformed", `${path}: ${reason}`, { key: path });
  }

  #expected(key: string, what: string): never {
    return this.fail(
      key,
      `expected ${what}, found ${this.has(key) ? JSON.stringify(this.#entries[key]) : "nothing"}`,
    );
  }

  #path(key: string): string {
    return this.#name === "" ? key : `${this.#name}.${key}`;
  }
}
