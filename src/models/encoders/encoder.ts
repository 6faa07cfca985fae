/**
 * A bidirectional encoder as data: which parts it has, with their sizes and their names in Hugging
 * Face files. architectures.ts makes it from a config.json; forward.ts turns it into a graph.
 *
 *   x ← norm(words + positions + token types), then in each layer
 *   x ← norm(x + attention(x)), x ← norm(x + mlp(x))
 */
import { type Attention, attentionParameters } from "../families/parts/attention.ts";
import { type Dense, denseParameters } from "../families/parts/dense.ts";
import { type Mlp, mlpParameters } from "../families/parts/mlp.ts";
import { type Norm, normParameters } from "../families/parts/norm.ts";
import type { ExpectedTensor } from "../weights.ts";

/** An encoder of token ids. */
export interface Encoder {
  /** As identities name it: "bert", "xlm-roberta". */
  readonly family: string;
  readonly vocabularySize: number;
  readonly hiddenSize: number;
  /** The most tokens it reads at once. */
  readonly maximumLength: number;
  readonly embedding: EncoderEmbedding;
  readonly layers: readonly EncoderLayer[];
  /** Biases on attention scores by distance, the same in every layer (MPNet). */
  readonly relativeBias?: RelativeBias;
  /** tanh(dense(first hidden state)); there only where it is asked for. */
  readonly pooler?: Dense;
}

/** What enters the first layer. */
export interface EncoderEmbedding {
  /** Name of the table [vocabularySize, hiddenSize]. */
  readonly words: string;
  /** Name of the table of learned positions, and its rows. */
  readonly positions: string;
  readonly positionRows: number;
  /** Ids that are not this one count from its number + 1; where absent all count from 0. */
  readonly paddingId?: number;
  /** Name of a table of token types, whose first row is added to every token, and its rows. */
  readonly tokenTypes?: string;
  readonly tokenTypeRows: number;
  readonly norm: Norm;
}

export interface EncoderLayer {
  readonly attention: Attention;
  readonly afterAttention: Norm;
  readonly mlp: Mlp;
  readonly afterMlp: Norm;
}

/** A table [buckets, heads] of biases; relative-positions.ts says which bucket a distance is in. */
export interface RelativeBias {
  readonly name: string;
  readonly buckets: number;
  readonly heads: number;
}

/** Every tensor once, in the order of the forward pass. */
export function encoderParameters(encoder: Encoder): readonly ExpectedTensor[] {
  const { embedding, layers, relativeBias: bias, pooler, hiddenSize } = encoder;
  const table = (name: string, rows: number): ExpectedTensor => ({
    name,
    shape: [rows, hiddenSize],
  });
  return [
    table(embedding.words, encoder.vocabularySize),
    table(embedding.positions, embedding.positionRows),
    ...(embedding.tokenTypes ? [table(embedding.tokenTypes, embedding.tokenTypeRows)] : []),
    ...normParameters(embedding.norm),
    ...(bias ? [{ name: bias.name, shape: [bias.buckets, bias.heads] }] : []),
    ...layers.flatMap(({ attention, afterAttention, mlp, afterMlp }) => [
      ...attentionParameters(attention),
      ...normParameters(afterAttention),
      ...mlpParameters(mlp),
      ...normParameters(afterMlp),
    ]),
    ...(pooler ? denseParameters(pooler) : []),
  ];
}
