/**
 * What a forward pass knows about the sequences it reads: where a token stands, and what it may
 * look at. A plain pass reads whole sequences from their beginning; cached-sequences.ts goes on
 * behind keys and values kept from earlier passes.
 */
import type { GraphBuilder, Value } from "../../graph/builder.ts";
import { cappedAttention } from "../../graph/operations/capped-attention.ts";
import { documentMask, documentPositions } from "../../graph/operations/document-mask.ts";
import { range } from "../../graph/operations/range.ts";
import { concat, reshape } from "../../graph/operations/shape.ts";
import { attention, causalMask, rotaryEmbedding } from "../../graph/operations/transformer.ts";
import { windowMask } from "../../graph/operations/window-mask.ts";
import { type Dimension, multiplyDimensions } from "../../graph/tensor.ts";
import type { Attention, QueryKeyValue } from "./parts/attention.ts";
import { type Rotary, rotaryTables } from "./parts/rotary.ts";

/** A batch of sequences of token ids [batch, length] on its way through a model. */
export interface Sequences {
  readonly batch: Dimension;
  readonly length: Dimension;
  /** Position of every token, [length] or [batch, length]. */
  readonly positions: () => Value;
  /** Rotate queries or keys [batch, heads, length, headSize] by their positions. */
  readonly rotate: (rotary: Rotary, value: Value) => Value;
  /** Mix the values a token may see: [batch, heads, length, headSize]. Called once a layer, in order. */
  readonly attend: (parts: QueryKeyValue, attention: Attention) => Value;
}

/** What `wholeSequences` may know besides the ids. */
export interface WholeOptions {
  /**
   * For sequences packed with documents that do not see each other, int32 [batch, length]: the place
   * in its sequence where each token's document begins. Positions are counted from there.
   */
  readonly starts?: Value | undefined;
}

/**
 * Whole sequences from their first token. They may be padded on the right: every position sees
 * itself and what stands before it, in its own document where `starts` are given.
 */
export function wholeSequences(
  graph: GraphBuilder,
  ids: Value,
  { starts }: WholeOptions = {},
): Sequences {
  const [batch, length] = [ids.shape[0]!, ids.shape[1]!];
  const tables = rotaryTables(graph, range(graph, length));
  const masks = new Map<string, Value>();
  const maskOf = (window: number | undefined, groups: number): Value => {
    const key = `${window} ${groups}`;
    const known = masks.get(key);
    if (known !== undefined) return known;
    const one = starts ? documentMask(graph, starts, window) : sequenceMask(graph, length, window);
    const mask = repeatRows(graph, one, groups);
    masks.set(key, mask);
    return mask;
  };
  const positions = starts && documentPositions(graph, starts);
  return {
    batch,
    length,
    positions: () => positions ?? range(graph, length),
    rotate: (rotary, value) =>
      rotaryEmbedding(graph, value, {
        ...tables(rotary),
        interleaved: rotary.interleaved ?? false,
        ...(positions && { positions }),
      }),
    attend(parts, layer) {
      const groups = layer.heads / layer.keyValueHeads;
      const grouped = { ...parts, query: groupQueries(graph, parts.query, layer) };
      const mixed = mix(graph, { ...grouped, mask: maskOf(layer.window, groups) }, layer);
      return groups === 1 ? mixed : reshape(graph, mixed, parts.query.shape);
    },
  };
}

function sequenceMask(graph: GraphBuilder, length: Dimension, window: number | undefined): Value {
  return window === undefined ? causalMask(graph, length) : windowMask(graph, length, window);
}

/** softmax(cap(q kᵀ · scale) + mask) v. */
export function mix(
  graph: GraphBuilder,
  inputs: QueryKeyValue & { readonly mask: Value },
  { scale, softCap }: Attention,
): Value {
  if (softCap === undefined) return attention(graph, inputs, { scale });
  return cappedAttention(graph, inputs, { scale, softCap });
}

/**
 * Queries whose heads share keys and values stand one below the other: [batch, heads, length, size]
 * becomes [batch, keyValueHeads, groups · length, size], the same numbers in the same order, so
 * that keys and values need not be repeated.
 */
export function groupQueries(
  graph: GraphBuilder,
  query: Value,
  { heads, keyValueHeads, headSize }: Attention,
): Value {
  if (heads === keyValueHeads) return query;
  const rows = multiplyDimensions([heads / keyValueHeads, query.shape[2]!]);
  return reshape(graph, query, [query.shape[0]!, keyValueHeads, rows, headSize]);
}

/** The rows of a mask once more for each query head that stands below the first; see `groupQueries`. */
export function repeatRows(graph: GraphBuilder, mask: Value, times: number): Value {
  if (times === 1) return mask;
  const axis = mask.shape.length - 2;
  const copies = Array.from({ length: times }, () => mask);
  const shape = mask.shape.map((size, i) =>
    i === axis ? multiplyDimensions([times, size]) : size,
  );
  return { ...concat(graph, copies, { axis }), shape };
}
