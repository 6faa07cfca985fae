import { expect, test } from "vitest";
import { planBatches } from "#rote/models/scoring/plan-batches.js";
import { planRows } from "#rote/models/scoring/plan-rows.js";
import { estimateRunBytes } from "#rote/models/scoring/run-memory.js";

/** Of Pythia-70m. */
const shape = { hiddenSize: 512, innerSize: 2048, heads: 8, vocabularySize: 50304 };
const limits = { shape, memory: 2 ** 28, details: false };

/** So many questions of 50 tokens of their own after the same examples. */
const questions = (
  count: number,
  examples: number,
): { readonly ids: number[]; readonly start: number }[] =>
  Array.from({ length: count }, (_, k) => ({
    ids: Array.from({ length: examples + 50 }, (_, t) => (t < examples ? t : k)),
    start: examples,
  }));

const bytesOf = (length: number): number =>
  estimateRunBytes(limits, { rows: 1, length, asked: 50 });

test("rows share a long beginning as far as memory goes, however much that would save", () => {
  const requests = questions(300, 700);
  const rows = planRows(requests, 2048, limits);
  const answered = rows.flatMap((row) => row.requests.map(({ index }) => index));
  expect(answered.sort((a, b) => a - b)).toEqual(requests.map((_, index) => index));
  expect(rows.length).toBeLessThan(requests.length / 2);
  for (const batch of planBatches(rows, limits)) {
    const [length, asked] = [batch[0]!.tree.ids.length, 50];
    expect(estimateRunBytes(limits, { rows: batch.length, length, asked })).toBeLessThan(
      limits.memory,
    );
  }
});

test("a beginning that alone takes more is shared half as much again", () => {
  expect(bytesOf(1549)).toBeGreaterThan(limits.memory);
  const rows = planRows(questions(100, 1500), 2048, limits);
  expect(rows.length).toBeLessThan(100 / 3);
  const longest = Math.max(...rows.map(({ tree }) => tree.ids.length));
  expect(bytesOf(longest) / bytesOf(1549)).toBeLessThan(1.51);
});

test("spans of one text are one row whatever it takes", () => {
  const ids = Array.from({ length: 2048 }, (_, t) => t);
  const spans = [1, 500, 2047].map((start) => ({ ids, start }));
  expect(planRows(spans, 2048, limits)).toHaveLength(1);
});
