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
export const hardStrings = JSON.parse(
  readFileSync(new URL("./hard-strings.json", import.meta.url), "utf8"),
) as readonly string[];
