/**
 * Which characters of a document a model learns to predict: all of them, those after a prompt, or
 * listed spans. The rest is read, and its tokens have no loss.
 */
import { RoteError } from "../../base/errors.ts";
import type { Document } from "../../corpus/document.ts";
import { valueAt } from "../../corpus/records.ts";
import type { Encoding } from "../../tokenizers/tokenizer.ts";

/** Where the texts of a training stand. */
export interface TextSource {
  /** Files, folders or patterns, as everywhere. */
  readonly files: readonly string[];
  /** Where a record's text stands. */
  readonly field: string;
  /** Where a text stands that goes before it and has no loss. */
  readonly prompt?: string;
  /** Where the number stands by which documents are ordered; default: as the files have them. */
  readonly place?: string;
  /** Where the spans of a record's text stand that alone have a loss. */
  readonly lossSpans?: string;
}

/** Characters, in UTF-16 units, half-open. */
export type CharacterSpan = readonly [start: number, end: number];

/** A document as it is tokenized. */
export interface TrainingText {
  readonly text: string;
  /** The characters that have a loss; undefined where all have. */
  readonly spans?: readonly CharacterSpan[];
}

/** The text of a document, and what of it has a loss. */
export function trainingText(
  document: Document,
  { prompt, lossSpans }: Pick<TextSource, "prompt" | "lossSpans">,
): TrainingText {
  const { text } = document;
  if (prompt !== undefined) {
    const before = fieldOf(document, prompt);
    if (typeof before !== "string") throw malformed(document, prompt, "a text", before);
    const whole = before + text;
    return { text: whole, spans: [[before.length, whole.length]] };
  }
  if (lossSpans === undefined) return { text };
  const spans = fieldOf(document, lossSpans);
  if (isSpans(spans, text.length)) return { text, spans };
  const expected = `a list of [start, end] within its ${text.length} characters`;
  throw malformed(document, lossSpans, expected, spans);
}

/**
 * 1 for each token whose first character that is not white space lies in a span, 0 for the others. So a
 * token across the border of prompt and completion belongs to the prompt, but " yes" after a
 * prompt that ends in a space to the completion.
 */
export function tokenWeights(
  text: string,
  { ids, offsets }: Encoding,
  spans: readonly CharacterSpan[],
): Uint8Array {
  return Uint8Array.from(ids, (_, i) => {
    const [start, end] = [offsets[2 * i]!, offsets[2 * i + 1]!];
    const blank = /^\s*/.exec(text.slice(start, end))![0].length;
    const place = start + blank < end ? start + blank : start;
    return Number(spans.some(([first, last]) => first <= place && place < last));
  });
}

function fieldOf({ meta, origin }: Document, field: string): unknown {
  return valueAt(origin?.record ?? meta ?? {}, field);
}

function isSpans(value: unknown, length: number): value is readonly CharacterSpan[] {
  if (!Array.isArray(value)) return false;
  return value.every((span: unknown) => {
    if (!Array.isArray(span) || span.length !== 2) return false;
    const [start, end] = span as [unknown, unknown];
    if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end)) return false;
    return (
      0 <= (start as number) && (start as number) <= (end as number) && (end as number) <= length
    );
  });
}

function malformed({ id }: Document, field: string, expected: string, found: unknown): RoteError {
  const shown = found === undefined ? "nothing" : JSON.stringify(found).slice(0, 80);
  return new RoteError(
    "corpus/malformed",
    `document ${id}: its field ${JSON.stringify(field)} must hold ${expected}, found ${shown}`,
    { id, field },
  );
}
