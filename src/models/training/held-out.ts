/** The loss of a model in training on text that it does not learn from. */
import { type GraphSession, openSession, type SessionOptions } from "../../graph/session.ts";
import { float32 } from "../../graph/tensor.ts";
import type { Decoder } from "../families/decoder.ts";
import { readBatch } from "./batches.ts";
import { packSequences, type Packing, type Stretches } from "./packing.ts";
import type { ParameterLayout } from "./parameter-layout.ts";
import { type BatchShape, buildEvaluationGraph } from "./step-graph.ts";
import { batchTensors } from "./step-tensors.ts";
import type { TokenStream } from "./token-stream.ts";

/** What a model says of held-out text. */
export interface HeldOutLoss {
  /** Tokens predicted, ends of documents among them. */
  readonly tokens: number;
  /** UTF-8 bytes of the text predicted. */
  readonly bytes: number;
  /** Mean −ln p of a token, in nats. */
  readonly loss: number;
  /** exp(loss). */
  readonly perplexity: number;
  /** The whole loss in bits over the bytes: comparable between tokenizers. */
  readonly bitsPerByte: number;
}

export interface HeldOutOptions extends SessionOptions {
  readonly shape: Pick<BatchShape, "batchSize" | "sequenceLength">;
  readonly packing: Packing;
}

/** Held-out text, packed into sequences as the text that is trained on; nothing is left out. */
export class HeldOut implements AsyncDisposable {
  readonly #stream: TokenStream;
  readonly #stretches: Stretches;
  readonly #shape: BatchShape;
  readonly #session: GraphSession;

  private constructor(
    stream: TokenStream,
    stretches: Stretches,
    shape: BatchShape,
    session: GraphSession,
  ) {
    this.#stream = stream;
    this.#stretches = stretches;
    this.#shape = shape;
    this.#session = session;
  }

  /** Load the graph for a model of any weights. The stream begins with an end-of-text token. */
  static async open(
    stream: TokenStream,
    { decoder, layout }: { readonly decoder: Decoder; readonly layout: ParameterLayout },
    { shape: { batchSize, sequenceLength }, packing, ...options }: HeldOutOptions,
  ): Promise<HeldOut> {
    const { attention, documents } = packing;
    const shape = { batchSize, sequenceLength, separate: attention === "within" };
    const stretches = packSequences(stream, { sequenceLength, documents, keepRest: true });
    const graph = buildEvaluationGraph(decoder, layout, shape);
    const session = await openSession(graph, options);
    return new HeldOut(stream, stretches, shape, session);
  }

  /** The loss under a vector of parameters. Before each batch `turn` may stop by throwing. */
  async evaluate(
    parameters: Float32Array,
    turn: () => Promise<void> = () => Promise.resolve(),
  ): Promise<HeldOutLoss> {
    const count = this.#stretches.starts.length;
    const { batchSize } = this.#shape;
    let [nats, tokens] = [0, 0];
    for (let first = 0; first < count; first += batchSize) {
      await turn();
      const sequences = Array.from(
        { length: Math.min(batchSize, count - first) },
        (_, row) => first + row,
      );
      const batch = readBatch(this.#stream, this.#stretches, sequences, this.#shape);
      const feeds = {
        ...batchTensors(batch, this.#shape),
        parameters: float32(parameters, [parameters.length]),
      };
      const { total } = await this.#session.run(feeds, { total: true });
      nats -= Number(total!.data[0]);
      tokens += batch.weights.reduce((a, b) => a + b, 0);
    }
    const { textBytes: bytes } = this.#stream;
    const loss = nats / tokens;
    return {
      tokens,
      bytes,
      loss,
      perplexity: Math.exp(loss),
      bitsPerByte: nats / Math.LN2 / bytes,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session[Symbol.asyncDispose]();
  }
}
