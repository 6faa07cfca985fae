/** The special tokens that a tokenizer.json puts around every text: [CLS] … [SEP], <s> … </s>. */
import { isRecord } from "../../base/json.ts";

/** Ids before and behind a text's own. */
export interface SpecialTokens {
  readonly before: readonly number[];
  readonly behind: readonly number[];
}

/** What the post-processor says; nothing is added where it says nothing. */
export function specialTokensOf(json: Readonly<Record<string, unknown>>): SpecialTokens {
  const processor = json.post_processor;
  const parts =
    isRecord(processor) && Array.isArray(processor.processors) ? processor.processors : [processor];
  for (const part of parts) {
    const found = isRecord(part) ? (fromTemplate(part) ?? fromPair(part)) : undefined;
    if (found !== undefined) return found;
  }
  return { before: [], behind: [] };
}

/** TemplateProcessing: a list of special tokens around { "Sequence" }. */
function fromTemplate({
  single,
  special_tokens: tokens,
}: Readonly<Record<string, unknown>>): SpecialTokens | undefined {
  if (!Array.isArray(single)) return undefined;
  const pieces: readonly unknown[] = single;
  const at = pieces.findIndex((piece) => isRecord(piece) && piece.Sequence !== undefined);
  const idsOf = (piece: unknown): readonly number[] => {
    const special = isRecord(piece) && isRecord(piece.SpecialToken) ? piece.SpecialToken.id : "";
    const entry = isRecord(tokens) ? tokens[String(special)] : undefined;
    return isRecord(entry) && Array.isArray(entry.ids) ? (entry.ids as number[]) : [];
  };
  return {
    before: pieces.slice(0, Math.max(at, 0)).flatMap(idsOf),
    behind: pieces.slice(at + 1).flatMap(idsOf),
  };
}

/** BertProcessing and RobertaProcessing: "cls" and "sep" are [content, id]. */
function fromPair({ cls, sep }: Readonly<Record<string, unknown>>): SpecialTokens | undefined {
  if (!Array.isArray(cls) || !Array.isArray(sep)) return undefined;
  return { before: [cls[1] as number], behind: [sep[1] as number] };
}
