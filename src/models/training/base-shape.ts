import type { StoredType } from "../write-safetensors.ts";

/** What every shape of a new model says. */
export interface BaseShape {
  readonly vocabularySize: number;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly intermediateSize: number;
  readonly maximumLength: number;
  /** Of the normalizations. */
  readonly epsilon: number;
  /** The output layer is the embedding table. */
  readonly tiedEmbeddings: boolean;
}

/** The entries of a config.json. */
export type Entries = Readonly<Record<string, unknown>>;

/** What a config.json says besides the shape. */
export interface ConfigOptions {
  readonly dtype: StoredType;
  readonly endOfText?: number | undefined;
}

/** The entries that all families spell alike. */
export function commonEntries(
  { vocabularySize, tiedEmbeddings }: BaseShape,
  { dtype, endOfText }: ConfigOptions,
): Entries {
  return {
    vocab_size: vocabularySize,
    tie_word_embeddings: tiedEmbeddings,
    torch_dtype: dtype,
    ...(endOfText === undefined ? {} : { bos_token_id: endOfText, eos_token_id: endOfText }),
  };
}
