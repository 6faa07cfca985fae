import { existsSync, readFileSync } from "node:fs";

/** What the native package of Hugging Face says, with offsets in UTF-16 units and untrimmed. */
export interface Oracle {
  encode(text: string): Promise<{ ids: number[]; offsets: number[] }>;
  decode(ids: readonly number[]): Promise<string>;
}

type Native = typeof import("tokenizers");

const native: Native | undefined = await import("tokenizers").catch(() => undefined);

/** Whether the package is installed; tests that need it say that they are skipped. */
export const hasNative = native !== undefined;

export const data = "../shared/data";
export const published = {
  "gpt-neox-20b": `${data}/tokenizers/gpt-neox-20b/20B_tokenizer.json`,
  gpt2: `${data}/tokenizers/gpt2/gpt2.tokenizer.json`,
  olmo: `${data}/tokenizers/olmo/allenai_dolma2.json`,
};
export const hasData = existsSync(published.gpt2);

/** The native tokenizer of a tokenizer.json's path or content, without its post-processor. */
export function openOracle(source: string | object): Oracle {
  const json = (
    typeof source === "string" ? JSON.parse(readFileSync(source, "utf8")) : source
  ) as Record<string, unknown>;
  const tokenizer = native!.Tokenizer.fromString(JSON.stringify({ ...json, post_processor: null }));
  return {
    async encode(text) {
      const encoding = await tokenizer.encode(text, null, { addSpecialTokens: false });
      const units = [0];
      for (const character of text) units.push(units.at(-1)! + character.length);
      const offsets = encoding
        .getOffsets()
        .flatMap(([start, end]) => [units[start!]!, units[end!]!]);
      return { ids: encoding.getIds(), offsets };
    },
    decode: (ids) => tokenizer.decode([...ids], false),
  };
}

/** Strings that have broken tokenizers before. */
export const hardStrings = [
  "",
  " ",
  "  ",
  "   x",
  "x   ",
  "a  b   c    d",
  " ".repeat(100) + "x" + " ".repeat(25),
  "\t\t\n\n  \n x\r\n\r\n  y\n",
  "\u00a0\u00a0x\u3000y\u0085z\u0085\u0085\ufeffw",
  "I'll he's we'RE they'Ve 'tis ''s '\u017f 'S'T'M'D'LL",
  "don\u2019t 3.14159 12345678 \u00bd\u2167\u0664\u0665 1st",
  "cafe\u0301 cafe\u0301s Vie\u0302\u0323t re\u0301sume\u0301 \u0301x",
  "\u1112\u1161\u11ab\u1100\u1173\u11af \ud55c\uae00",
  "\u0915\u094d\u0937 \u0e44\u0e17\u0e22 \u0627\u0644\u0639\u0631\u0628\u064a\u0629",
  "\u6771\u4eac\u30bf\u30ef\u30fc\u306b\u884c\u304d\u307e\u3057\u305f\u3002",
  "\ud83d\ude00\ud83d\ude00 \ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67 \ud83c\uddeb\ud83c\uddf7 \u2764\ufe0f",
  "\u0000\u0001\u001f\u007f\u009f\u200b\u200d\u2028\u2029",
  "\ud800 x \udc00y \udfff\ud800",
  "<|endoftext|>a<|endoftext|><|endoftext|> b <|padding|><|endoftex",
  "<|extra_id_0|><|pad|>|||IP_ADDRESS|||",
  "\u212b \u2126 \u0958 \ufb01 \u01c5",
  "snake_case __init__ --flag -----=====+++++ !!!??? ...",
  "if (x) {\n        return y;\n    }\n\n\n",
  "z".repeat(300) + "-".repeat(300) + "ab".repeat(200),
  "e\u0301".repeat(50) + " " + "\u0430\u0306".repeat(3),
];
