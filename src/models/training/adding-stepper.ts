import type { GraphSession } from "../../graph/session.ts";
import { float32 } from "../../graph/tensor.ts";
import { type Batch, rowsOf } from "./batches.ts";
import type { ParameterLayout } from "./parameter-layout.ts";
import type { BatchShape } from "./step-graph.ts";
import { batchTensors, placeTensors, scalar, stateTensors } from "./step-tensors.ts";
import type { StepPlace, StepVectors } from "./step-tensors.ts";
import type { Stepper } from "./stepper.ts";

/** The graphs of step-graph.ts that add up gradients, and that apply their sum. */
export interface AddingSessions {
  readonly adding: GraphSession;
  readonly applying: GraphSession;
}

export interface AddingOptions {
  /** Of one part. */
  readonly shape: BatchShape;
  readonly parts: number;
  readonly layout: ParameterLayout;
}

/** Steps on batches that are read in parts; the gradients of the parts add up. */
export class AddingStepper implements Stepper {
  readonly #sessions: AddingSessions;
  readonly #shape: BatchShape;
  readonly #parts: number;
  /** The sum so far and room for the next: the two change places. */
  #sum: Float32Array;
  #spare: Float32Array;

  constructor(sessions: AddingSessions, { shape, parts, layout: { length } }: AddingOptions) {
    this.#sessions = sessions;
    this.#shape = shape;
    this.#parts = parts;
    this.#sum = new Float32Array(length);
    this.#spare = new Float32Array(length);
  }

  async run(
    batch: Batch,
    place: StepPlace,
    { from, to }: { readonly from: StepVectors; readonly to: StepVectors },
    turn: () => Promise<void>,
  ): Promise<{ readonly loss: number; readonly gradientNorm: number }> {
    const all = total(batch.weights);
    let loss = 0;
    this.#sum.fill(0);
    for (let part = 0; part < this.#parts; part++) {
      const rows = rowsOf(batch, part * this.#shape.batchSize, this.#shape);
      const share = total(rows.weights) / all;
      if (share === 0) continue;
      await turn();
      loss += share * (await this.#add(rows, share, from.parameters));
    }
    const gradient = float32(this.#sum, [this.#sum.length]);
    const { gradientNorm } = await this.#sessions.applying.run(
      { ...stateTensors(from, ""), ...placeTensors(place), gradient },
      { ...stateTensors(to, "next."), gradientNorm: true },
    );
    return { loss, gradientNorm: scalar(gradientNorm) };
  }

  /** Add a part's gradient to the sum by its share of the batch's weights; the result is its loss. */
  async #add(rows: Batch, share: number, parameters: Float32Array): Promise<number> {
    const vector = [parameters.length];
    const feeds = {
      ...batchTensors(rows, this.#shape),
      parameters: float32(parameters, vector),
      share: float32(Float32Array.of(share), []),
      gradient: float32(this.#sum, vector),
    };
    const wanted = { loss: true, "next.gradient": float32(this.#spare, vector) } as const;
    const { loss } = await this.#sessions.adding.run(feeds, wanted);
    [this.#sum, this.#spare] = [this.#spare, this.#sum];
    return scalar(loss);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sessions.adding[Symbol.asyncDispose]();
    await this.#sessions.applying[Symbol.asyncDispose]();
  }
}

function total(values: Float32Array): number {
  return values.reduce((a, b) => a + b, 0);
}
