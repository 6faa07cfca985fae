import type { ConfigEntries } from "./config-entries.ts";
import type { Decoder } from "./decoder.ts";

/** How models of one architecture are read from Hugging Face folders. */
export interface Family {
  /** `model_type` of its config.json. */
  readonly modelType: string;
  readonly decoder: (config: ConfigEntries) => Decoder;
  /**
   * The name a tensor of a file has in the decoder, for files that spell it otherwise; undefined for
   * what older programs stored beside the weights and nobody needs.
   */
  readonly tensorName?: (stored: string) => string | undefined;
}
