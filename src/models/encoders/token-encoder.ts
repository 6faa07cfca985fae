/** An encoder over token ids, below any tokenizer: its graphs, and texts run together by length. */
import { RoteError } from "../../base/errors.ts";
import { GraphBuilder, type Value } from "../../graph/builder.ts";
import type { OnnxModel } from "../../graph/onnx.ts";
import { type GraphSession, openSession, type SessionOptions } from "../../graph/session.ts";
import type { FileTensor, Tensor } from "../../graph/tensor.ts";
import type { Network } from "../families/parts/parameter.ts";
import { parametersFromFiles } from "../families/weights.ts";
import { scaleToUnit } from "../static-embedder/unit-vectors.ts";
import { checkIds } from "../token-model.ts";
import { applyDenseHeads, type DenseHead } from "./dense-head.ts";
import type { Encoder } from "./encoder.ts";
import { encoderFeeds, encoderHidden, type EncoderInputs, encoderInputs } from "./forward.ts";
import { pool, type Pooling, poolingFeeds } from "./pooling.ts";

/** What a token encoder is made of. */
export interface TokenEncoderParts {
  readonly name: string;
  readonly encoder: Encoder;
  readonly weights: ReadonlyMap<string, FileTensor>;
  readonly pooling: readonly Pooling[];
  readonly heads: readonly DenseHead[];
  readonly options?: SessionOptions;
}

/**
 * Texts are run together up to this many tokens, padding included: enough for the matrix products,
 * and 32 texts of 128 tokens keep their scores in 25 MB (12 heads).
 */
const BATCH_TOKENS = 4096;

/** Vectors of sequences of token ids, special tokens included. */
export class TokenEncoder implements AsyncDisposable {
  readonly dimension: number;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly #parts: TokenEncoderParts;
  readonly #sessions = new Map<string, Promise<GraphSession>>();

  constructor(parts: TokenEncoderParts) {
    const { encoder, pooling, heads } = parts;
    this.#parts = parts;
    this.hiddenSize = encoder.hiddenSize;
    this.layers = encoder.layers.length;
    this.dimension = heads.at(-1)?.outputs ?? encoder.hiddenSize * pooling.length;
  }

  /** One unit row a sequence, row-major. A sequence without tokens has a row of zeros. */
  async embed(sequences: readonly Int32Array[]): Promise<Float32Array> {
    this.#check(sequences);
    const session = await this.#session("pooled", (parts) => pooledGraph(parts));
    const { dimension } = this;
    const rows = new Float32Array(sequences.length * dimension);
    for (const places of batchesByLength(sequences)) {
      const batch = places.map((place) => sequences[place]!);
      const feeds = { ...encoderFeeds(this.#parts.encoder, batch), ...poolingFeeds(batch) };
      const found = await runOnce(session, feeds);
      for (const [i, place] of places.entries())
        rows.set(this.#unit(found.subarray(i * dimension, (i + 1) * dimension)), place * dimension);
    }
    return rows;
  }

  /** Hidden states after a layer (0: what enters the first), one row of `hiddenSize` a token. */
  async hidden(sequences: readonly Int32Array[], layer: number): Promise<readonly Float32Array[]> {
    const { encoder } = this.#parts;
    const { hiddenSize, layers } = encoder;
    if (!(Number.isInteger(layer) && layer >= 0 && layer <= layers.length))
      throw new RoteError("usage", `layer must be from 0 to ${layers.length}, got ${layer}`);
    this.#check(sequences);
    const session = await this.#session(`layer ${layer}`, (parts) => hiddenGraph(parts, layer));
    const result: Float32Array[] = sequences.map(() => new Float32Array(0));
    for (const places of batchesByLength(sequences)) {
      const batch = places.map((place) => sequences[place]!);
      const found = await runOnce(session, encoderFeeds(encoder, batch));
      const longest = found.length / batch.length;
      for (const [i, place] of places.entries())
        result[place] = found.slice(i * longest, i * longest + batch[i]!.length * hiddenSize);
    }
    return result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const session of this.#sessions.values()) await (await session)[Symbol.asyncDispose]();
    this.#sessions.clear();
  }

  /** Each graph holds weights of its own in memory, so it is loaded when it is needed. */
  #session(key: string, graph: (parts: TokenEncoderParts) => OnnxModel): Promise<GraphSession> {
    const known = this.#sessions.get(key);
    if (known !== undefined) return known;
    const opened = openSession(graph(this.#parts), this.#parts.options);
    this.#sessions.set(key, opened);
    return opened;
  }

  #unit(row: Float32Array): Float32Array {
    const length = scaleToUnit(row);
    if (Number.isFinite(length)) return row;
    throw new RoteError(
      "model/malformed",
      `${this.#parts.name} gives a vector of length ${length}; its weights are damaged or too large for 32-bit arithmetic`,
      { name: this.#parts.name, length },
    );
  }

  #check(sequences: readonly Int32Array[]): void {
    const { vocabularySize, maximumLength } = this.#parts.encoder;
    for (const sequence of sequences) {
      if (sequence.length > maximumLength)
        throw new RoteError(
          "model/cannot",
          `${this.#parts.name} takes at most ${maximumLength} tokens at once, got ${sequence.length}`,
          { length: sequence.length, maximumLength },
        );
      checkIds(sequence, vocabularySize);
    }
  }
}

/** Places of sequences that are run together: the shortest first, empty ones left out. */
function* batchesByLength(sequences: readonly Int32Array[]): Generator<readonly number[]> {
  const places = [...sequences.keys()].filter((place) => sequences[place]!.length > 0);
  places.sort((a, b) => sequences[a]!.length - sequences[b]!.length || a - b);
  let batch: number[] = [];
  for (const place of places) {
    if (batch.length > 0 && (batch.length + 1) * sequences[place]!.length > BATCH_TOKENS) {
      yield batch;
      batch = [];
    }
    batch.push(place);
  }
  if (batch.length > 0) yield batch;
}

/** A run blocks the event loop: timers and signals have their turn before it. */
async function runOnce(
  session: GraphSession,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<Float32Array> {
  await new Promise((resume) => setImmediate(resume));
  const { rows } = await session.run(feeds, { rows: true });
  return rows!.data as Float32Array;
}

function pooledGraph({ encoder, weights, pooling, heads }: TokenEncoderParts): OnnxModel {
  return graphOf(encoder, weights, (network, inputs) => {
    const hidden = encoderHidden(network, encoder, inputs);
    return applyDenseHeads(network.graph, heads, pool(network, encoder, inputs, hidden, pooling));
  });
}

function hiddenGraph({ encoder, weights }: TokenEncoderParts, layer: number): OnnxModel {
  return graphOf(encoder, weights, (network, inputs) =>
    encoderHidden(network, encoder, inputs, layer),
  );
}

function graphOf(
  encoder: Encoder,
  weights: ReadonlyMap<string, FileTensor>,
  build: (network: Network, inputs: EncoderInputs) => Value,
): OnnxModel {
  const graph = new GraphBuilder();
  const network = { graph, parameters: parametersFromFiles(graph, weights) };
  graph.output("rows", build(network, encoderInputs(graph, encoder)));
  return graph.toModel();
}
