import { expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import {
  type GradientExample,
  gradientProducts,
  lossGradient,
} from "#rote/models/training/gradient-products.js";
import { openTrainableModel, type TrainableModel } from "#rote/models/training/trainable-model.js";
import { goldenFolder, hasGolden } from "../golden.ts";

const rng = createRng(5);

function examplesOf({ decoder }: TrainableModel, lengths: readonly number[]): GradientExample[] {
  return lengths.map((length) => ({
    ids: Array.from({ length }, () => rng.int(decoder.vocabularySize)),
  }));
}

function directionOf({ parameters }: TrainableModel): Float32Array {
  return Float32Array.from(parameters, () => rng.normal());
}

const dot = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, x, i) => sum + x * b[i]!, 0);

// One of each kind of part: layer and RMS normalization, rotary and learned positions, grouped
// queries, windows, caps, clipping, tied and untied output, biases on it.
const families = ["neox", "gpt2", "llama", "mistral", "olmo", "olmo2", "phi", "gemma2"];

test.skipIf(!hasGolden).each(families)(
  "%s: products are those of the examples' own gradients",
  async (name) => {
    const model = await openTrainableModel(goldenFolder(name));
    const weights = [0, 0, 1, 2, 0, 1];
    const examples = [...examplesOf(model, [12, 5]), { ids: [3, 1, 4, 1, 5, 9, 2], weights }];
    const directions = [directionOf(model), directionOf(model)];
    const options = { threads: 1, batchSize: 2 };
    const found = await gradientProducts(model, examples, directions, options);
    for (const [i, example] of examples.entries()) {
      const own = await lossGradient(model, [example], { threads: 1 });
      expect(Math.abs(found.losses[i]! / own.losses[0]! - 1)).toBeLessThan(2e-6);
      for (const [k, direction] of directions.entries()) {
        const scale = Math.sqrt(dot(own.gradient, own.gradient) * dot(direction, direction));
        const error = Math.abs(found.products[k]![i]! - dot(own.gradient, direction));
        // A random direction's product is about scale / 300.
        expect(error / scale).toBeLessThan(2e-7);
      }
    }
  },
);

test.skipIf(!hasGolden)("products are slopes of the losses along a direction", async () => {
  const model = await openTrainableModel(goldenFolder("neox"));
  const examples = examplesOf(model, [9, 14]);
  // Along the gradient itself the slope is far above the noise of float32.
  const { gradient } = await lossGradient(model, examples, { threads: 1 });
  const norm = Math.sqrt(dot(gradient, gradient));
  const direction = gradient.map((x) => x / norm);
  const { products } = await gradientProducts(model, examples, [direction], { threads: 1 });
  const step = 1e-3;
  const lossesAt = async (distance: number): Promise<Float32Array> => {
    const parameters = model.parameters.map((x, i) => x + distance * direction[i]!);
    return (await lossGradient({ ...model, parameters }, examples, { threads: 1 })).losses;
  };
  const [after, before] = [await lossesAt(step), await lossesAt(-step)];
  for (const [i, product] of products[0]!.entries())
    expect(Math.abs((after[i]! - before[i]!) / (2 * step) / product - 1)).toBeLessThan(2e-3);
});

test.skipIf(!hasGolden)(
  "graphs are loaded once for many calls, and freed with the model",
  async () => {
    const model = await openTrainableModel(goldenFolder("neox"));
    const examples = examplesOf(model, [12, 5, 7]);
    const directions = [directionOf(model), directionOf(model)];
    const options = { threads: 1 };
    const first = await gradientProducts(model, examples, directions, options);
    for (let call = 0; call < 200; call++)
      expect(await gradientProducts(model, examples, directions, options)).toEqual(first);
    expect(model.sessions.count).toBe(1);
    // Calls under way together share it as well; other parameters need no other graph.
    const { gradient } = await lossGradient(model, examples, options);
    const doubled = { ...model, parameters: model.parameters.map((x) => 2 * x) };
    const [again, other] = await Promise.all([
      lossGradient(model, examples, options),
      lossGradient(doubled, examples, options),
    ]);
    expect(again.gradient).toEqual(gradient);
    expect(other.gradient).not.toEqual(gradient);
    expect(model.sessions.count).toBe(2);
    await gradientProducts(model, examples, directions.slice(1), options);
    expect(model.sessions.count).toBe(3);
    await model[Symbol.asyncDispose]();
    expect(model.sessions.count).toBe(0);
  },
);

test.skipIf(!hasGolden)("what does not fit the model is refused", async () => {
  const model = await openTrainableModel(goldenFolder("neox"));
  const attempts: [GradientExample, RegExp][] = [
    [{ ids: [1] }, /has 1 tokens; the model takes from 2 to/],
    [{ ids: [1, 99999] }, /token id 99999, which is not among/],
    [{ ids: [1, 2], weights: [1, 1] }, /of 2 tokens needs 1 weights, got 2/],
    [{ ids: [1, 2], weights: [0] }, /weights that sum to 0/],
  ];
  for (const [example, message] of attempts)
    await expect(lossGradient(model, [example])).rejects.toThrow(message);
  await expect(gradientProducts(model, [{ ids: [1, 2] }], [new Float32Array(3)])).rejects.toThrow(
    /a direction of 3 numbers does not fit/,
  );
});
