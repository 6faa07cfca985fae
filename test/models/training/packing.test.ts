import { expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { readBatch, rowsOf, sequenceOrder } from "#rote/models/training/batches.js";
import {
  countLongDocuments,
  documentStarts,
  packSequences,
} from "#rote/models/training/packing.js";
import type { TrainingTokens } from "#rote/models/training/token-stream.js";

const END = 0;

/** Documents of given sizes, each with its end-of-text: ids count up from 1. */
function streamOf(sizes: readonly number[]): TrainingTokens {
  let next = 1;
  const begins: number[] = [];
  const ids = sizes.flatMap((size) => {
    begins.push(next - 1 + begins.length);
    return [...Array.from({ length: size }, () => next++), END];
  });
  return { ids: Int32Array.from(ids), begins: Int32Array.from(begins) };
}

function stretchesOf(sizes: readonly number[], documents: "cut" | "whole", sequenceLength: number) {
  const { starts, ends } = packSequences(streamOf(sizes), { sequenceLength, documents });
  return Array.from(starts, (start, i) => [start, ends[i]!]);
}

test("cut, sequences fill up and the rest at the end is left out", () => {
  expect(stretchesOf([3, 2, 4], "cut", 5)).toEqual([
    [0, 5],
    [5, 10],
  ]);
  expect(stretchesOf([3, 2, 4], "cut", 4)).toEqual([
    [0, 4],
    [4, 8],
  ]);
});

test("whole, a document begins behind the end-of-text of the one before", () => {
  expect(stretchesOf([3, 2, 4], "whole", 7)).toEqual([
    [0, 6],
    [6, 11],
  ]);
  expect(stretchesOf([3, 2, 4], "whole", 5)).toEqual([
    [0, 3],
    [3, 6],
    [6, 11],
  ]);
});

test("whole, a document longer than a sequence is cut, and others follow on its rest", () => {
  expect(stretchesOf([1, 9, 2], "whole", 7)).toEqual([
    [0, 1],
    [1, 8],
    [8, 14],
  ]);
});

test("documents longer than a sequence are counted", () => {
  // With the end-of-text before each but the first: 1, 10 and 3 places.
  const count = (sequenceLength: number): number =>
    countLongDocuments(streamOf([1, 9, 2]), sequenceLength);
  expect([10, 9, 3, 2, 1].map(count)).toEqual([0, 1, 1, 2, 2]);
});

const rng = createRng(4);
const random = Array.from({ length: 50 }, () => ({
  sizes: Array.from({ length: 1 + rng.int(12) }, () => rng.int(9)),
  sequenceLength: 1 + rng.int(12),
})).filter(({ sizes }) => sizes.reduce((a, b) => a + b + 1, 0) > 1);

test("whole, every token but the first is predicted once, and a document is cut only if it must be", () => {
  for (const { sizes, sequenceLength } of random) {
    const { ids, begins } = streamOf(sizes);
    const found = stretchesOf(sizes, "whole", sequenceLength);
    const places = found.flatMap(([start, end]) =>
      Array.from({ length: end! - start! }, (_, i) => start! + i),
    );
    expect(places).toEqual([...Array(ids.length - 1).keys()]);
    for (const [start, end] of found) expect(end! - start!).toBeLessThanOrEqual(sequenceLength);
    for (const [i, size] of sizes.entries()) {
      const first = Math.max(0, begins[i]! - 1);
      const last = begins[i]! + size - 1;
      const cut = found.some(([start]) => first < start! && start! <= last);
      if (last - first + 1 <= sequenceLength) expect(cut).toBe(false);
    }
  }
});

test("the starts of documents are those of a scan", () => {
  for (const { sizes, sequenceLength } of random) {
    const { begins } = streamOf(sizes);
    for (const [start, end] of stretchesOf(sizes, "whole", sequenceLength)) {
      const naive = Array.from({ length: end! - start! }, (_, i) => {
        const before = [...begins].filter((begin) => begin - 1 <= start! + i);
        return Math.max(0, (before.at(-1) ?? 0) - 1 - start!);
      });
      expect([...documentStarts(begins, start!, end!)]).toEqual(naive);
    }
  }
});

test("sequences without a loss are left out, and a stream with none is refused", () => {
  const stream = {
    ...streamOf([3, 3, 3]),
    weights: Uint8Array.of(0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0),
  };
  const options = { sequenceLength: 4, documents: "whole" } as const;
  expect([...packSequences(stream, options).starts]).toEqual([0, 7]);
  const none = { ...stream, weights: new Uint8Array(12) };
  expect(() => packSequences(none, options)).toThrow(/with a token that has a loss/);
});

test("a batch has labels one further, weights of its labels and padding without weight", () => {
  const stream = { ...streamOf([2, 1, 3]), weights: Uint8Array.of(1, 1, 1, 0, 1, 1, 1, 1, 0) };
  const stretches = packSequences(stream, { sequenceLength: 4, documents: "whole" });
  const shape = { batchSize: 3, sequenceLength: 4, separate: true };
  const batch = readBatch(stream, stretches, [1, 0], shape);
  expect([...batch.ids]).toEqual([0, 4, 5, 6, 1, 2, 0, 3, 0, 0, 0, 0]);
  expect([...batch.labels]).toEqual([4, 5, 6, 0, 2, 0, 3, 0, 0, 0, 0, 0]);
  expect([...batch.weights]).toEqual([1, 1, 1, 0, 1, 1, 0, 1, 0, 0, 0, 0]);
  expect([...batch.starts!]).toEqual([0, 0, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0]);
  const rows = rowsOf(batch, 1, { batchSize: 1, sequenceLength: 4 });
  expect([...rows.labels]).toEqual([2, 0, 3, 0]);
});

test("each epoch visits every sequence once, in an order of its own", () => {
  const at = sequenceOrder(7, 3);
  const epochs = [0, 1].map((epoch) => Array.from({ length: 7 }, (_, i) => at(7 * epoch + i)));
  for (const epoch of epochs) expect([...epoch].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(epochs[0]).not.toEqual(epochs[1]);
  expect(at(2)).toBe(epochs[0]![2]);
});
