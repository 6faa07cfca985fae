const words = [
  "how",
  "many",
  "people",
  "live",
  "in",
  "berlin",
  "##s",
  "query",
  "passage",
  ":",
  "?",
];
const special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"];

/**
 * The tokenizer.json of a BERT with a few words: [CLS] and [SEP] around a text, and, as published
 * files have it, an order to cut and to pad.
 */
export function wordPiece(): string {
  const vocab = Object.fromEntries([...special, ...words].map((token, id) => [token, id]));
  const template = (id: string): object => ({ SpecialToken: { id, type_id: 0 } });
  return JSON.stringify({
    version: "1.0",
    truncation: { direction: "Right", max_length: 4, strategy: "LongestFirst", stride: 0 },
    padding: {
      strategy: { Fixed: 12 },
      direction: "Right",
      pad_to_multiple_of: null,
      pad_id: 0,
      pad_type_id: 0,
      pad_token: "[PAD]",
    },
    added_tokens: special.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: {
      type: "TemplateProcessing",
      single: [template("[CLS]"), { Sequence: { id: "A", type_id: 0 } }, template("[SEP]")],
      pair: [],
      special_tokens: Object.fromEntries(
        ["[CLS]", "[SEP]"].map((id) => [id, { id, ids: [special.indexOf(id)], tokens: [id] }]),
      ),
    },
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab,
    },
  });
}

/** Ids of words under `wordPiece`. */
export function idsOf(...tokens: readonly string[]): Int32Array {
  return Int32Array.from(tokens, (token) => [...special, ...words].indexOf(token));
}
