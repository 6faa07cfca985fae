import { expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { openSession } from "#rote/graph/session.js";
import { float32, int32, type Tensor } from "#rote/graph/tensor.js";
import { openBatches } from "#rote/models/training/batches.js";
import type { Schedule } from "#rote/models/training/schedule.js";
import type { StepVectors } from "#rote/models/training/step-tensors.js";
import { openStepper } from "#rote/models/training/stepper.js";
import {
  type BatchShape,
  buildAccumulationGraph,
  buildEvaluationGraph,
  buildGradientGraph,
  buildStepGraph,
  buildUpdateGraph,
} from "#rote/models/training/step-graph.js";
import { hasGolden } from "../golden.ts";
import { gradientOf, openParameters, type Opened } from "../golden-gradients.ts";

const rng = createRng(11);
const randomIds = (count: number, { decoder }: Opened): number[] =>
  Array.from({ length: count }, () => rng.int(decoder.vocabularySize));

/** ‖a − b‖ / ‖b‖. */
function distance(a: Float32Array, b: Float32Array): number {
  let [difference, length] = [0, 0];
  for (const [i, x] of a.entries()) {
    difference += (x - b[i]!) ** 2;
    length += b[i]! ** 2;
  }
  return Math.sqrt(difference / length);
}

function batchOf(
  rows: readonly (readonly number[])[],
  weights: readonly number[],
): Readonly<Record<"ids" | "labels" | "weights", Tensor>> {
  const shape = [rows.length, rows[0]!.length - 1];
  return {
    ids: int32(Int32Array.from(rows.flatMap((row) => row.slice(0, -1))), shape),
    labels: int32(Int32Array.from(rows.flatMap((row) => row.slice(1))), shape),
    weights: float32(Float32Array.from(weights), shape),
  };
}

const vectorTensor = (vector: Float32Array): Tensor => float32(vector, [vector.length]);

// Rotary and learned positions, shared key-value heads, windows, caps.
const families = ["neox", "gpt2", "llama", "mistral", "gemma2"];

test.skipIf(!hasGolden).each(families)(
  "%s: documents of a packed sequence that do not see each other train as each alone",
  async (name) => {
    const opened = await openParameters(name);
    const { decoder, layout, vector } = opened;
    // Two rows of 16 places; the last of a document has no label of its own.
    const rows = [[5, 9, 2], [16]].map((sizes) => sizes.map((size) => randomIds(size, opened)));
    const packed = rows.map((documents) => [...documents.flat(), 0]);
    const weights = rows.flatMap((documents) =>
      documents.flatMap(({ length }) => [...new Array<number>(length - 1).fill(1), 0]),
    );
    const starts = rows.flatMap((documents) => {
      let start = 0;
      return documents.flatMap(({ length }) =>
        new Array<number>(length).fill((start += length) - length),
      );
    });
    const shape: BatchShape = { batchSize: 2, sequenceLength: 16, separate: true };
    const feeds = {
      ...batchOf(packed, weights),
      starts: int32(Int32Array.from(starts), [2, 16]),
      parameters: vectorTensor(vector),
    };
    await using session = await openSession(buildGradientGraph(decoder, layout, shape), {
      threads: 1,
    });
    const found = await session.run(feeds, { loss: true, gradient: true });
    const alone = await Promise.all(rows.flat().map((ids) => gradientOf(opened, [ids])));
    const places = weights.reduce((a, b) => a + b);
    const shares = rows.flat().map(({ length }) => (length - 1) / places);
    const loss = alone.reduce((sum, part, i) => sum + shares[i]! * part.loss, 0);
    const gradient = vector.map((_, k) =>
      alone.reduce((sum, part, i) => sum + shares[i]! * part.gradient[k]!, 0),
    );
    expect(Math.abs(Number(found.loss!.data[0]) - loss)).toBeLessThan(2e-6);
    expect(distance(found.gradient!.data as Float32Array, gradient)).toBeLessThan(5e-6);
    await using evaluation = await openSession(buildEvaluationGraph(decoder, layout, shape), {
      threads: 1,
    });
    const { total } = await evaluation.run(feeds, { total: true });
    expect(Math.abs(-Number(total!.data[0]) / places - loss)).toBeLessThan(2e-6);
  },
);

test.skipIf(!hasGolden)(
  "parts added up and then applied are one step of the whole batch",
  async () => {
    const opened = await openParameters("neox");
    const { decoder, layout, vector } = opened;
    const options = { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1, clip: 1 };
    const rows = Array.from({ length: 6 }, () => randomIds(13, opened));
    // Parts whose tokens with a loss differ in number.
    const weights = rows.map((_, row) =>
      Array.from({ length: 12 }, (_, t) => Number(t >= 2 * row)),
    );
    const state = {
      parameters: vectorTensor(vector),
      firstMoments: vectorTensor(new Float32Array(layout.length)),
      secondMoments: vectorTensor(new Float32Array(layout.length)),
      learningRate: float32(Float32Array.of(1e-3), []),
      step: int32(Int32Array.of(1), []),
    };
    const wanted = { "next.firstMoments": true, gradientNorm: true } as const;
    const graph = buildStepGraph(decoder, layout, { batchSize: 6, sequenceLength: 12 }, options);
    await using whole = await openSession(graph, { threads: 1 });
    const expected = await whole.run(
      { ...state, ...batchOf(rows, weights.flat()) },
      { ...wanted, loss: true },
    );
    const part = { batchSize: 2, sequenceLength: 12 };
    await using adding = await openSession(buildAccumulationGraph(decoder, layout, part), {
      threads: 1,
    });
    await using update = await openSession(buildUpdateGraph(layout, options), { threads: 1 });
    let gradient: Tensor = vectorTensor(new Float32Array(layout.length));
    let loss = 0;
    const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b);
    for (let first = 0; first < 6; first += 2) {
      const own = weights.slice(first, first + 2).flat();
      const share = sum(own) / sum(weights.flat());
      const results = await adding.run(
        {
          ...batchOf(rows.slice(first, first + 2), own),
          ...{ parameters: state.parameters, gradient, share: float32(Float32Array.of(share), []) },
        },
        { loss: true, "next.gradient": true },
      );
      gradient = results["next.gradient"]!;
      loss += share * Number(results.loss!.data[0]);
    }
    const found = await update.run({ ...state, gradient }, wanted);
    expect(Math.abs(loss - Number(expected.loss!.data[0]))).toBeLessThan(1e-6);
    const [norm, norms] = [found, expected].map(({ gradientNorm }) =>
      Number(gradientNorm!.data[0]),
    );
    expect(Math.abs(norm! / norms! - 1)).toBeLessThan(1e-6);
    // Of the state, the first moments are a multiple of the gradient; rounding does not grow in them.
    const [ours, theirs] = [found, expected].map(
      (r) => r["next.firstMoments"]!.data as Float32Array,
    );
    expect(distance(ours!, theirs!)).toBeLessThan(2e-6);
  },
);

