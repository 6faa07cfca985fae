/**
 * The encoders that can be opened, by `model_type` of config.json. They differ in where positions
 * begin, in token types and relative biases, and in what their tensors are called.
 *
 * BERT: Devlin et al. 2019. RoBERTa and XLM-R: Liu et al. 2019, Conneau et al. 2020. MPNet: Song et al. 2020.
 */
import { RoteError } from "../../base/errors.ts";
import type { ConfigEntries } from "../families/config-entries.ts";
import type { Attention } from "../families/parts/attention.ts";
import type { Dense } from "../families/parts/dense.ts";
import type { Norm } from "../families/parts/norm.ts";
import { activationOf, headSizeOf } from "../families/shared.ts";
import type { Encoder, EncoderEmbedding, EncoderLayer } from "./encoder.ts";

/** What one architecture says besides what all have. */
interface Architecture {
  /** The id that positions count on from: padding's, as in RoBERTa, or one whatever padding's is; none counts from 0. */
  readonly positions: "from-padding" | "from-one" | "from-zero";
  readonly tokenTypes: number | undefined;
  readonly epsilon: number;
  /** Names of the attention's tensors behind "encoder.layer.N.attention.". */
  readonly names: Readonly<Record<"query" | "key" | "value" | "output" | "norm", string>>;
  readonly hasRelativeBias: boolean;
}

const bertNames = {
  query: "self.query",
  key: "self.key",
  value: "self.value",
  output: "output.dense",
  norm: "output.LayerNorm",
};

const bert: Architecture = {
  positions: "from-zero",
  tokenTypes: 2,
  epsilon: 1e-12,
  names: bertNames,
  hasRelativeBias: false,
};

const roberta: Architecture = { ...bert, positions: "from-padding" };

const mpnet: Architecture = {
  positions: "from-one",
  tokenTypes: undefined,
  epsilon: 1e-12,
  names: { query: "attn.q", key: "attn.k", value: "attn.v", output: "attn.o", norm: "LayerNorm" },
  hasRelativeBias: true,
};

/** Every architecture by its model_type. */
const architectures: ReadonlyMap<string, Architecture> = new Map([
  ["bert", bert],
  ["roberta", roberta],
  ["xlm-roberta", roberta],
  ["mpnet", mpnet],
]);

/** The bucket table of MPNet in transformers has this size whatever the config says. */
const RELATIVE_BUCKETS = 32;

/** The encoder that a config.json describes, or an error that names the known ones. */
export function encoderOf(config: ConfigEntries, { withPooler }: { withPooler: boolean }): Encoder {
  const type = config.get("model_type");
  const family = typeof type === "string" ? type : "";
  const architecture = architectures.get(family);
  if (architecture === undefined) throw unknownType(config.path, type);
  refuseVariants(config);
  const hiddenSize = config.size("hidden_size", 768);
  const heads = config.size("num_attention_heads", 12);
  const epsilon = config.positive("layer_norm_eps", architecture.epsilon);
  const norm = (name: string): Norm => ({ kind: "layer", name, size: hiddenSize, epsilon });
  const { hasRelativeBias } = architecture;
  if (hasRelativeBias && config.size("relative_attention_num_buckets", 32) !== RELATIVE_BUCKETS)
    config.fail(`relative_attention_num_buckets must be ${RELATIVE_BUCKETS}`);
  const positionRows = config.size("max_position_embeddings", 512);
  const embedding = embeddingOf(config, architecture, positionRows, norm);
  return {
    family,
    vocabularySize: config.size("vocab_size"),
    hiddenSize,
    maximumLength: positionRows - (embedding.paddingId === undefined ? 0 : embedding.paddingId + 1),
    embedding,
    layers: layersOf(config, architecture, { hiddenSize, heads, norm }),
    ...(hasRelativeBias
      ? {
          relativeBias: {
            name: "encoder.relative_attention_bias.weight",
            buckets: RELATIVE_BUCKETS,
            heads,
          },
        }
      : {}),
    ...(withPooler
      ? { pooler: { name: "pooler.dense", inputs: hiddenSize, outputs: hiddenSize, bias: true } }
      : {}),
  };
}

