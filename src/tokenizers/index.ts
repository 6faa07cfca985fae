/**
 * `rote/tokenizers`: tokenizers of models, with the place of each token in the text, and training of new ones.
 *
 * ```ts
 * import { openTokenizer } from "rote/tokenizers";
 *
 * const tokenizer = await openTokenizer("pythia-70m");
 * const { ids, offsets } = tokenizer.encodeWithOffsets("To be, or not to be");
 * ```
 */
export { openTokenizer } from "./open.ts";
export type { Encoding, Tokenizer, TokenizerIdentity } from "./tokenizer.ts";
export { trainByteLevelBpe, type TokenizerJson, type TrainBpeOptions } from "./train-bpe.ts";