test.skipIf(!hasGolden)("a step stopped between two parts leaves nothing behind", async () => {
  const opened = await openParameters("neox");
  const { decoder, layout, vector } = opened;
  const schedule: Schedule = {
    ...{
      length: { unit: "steps", amount: 1 } as const,
      batchSize: 2,
      accumulate: 3,
      sequenceLength: 8,
    },
    ...{ learningRate: 1e-3, minimumLearningRate: 1e-4, weightDecay: 0.1 },
    ...{ beta1: 0.9, beta2: 0.95, epsilon: 1e-8, clip: 1 },
  };
  const ids = Int32Array.from(randomIds(100, opened));
  const tokens = { ids, begins: Int32Array.of(0) };
  const packing = { attention: "across", documents: "cut" } as const;
  const batch = openBatches(tokens, { schedule, packing, seed: 1 }).read(1);
  const vectors = (): StepVectors => ({
    parameters: vector.slice(),
    firstMoments: new Float32Array(layout.length),
    secondMoments: new Float32Array(layout.length),
  });
  const options = { schedule, separate: false, threads: 1 };
  await using stepper = await openStepper(decoder, layout, options);
  const place = { step: 1, learningRate: 1e-3 };
  const [from, to, again] = [vectors(), vectors(), vectors()];
  let turns = 0;
  const whole = await stepper.run(batch, place, { from, to }, () => {
    turns++;
    return Promise.resolve();
  });
  expect(turns).toBe(3);
  const stopped = stepper.run(batch, place, { from, to: again }, () =>
    ++turns === 5 ? Promise.reject(new Error("stopped")) : Promise.resolve(),
  );
  await expect(stopped).rejects.toThrow("stopped");
  const turn = (): Promise<void> => Promise.resolve();
  expect(await stepper.run(batch, place, { from, to: again }, turn)).toEqual(whole);
  expect(again).toEqual(to);
  expect(from).toEqual(vectors());
});
