/** Sequences that are read on token by token, with keys and values kept in a cache. */
import { GraphBuilder } from "../graph/builder.ts";
import type { OnnxModel } from "../graph/onnx.ts";
import { gather } from "../graph/operations/indexing.ts";
import type { GraphSession } from "../graph/session.ts";
import { type FileTensor, int32 } from "../graph/tensor.ts";
import { cachedSequences } from "./families/cached-sequences.ts";
import type { Decoder } from "./families/decoder.ts";
import { decoderHidden, decoderLogits } from "./families/forward.ts";
import { parametersFromFiles } from "./families/weights.ts";
import { type CachedLayer, KeyValueCache } from "./key-value-cache.ts";
import type { GrowingSequences } from "./token-model.ts";

/** Tokens read in one run, padding included: enough to fill the cores, little enough for attention. */
const RUN_TOKENS = 4096;

/**
 * A graph that reads ids [B, T] behind `lengths` [B] cached tokens (cached-sequences.ts) and gives
 * logits [R, vocabulary] at `rows` [R], the places b · T + t. Padding stands on the right.
 */
export function growingGraph(
  decoder: Decoder,
  weights: ReadonlyMap<string, FileTensor>,
): OnnxModel {
  const graph = new GraphBuilder();
  const ids = graph.input("ids", "int32", ["B", "T"]);
  const lengths = graph.input("lengths", "int32", ["B"]);
  const rows = graph.input("rows", "int32", ["R"]);
  const network = { graph, parameters: parametersFromFiles(graph, weights) };
  const sequences = cachedSequences(graph, { ids, lengths }, decoder.maximumLength);
  const hidden = gather(graph, decoderHidden(network, decoder, ids, sequences), rows);
  graph.output("logits", decoderLogits(network, decoder, hidden));
  return graph.toModel();
}

/** The shapes that a decoder's cache has. */
export function cachedLayers({ layers }: Decoder): readonly CachedLayer[] {
  return layers.map(({ attention: { keyValueHeads, headSize } }) => ({
    heads: keyValueHeads,
    size: headSize,
  }));
}

/** Sequences without tokens, which grow through a session of `growingGraph`. */
export function growSequences(
  decoder: Decoder,
  session: GraphSession,
  count: number,
): GrowingSequences {
  const layers = cachedLayers(decoder);
  const cache = new KeyValueCache(layers, count);
  const outputs: Record<string, true> = { logits: true };
  for (const layer of layers.keys())
    outputs[`new.key.${layer}`] = outputs[`new.value.${layer}`] = true;
  return {
    async read(ids) {
      const logits = new Float32Array(ids.length * decoder.vocabularySize);
      for (const [start, end] of runs(ids)) {
        const part = ids.slice(start, end);
        const results = await session.run(
          { ...padded(part, cache.lengths.slice(start, end)), ...cache.feeds(start, end) },
          outputs,
        );
        const counts = part.map(({ length }) => length);
        cache.append(start, counts, results);
        logits.set(results.logits!.data as Float32Array, start * decoder.vocabularySize);
      }
      return logits;
    },
    keep(rows) {
      const isAll = rows.length === cache.lengths.length && rows.every((row, i) => row === i);
      if (!isAll) cache.keep(rows);
    },
    [Symbol.dispose]() {
      cache.keep([]);
    },
  };
}

function padded(
  batch: readonly Int32Array[],
  lengths: Int32Array,
): Record<string, ReturnType<typeof int32>> {
  const longest = Math.max(...batch.map(({ length }) => length));
  const ids = new Int32Array(batch.length * longest);
  for (const [b, sequence] of batch.entries()) ids.set(sequence, b * longest);
  const last = Int32Array.from(batch, ({ length }, b) => b * longest + length - 1);
  return {
    ids: int32(ids, [batch.length, longest]),
    lengths: int32(lengths, [batch.length]),
    rows: int32(last, [batch.length]),
  };
}

/** Rows that are run together, as [start, end). */
function* runs(batch: readonly Int32Array[]): Generator<readonly [number, number]> {
  let [start, longest] = [0, 0];
  for (const [i, { length }] of batch.entries()) {
    longest = Math.max(longest, length);
    if (i > start && (i + 1 - start) * longest > RUN_TOKENS) {
      yield [start, i];
      [start, longest] = [i, length];
    }
  }
  if (start < batch.length) yield [start, batch.length];
}