/**
 * The name a tensor has in an `Encoder`: base models' files write the model's name before it, and
 * old ones gamma and beta. Undefined for what an encoder of sentences does not need.
 */
export function encoderTensorName(stored: string): string | undefined {
  if (/(^|\.)position_ids$/.test(stored)) return undefined;
  if (/^(cls|lm_head|classifier|qa_outputs)\./.test(stored)) return undefined;
  return stored
    .replace(/^(bert|roberta|mpnet)\./, "")
    .replace(/LayerNorm\.gamma$/, "LayerNorm.weight")
    .replace(/LayerNorm\.beta$/, "LayerNorm.bias");
}

function embeddingOf(
  config: ConfigEntries,
  { positions, tokenTypes }: Architecture,
  positionRows: number,
  norm: (name: string) => Norm,
): EncoderEmbedding {
  const at = "embeddings";
  return {
    words: `${at}.word_embeddings.weight`,
    positions: `${at}.position_embeddings.weight`,
    positionRows,
    ...(positions === "from-zero"
      ? {}
      : { paddingId: positions === "from-one" ? 1 : paddingIdOf(config) }),
    ...(tokenTypes === undefined ? {} : { tokenTypes: `${at}.token_type_embeddings.weight` }),
    tokenTypeRows: tokenTypes === undefined ? 0 : config.size("type_vocab_size", tokenTypes),
    norm: norm(`${at}.LayerNorm`),
  };
}

function paddingIdOf(config: ConfigEntries): number {
  const id = config.get("pad_token_id") ?? 1;
  if (typeof id === "number" && Number.isSafeInteger(id) && id >= 0) return id;
  return config.fail(`pad_token_id must be a token id, found ${JSON.stringify(id)}`);
}

interface Shape {
  readonly hiddenSize: number;
  readonly heads: number;
  readonly norm: (name: string) => Norm;
}

function layersOf(
  config: ConfigEntries,
  { names }: Architecture,
  { hiddenSize, heads, norm }: Shape,
): readonly EncoderLayer[] {
  const headSize = headSizeOf(config, hiddenSize, heads);
  const inner = config.size("intermediate_size", 3072);
  const activation = activationOf(config, "hidden_act", "gelu");
  const dense = (name: string, inputs: number, outputs: number): Dense => ({
    name,
    inputs,
    outputs,
    bias: true,
  });
  const attention = (at: string): Attention => {
    const part = (name: string): Dense => dense(`${at}.attention.${name}`, hiddenSize, hiddenSize);
    return {
      heads,
      keyValueHeads: heads,
      headSize,
      projection: {
        kind: "apart",
        query: part(names.query),
        key: part(names.key),
        value: part(names.value),
      },
      output: part(names.output),
      scale: 1 / Math.sqrt(headSize),
    };
  };
  return Array.from({ length: config.size("num_hidden_layers", 12) }, (_, index) => {
    const at = `encoder.layer.${index}`;
    return {
      attention: attention(at),
      afterAttention: norm(`${at}.attention.${names.norm}`),
      mlp: {
        up: dense(`${at}.intermediate.dense`, hiddenSize, inner),
        down: dense(`${at}.output.dense`, inner, hiddenSize),
        activation,
      },
      afterMlp: norm(`${at}.output.LayerNorm`),
    };
  });
}

function refuseVariants(config: ConfigEntries): void {
  config.choice("position_embedding_type", { absolute: true }, "absolute");
  for (const key of ["is_decoder", "add_cross_attention"])
    if (config.flag(key, false)) config.fail(`${key} is not supported; an encoder has it false`);
}

function unknownType(path: string, type: unknown): RoteError {
  const known = [...architectures.keys()];
  return new RoteError(
    "model/unsupported",
    `${path} has model_type ${JSON.stringify(type)}, which is no encoder known here; known are ${known.join(", ")}`,
    { path, type, known },
  );
}
