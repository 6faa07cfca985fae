/**
 * config.json of GPT-NeoX models (Pythia among them), in the spelling of the hub (`rotary_pct`,
 * `rotary_emb_base` or `rope_theta`) and in that of transformers 5 (`rope_parameters`).
 */
import { RoteError } from "../base/errors.ts";
import { isRecord } from "../base/json.ts";

/** The shape of a GPT-NeoX model. */
export interface GptNeoxConfig {
  readonly vocabularySize: number;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly intermediateSize: number;
  readonly maximumLength: number;
  readonly epsilon: number;
  /** Share of each head's numbers that is rotated by position. */
  readonly rotaryFraction: number;
  readonly rotaryBase: number;
  /** Attention and feed-forward read the same hidden state (Pythia) rather than one after the other. */
  readonly parallelResidual: boolean;
  readonly attentionBias: boolean;
  /** The output layer is the embedding table. */
  readonly tiedEmbeddings: boolean;
}

type Entries = Readonly<Record<string, unknown>>;

/** How many numbers of a head are rotated; even. */
export function rotarySize({ hiddenSize, heads, rotaryFraction }: GptNeoxConfig): number {
  return Math.floor((hiddenSize / heads) * rotaryFraction);
}

/** Read a config.json. `path` is for messages. */
export function parseGptNeoxConfig(entries: Entries, path: string): GptNeoxConfig {
  const fail = failing(path);
  if (entries.model_type !== "gpt_neox")
    fail(`model_type is ${JSON.stringify(entries.model_type)}, expected "gpt_neox"`);
  const activation = entries.hidden_act ?? "gelu";
  if (activation !== "gelu")
    fail(`hidden_act ${JSON.stringify(activation)} is not supported; only "gelu" is`);
  const hiddenSize = size(entries, "hidden_size", path);
  const config: GptNeoxConfig = {
    vocabularySize: size(entries, "vocab_size", path),
    hiddenSize,
    layers: size(entries, "num_hidden_layers", path),
    heads: size(entries, "num_attention_heads", path),
    intermediateSize: size(entries, "intermediate_size", path, 4 * hiddenSize),
    maximumLength: size(entries, "max_position_embeddings", path),
    epsilon: numberOf(entries, ["layer_norm_eps"], 1e-5),
    ...rotaryOf(entries, path),
    parallelResidual: flag(entries, "use_parallel_residual", true),
    attentionBias: flag(entries, "attention_bias", true),
    tiedEmbeddings: flag(entries, "tie_word_embeddings", false),
  };
  checkShape(config, fail);
  return config;
}

/** config.json for a model of ours, in the spelling that every version of transformers reads. */
export function writeGptNeoxConfig(
  config: GptNeoxConfig,
  { dtype, endOfText }: { readonly dtype: "float32" | "float16"; readonly endOfText?: number },
): Entries {
  const rope = { rope_theta: config.rotaryBase, partial_rotary_factor: config.rotaryFraction };
  return {
    architectures: ["GPTNeoXForCausalLM"],
    model_type: "gpt_neox",
    vocab_size: config.vocabularySize,
    hidden_size: config.hiddenSize,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    intermediate_size: config.intermediateSize,
    hidden_act: "gelu",
    layer_norm_eps: config.epsilon,
    max_position_embeddings: config.maximumLength,
    rotary_pct: config.rotaryFraction,
    rotary_emb_base: config.rotaryBase,
    rope_parameters: { ...rope, rope_type: "default" },
    use_parallel_residual: config.parallelResidual,
    attention_bias: config.attentionBias,
    tie_word_embeddings: config.tiedEmbeddings,
    torch_dtype: dtype,
    ...(endOfText === undefined ? {} : { bos_token_id: endOfText, eos_token_id: endOfText }),
  };
}

/** Refuse shapes no graph can be built for. `fail` names the place and does not return. */
export function checkShape(config: GptNeoxConfig, fail: (reason: string) => never): void {
  const { hiddenSize, heads, rotaryFraction } = config;
  if (hiddenSize % heads !== 0)
    fail(`a hidden size of ${hiddenSize} cannot be divided among ${heads} heads`);
  const rotated = rotarySize(config);
  if (!(rotaryFraction > 0 && rotaryFraction <= 1) || rotated < 2 || rotated % 2 !== 0)
    fail(
      `a rotary fraction of ${rotaryFraction} rotates ${rotated} of a head's ${hiddenSize / heads} ` +
        `numbers; it must be an even number of at least 2`,
    );
}

function rotaryOf(
  entries: Entries,
  path: string,
): Pick<GptNeoxConfig, "rotaryFraction" | "rotaryBase"> {
  const nested = isRecord(entries.rope_parameters) ? entries.rope_parameters : {};
  const scaling = isRecord(entries.rope_scaling) ? entries.rope_scaling : nested;
  const type = scaling.rope_type ?? scaling.type ?? "default";
  if (type !== "default")
    failing(path)(`rotary scaling ${JSON.stringify(type)} is not supported; only "default" is`);
  const all = { ...entries, ...nested };
  return {
    rotaryFraction: numberOf(all, ["partial_rotary_factor", "rotary_pct"], 0.25),
    rotaryBase: numberOf(all, ["rope_theta", "rotary_emb_base"], 10000),
  };
}

function failing(path: string): (reason: string) => never {
  return (reason) => {
    throw new RoteError("model/unsupported", `${path}: ${reason}`, { path });
  };
}

function size(entries: Entries, key: string, path: string, fallback?: number): number {
  const value = entries[key] ?? fallback;
  if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) return value;
  throw new RoteError(
    "model/malformed",
    `${path}: ${key} must be a positive whole number, found ${JSON.stringify(value)}`,
    { path, key, value },
  );
}

function numberOf(entries: Entries, keys: readonly string[], fallback: number): number {
  const value = keys.map((key) => entries[key]).find((found) => typeof found === "number");
  return value ?? fallback;
}

function flag(entries: Entries, key: string, fallback: boolean): boolean {
  const value = entries[key];
  return typeof value === "boolean" ? value : fallback;
}
