/**
 * Self-attention with its projections. Query heads may share keys and values: with g of them to a
 * key-value head, query head h reads key-value head ⌊h / g⌋ (Ainslie et al. 2023).
 */
import type { Value } from "../../../graph/builder.ts";
import { clip as clipElements } from "../../../graph/operations/activation.ts";
import { reshape, split, transpose } from "../../../graph/operations/shape.ts";
import { applyDense, type Dense, denseParameters } from "./dense.ts";
import { type Norm, normalize, normParameters } from "./norm.ts";
import type { Network, Parameter } from "./parameter.ts";
import type { Rotary } from "./rotary.ts";
import type { Sequences } from "../sequences.ts";

/** How queries, keys and values come from the hidden state. */
export type Projection =
  /** One layer for each. */
  | {
      readonly kind: "apart";
      readonly query: Dense;
      readonly key: Dense;
      readonly value: Dense;
    }
  /** One layer: all queries, then all keys, then all values. */
  | { readonly kind: "stacked"; readonly all: Dense }
  /** One layer: head 0's query, key and value, then head 1's; as many key-value heads as heads. */
  | { readonly kind: "by-head"; readonly all: Dense };

/** An attention layer. */
export interface Attention {
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headSize: number;
  readonly projection: Projection;
  readonly output: Dense;
  /** Queries and keys are normalized before they are rotated: each head alone, or the whole width at once. */
  readonly queryKeyNorm?: {
    readonly over: "head" | "width";
    readonly query: Norm;
    readonly key: Norm;
  };
  /** Queries, keys and values are cut to [−clip, clip]. */
  readonly clip?: number;
  readonly rotary?: Rotary;
  /** A position sees itself and this many − 1 before it; all before it unless said. */
  readonly window?: number;
  /** Scores become cap · tanh(score / cap). */
  readonly softCap?: number;
  /** Factor on the products of queries and keys. */
  readonly scale: number;
}

/** Its parameters, projections first. */
export function attentionParameters({
  projection,
  queryKeyNorm,
  output,
}: Attention): readonly Parameter[] {
  const dense =
    projection.kind === "apart"
      ? [projection.query, projection.key, projection.value]
      : [projection.all];
  const norms = queryKeyNorm ? [queryKeyNorm.query, queryKeyNorm.key] : [];
  return [
    ...dense.flatMap(denseParameters),
    ...norms.flatMap(normParameters),
    ...denseParameters(output),
  ];
}

/** Attention among the rows [batch · length, hidden] of each sequence. */
export function applyAttention(
  network: Network,
  sequences: Sequences,
  attention: Attention,
  x: Value,
): Value {
  const { graph } = network;
  const { heads, headSize, rotary, output } = attention;
  const parts = project(network, sequences, attention, x);
  const rotate = (part: Value): Value => (rotary ? sequences.rotate(rotary, part) : part);
  const mixed = sequences.attend(
    { query: rotate(parts.query), key: rotate(parts.key), value: parts.value },
    attention,
  );
  const joined = reshape(graph, transpose(graph, mixed, [0, 2, 1, 3]), [
    x.shape[0]!,
    heads * headSize,
  ]);
  return applyDense(network, output, joined);
}

/** Queries [batch, heads, length, headSize]; keys and values likewise with their own heads. */
export type QueryKeyValue = Readonly<Record<"query" | "key" | "value", Value>>;

function project(
  network: Network,
  sequences: Sequences,
  attention: Attention,
  x: Value,
): QueryKeyValue {
  const { projection, queryKeyNorm: norms, heads, keyValueHeads } = attention;
  if (projection.kind === "by-head") return projectByHead(network, sequences, attention, x);
  const { query, key, value } = projectRows(network, attention, x);
  const wide = (norm: Norm | undefined, part: Value): Value =>
    norm && norms?.over === "width" ? normalize(network, norm, part) : part;
  const byHead = (norm: Norm | undefined, part: Value, count: number): Value => {
    const apart = splitHeads(network, sequences, attention, wide(norm, part), count);
    return norm && norms?.over === "head" ? normalize(network, norm, apart) : apart;
  };
  return {
    query: byHead(norms?.query, query, heads),
    key: byHead(norms?.key, key, keyValueHeads),
    value: byHead(undefined, value, keyValueHeads),
  };
}

/** Rows [n, heads · headSize] each. */
function projectRows(
  network: Network,
  { projection, heads, keyValueHeads, headSize, clip }: Attention,
  x: Value,
): QueryKeyValue {
  const { graph } = network;
  const limited = (part: Value): Value =>
    clip === undefined ? part : clipElements(graph, part, -clip, clip);
  const dense = (layer: Dense): Value => limited(applyDense(network, layer, x));
  if (projection.kind === "apart")
    return {
      query: dense(projection.query),
      key: dense(projection.key),
      value: dense(projection.value),
    };
  const sizes = [heads, keyValueHeads, keyValueHeads].map((count) => count * headSize);
  const [query, key, value] = split(graph, dense(projection.all), sizes);
  return { query: query!, key: key!, value: value! };
}

function splitHeads(
  { graph }: Network,
  { batch, length }: Sequences,
  { headSize }: Attention,
  rows: Value,
  heads: number,
): Value {
  const apart = reshape(graph, rows, [batch, length, heads, headSize]);
  return transpose(graph, apart, [0, 2, 1, 3]);
}

function projectByHead(
  network: Network,
  { batch, length }: Sequences,
  { projection, heads, headSize: size }: Attention,
  x: Value,
): QueryKeyValue {
  const { graph } = network;
  const all = applyDense(network, (projection as { readonly all: Dense }).all, x);
  const apart = transpose(
    graph,
    reshape(graph, all, [batch, length, heads, 3 * size]),
    [0, 2, 1, 3],
  );
  const [query, key, value] = split(graph, apart, [size, size, size]);
  return { query: query!, key: key!, value: value! };
}
