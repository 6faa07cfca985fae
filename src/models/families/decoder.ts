/**
 * A decoder as data: which parts it has, with their sizes and their names in Hugging Face files.
 * Families (one file each) make it from a config.json; forward.ts turns it into a graph. Whatever
 * can be done with one family (scoring, generation, training) can therefore be done with all.
 */
import type { Attention } from "./parts/attention.ts";
import { attentionParameters } from "./parts/attention.ts";
import { type Mlp, mlpParameters } from "./parts/mlp.ts";
import { type Norm, normParameters } from "./parts/norm.ts";
import type { Parameter } from "./parts/parameter.ts";

/** A causal language model. */
export interface Decoder {
  /** As identities name it, such as "gpt-neox". */
  readonly family: string;
  readonly vocabularySize: number;
  readonly hiddenSize: number;
  /** The most tokens it reads at once. */
  readonly maximumLength: number;
  readonly embedding: Embedding;
  readonly layers: readonly Layer[];
  readonly finalNorm: Norm;
  readonly output: Output;
}

/** The hidden states that enter the first layer. */
export interface Embedding {
  /** Name of the table [vocabularySize, hiddenSize]. */
  readonly name: string;
  /** Name of a table [maximumLength, hiddenSize] of learned positions, whose rows are added. */
  readonly positions?: string;
  /** Factor on the rows of the table (Gemma). */
  readonly scale?: number;
}

/** From hidden states to logits. */
export interface Output {
  /** Name of the weight [vocabularySize, hiddenSize]; the embedding's where the two are tied. */
  readonly name: string;
  /** Name of a bias [vocabularySize]. */
  readonly bias?: string;
  /** Logits become cap · tanh(logit / cap). */
  readonly softCap?: number;
}

/**
 * A layer adds attention and a feed-forward network to the residual stream x, each with a
 * normalization before it, after it, both or none:
 *
 *   one after the other   x ← x + after(attention(before(x))), then x ← x + after(mlp(before(x)))
 *   parallel              x ← x + after(attention(before(x))) + after(mlp(before(x)))
 *
 * Pre-norm (Llama) has only `before`, post-norm of branches (OLMo 2) only `after`, Gemma 2 both.
 * In parallel the two may share a normalization (GPT-J, Phi): give both the same one.
 */
export interface Layer {
  readonly attention: Attention;
  readonly mlp: Mlp;
  readonly beforeAttention?: Norm;
  readonly afterAttention?: Norm;
  readonly beforeMlp?: Norm;
  readonly afterMlp?: Norm;
  readonly parallel: boolean;
}

/** Every parameter once, in the order of the forward pass; a layer's normalizations come first. */
export function decoderParameters(decoder: Decoder): readonly Parameter[] {
  const { embedding, layers, finalNorm, output, vocabularySize, hiddenSize } = decoder;
  const table = (name: string, rows: number): Parameter => ({
    name,
    shape: [rows, hiddenSize],
    initialization: "normal",
  });
  const all = [
    table(embedding.name, vocabularySize),
    ...(embedding.positions ? [table(embedding.positions, decoder.maximumLength)] : []),
    ...layers.flatMap(layerParameters),
    ...normParameters(finalNorm),
    table(output.name, vocabularySize),
    ...(output.bias
      ? [{ name: output.bias, shape: [vocabularySize], initialization: "zeros" } as const]
      : []),
  ];
  // What is shared (tied embeddings, a normalization read twice) is one parameter.
  return [...new Map(all.map((parameter) => [parameter.name, parameter])).values()];
}

function layerParameters(layer: Layer): readonly Parameter[] {
  const { beforeAttention, afterAttention, beforeMlp, afterMlp } = layer;
  const norms = [beforeAttention, afterAttention, beforeMlp, afterMlp];
  return [
    ...norms.flatMap((norm) => (norm ? normParameters(norm) : [])),
    ...attentionParameters(layer.attention),
    ...mlpParameters(layer.mlp),
  ];
}
