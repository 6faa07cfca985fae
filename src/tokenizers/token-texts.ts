/** Tokens as their vocabulary writes them: "Ġthe" in byte-level BPE, "▁the" in SentencePiece. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { fileError, readJsonObject } from "../base/files.ts";
import { isRecord } from "../base/json.ts";

/** Read the text of each id from a tokenizer.json or its folder; ids without a token are holes. */
export async function readTokenTexts(path: string): Promise<readonly (string | undefined)[]> {
  const found = await stat(path).catch((error: unknown) => {
    throw fileError(path, error);
  });
  const json = await readJsonObject(found.isDirectory() ? join(path, "tokenizer.json") : path);
  const texts: (string | undefined)[] = [];
  const add = (id: unknown, text: unknown): void => {
    if (typeof text === "string" && Number.isSafeInteger(id)) texts[id as number] = text;
  };
  const vocabulary = isRecord(json.model) ? json.model.vocab : undefined;
  if (Array.isArray(vocabulary))
    for (const [id, entry] of vocabulary.entries())
      add(id, Array.isArray(entry) ? entry[0] : entry);
  else if (isRecord(vocabulary)) for (const [text, id] of Object.entries(vocabulary)) add(id, text);
  const added = Array.isArray(json.added_tokens) ? json.added_tokens : [];
  for (const token of added) if (isRecord(token)) add(token.id, token.content);
  return texts;
}
