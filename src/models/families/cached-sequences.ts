/**
 * Sequences that go on behind tokens read before, whose keys and values (the key already rotated)
 * are inputs of the graph: past.key.N and past.value.N [batch, heads, capacity, size], of which each
 * sequence fills the first `lengths`. Those of the new tokens are its outputs, new.key.N and
 * new.value.N [batch, heads, length, size]; who runs the graph puts them into the cache. So a step
 * neither copies the cache nor depends on how full it is, and sequences of a batch differ in length.
 */
import type { GraphBuilder, Value } from "../../graph/builder.ts";
import { tanh } from "../../graph/operations/activation.ts";
import { type CachedPlaces, cachedMask } from "../../graph/operations/cached-mask.ts";
import { add, scale as times } from "../../graph/operations/elementwise.ts";
import { matMul } from "../../graph/operations/linear.ts";
import { softmax } from "../../graph/operations/normalize.ts";
import { range } from "../../graph/operations/range.ts";
import { cast, concat, reshape } from "../../graph/operations/shape.ts";
import { cutLastAxis } from "../../graph/operations/slice.ts";
import { rotaryEmbedding } from "../../graph/operations/transformer.ts";
import { multiplyDimensions } from "../../graph/tensor.ts";
import type { Attention, QueryKeyValue } from "./parts/attention.ts";
import { type Rotary, type RotaryTables, rotaryTables } from "./parts/rotary.ts";
import { groupQueries, repeatRows, type Sequences } from "./sequences.ts";

/** New tokens `ids` [batch, length] behind `lengths` [batch] cached ones. */
export function cachedSequences(
  graph: GraphBuilder,
  { ids, lengths }: { readonly ids: Value; readonly lengths: Value },
  maximumLength: number,
): Sequences {
  const [batch, length] = [ids.shape[0]!, ids.shape[1]!];
  const places: CachedPlaces = { lengths, batch, length, capacity: "C" };
  const maskOf = cachedMasks(graph, places);
  let positions: Value | undefined;
  const positionsOf = (): Value => (positions ??= cachedPositions(graph, places, maximumLength));
  const rotation = cachedRotation(graph, places);
  let layers = 0;
  return {
    batch,
    length,
    positions: positionsOf,
    rotate: (rotary, value) =>
      rotaryEmbedding(graph, value, {
        ...rotation.tables(rotary),
        interleaved: rotary.interleaved ?? false,
        positions: rotation.rows,
      }),
    attend(parts, attention) {
      const past = exchange(graph, parts, { attention, batch, layer: layers++ });
      const mask = maskOf(attention);
      const query = groupQueries(graph, parts.query, attention);
      const mixed = mixWithPast(graph, { ...parts, query, mask }, past, attention);
      return mixed.shape.join() === parts.query.shape.join()
        ? mixed
        : reshape(graph, mixed, parts.query.shape);
    },
  };
}

interface Past {
  readonly key: Value;
  readonly value: Value;
}

/** Take the cached keys and values of a layer, and hand out those of the new tokens. */
function exchange(
  graph: GraphBuilder,
  { key, value }: QueryKeyValue,
  {
    attention: { keyValueHeads, headSize },
    batch,
    layer,
  }: {
    readonly attention: Attention;
    readonly batch: string | number;
    readonly layer: number;
  },
): Past {
  const shape = [batch, keyValueHeads, "C", headSize];
  graph.output(`new.key.${layer}`, key);
  graph.output(`new.value.${layer}`, value);
  return {
    key: graph.input(`past.key.${layer}`, "float32", shape),
    value: graph.input(`past.value.${layer}`, "float32", shape),
  };
}

/** softmax(cap(q [past keys, keys]ᵀ · scale) + mask) [past values, values], without joining these. */
function mixWithPast(
  graph: GraphBuilder,
  { query, key, value, mask }: QueryKeyValue & { readonly mask: Value },
  past: Past,
  { scale, softCap }: Attention,
): Value {
  const factor = softCap === undefined ? scale : scale / softCap;
  const score = (keys: Value): Value =>
    matMul(graph, query, keys, { transposeB: true, scale: factor });
  const raw = concat(graph, [score(past.key), score(key)]);
  const scores = softCap === undefined ? raw : times(graph, tanh(graph, raw), softCap);
  const probabilities = softmax(graph, add(graph, scores, mask));
  const [before, among] = cutLastAxis(graph, probabilities, [past.key.shape[2]!, key.shape[2]!]);
  return add(graph, matMul(graph, before, past.value), matMul(graph, among, value));
}

/** Tables with a row for each new token, and which row is whose, [batch, length]. */
function cachedRotation(
  graph: GraphBuilder,
  places: CachedPlaces,
): { readonly tables: (rotary: Rotary) => RotaryTables; readonly rows: Value } {
  const { batch, length } = places;
  const all = multiplyDimensions([batch, length]);
  const positions = reshape(graph, positionsBehind(graph, places), [all]);
  return {
    tables: rotaryTables(graph, positions),
    rows: reshape(graph, range(graph, all), [batch, length]),
  };
}

/** Positions [batch, length] of new tokens, and of the padding behind them. */
function positionsBehind(graph: GraphBuilder, { lengths, batch, length }: CachedPlaces): Value {
  const steps = reshape(graph, range(graph, length), [1, length]);
  const starts = reshape(graph, cast(graph, lengths, "int64"), [batch, 1]);
  return add(graph, starts, steps);
}

/** The same, where padding stays inside a table of learned positions. */
function cachedPositions(graph: GraphBuilder, places: CachedPlaces, maximumLength: number): Value {
  const positions = positionsBehind(graph, places);
  const last = graph.constant({
    dtype: "int64",
    shape: [],
    data: BigInt64Array.of(BigInt(maximumLength - 1)),
  });
  return graph.emitOne("Min", [positions, last], positions);
}

/** Masks by window and by how many query heads stand one below the other, each made once. */
function cachedMasks(graph: GraphBuilder, places: CachedPlaces): (attention: Attention) => Value {
  const known = new Map<string, Value>();
  return ({ window, heads, keyValueHeads }) => {
    const groups = heads / keyValueHeads;
    const key = `${window} ${groups}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const mask = repeatRows(graph, cachedMask(graph, places, window), groups);
    known.set(key, mask);
    return mask;
  };
}
