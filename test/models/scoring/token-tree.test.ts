import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { openDecoder } from "#rote/models/open-decoder.js";
import {
  isSequence,
  type TokenTree,
  TreeBuilder,
  wholeSequence,
} from "#rote/models/scoring/token-tree.js";
import { goldenFolder, hasGolden } from "../golden.ts";

// A tiny alphabet makes common beginnings the rule.
const sequence = fc.uint8Array({ max: 2, minLength: 2, maxLength: 8 }).chain((ids) =>
  fc.record({
    ids: fc.constant(Int32Array.from(ids)),
    start: fc.integer({ min: 1, max: ids.length - 1 }),
  }),
);
type Sequence = typeof sequence extends fc.Arbitrary<infer Value> ? Value : never;

const inOrder = (sequences: readonly Sequence[]): readonly Sequence[] =>
  sequences.toSorted((a, b) => Buffer.from(a.ids).compare(Buffer.from(b.ids)));

/** The ids that a token of a row sees, itself included. */
function pathTo({ ids, ends }: TokenTree, place: number): number[] {
  return Array.from(ids).filter((_, k) => k <= place && place < ends[k]!);
}

function build(sequences: readonly Sequence[]): {
  readonly tree: TokenTree;
  readonly questions: readonly Int32Array[];
} {
  const builder = new TreeBuilder();
  const questions = sequences.map(({ ids, start }) => builder.add(ids, start));
  return { tree: builder.build(), questions };
}

describe("a tree of sequences", () => {
  test("every question sees the sequence up to its token, at its positions", () => {
    fc.assert(
      fc.property(fc.array(sequence, { maxLength: 12 }).map(inOrder), (sequences) => {
        const { tree, questions } = build(sequences);
        for (const [i, { ids, start }] of sequences.entries())
          for (const [j, question] of questions[i]!.entries()) {
            const place = tree.places[question]!;
            expect(pathTo(tree, place)).toEqual([...ids.subarray(0, start + j)]);
            expect(tree.positions[place]).toBe(start + j - 1);
            expect(tree.labels[question]).toBe(ids[start + j]);
          }
      }),
    );
  });

  test("reads each distinct beginning once, and asks each question once", () => {
    fc.assert(
      fc.property(fc.array(sequence, { maxLength: 12 }).map(inOrder), (sequences) => {
        const { tree } = build(sequences);
        const beginnings = new Set<string>();
        const asked = new Set<string>();
        for (const { ids, start } of sequences) {
          for (let t = 1; t < ids.length; t++) beginnings.add(ids.subarray(0, t).join());
          for (let t = start; t < ids.length; t++) asked.add(ids.subarray(0, t + 1).join());
        }
        expect(tree.ids.length).toBe(beginnings.size);
        expect(tree.places.length).toBe(asked.size);
      }),
    );
  });

  test("of one sequence is the sequence", () => {
    fc.assert(
      fc.property(sequence, ({ ids, start }) => {
        const { tree } = build([{ ids, start }]);
        expect(tree).toEqual(wholeSequence(ids, start));
        expect(isSequence(tree)).toBe(true);
      }),
    );
  });
});

// Each has something of its own for rows with branches: positions, shared heads, windows, caps, normalized keys.
const families = [
  ...["neox", "neox-sequential", "gpt2", "gptj", "llama", "llama3-rope", "mistral", "qwen2"],
  ...["qwen3", "olmo", "olmo2", "olmo3", "phi", "gemma2"],
];

describe.skipIf(!hasGolden)("a model that reads a tree", () => {
  test.each(families)("%s gives what it gives for each sequence alone", async (name) => {
    await using model = await openDecoder(goldenFolder(name), { threads: 1 });
    const rng = createRng(name);
    const draw = (length: number): number[] => Array.from({ length }, () => rng.int(256));
    // 24 tokens, longer than any window of these models, branch twice; two of the branches are long.
    const [root, left] = [draw(24), draw(5)];
    const sequences = inOrder(
      [
        [...root, ...left, ...draw(12)],
        [...root, ...left, ...draw(2)],
        [...root, ...draw(20)],
        [...root, ...draw(1)],
        root,
      ].map((ids) => ({ ids: Int32Array.from(ids), start: 3 })),
    );
    const { tree, questions } = build(sequences);
    expect(isSequence(tree)).toBe(false);
    const alone = wholeSequence(Int32Array.from(draw(40)), 1);
    const [together, neighbour] = await model.run([tree, alone], { details: true });
    for (const [i, { ids, start }] of sequences.entries()) {
      const [expected] = await model.run([wholeSequence(ids, start)], { details: true });
      for (const [j, question] of questions[i]!.entries()) {
        expect(together!.logProbs[question]).toBeCloseTo(expected!.logProbs[j]!, 4);
        expect(together!.argmax[question]).toBe(expected!.argmax[j]);
        expect(together!.entropies![question]).toBeCloseTo(expected!.entropies![j]!, 4);
        expect(together!.ranks![question]).toBe(expected!.ranks![j]);
      }
    }
    const [own] = await model.run([alone]);
    for (const [i, value] of own!.logProbs.entries())
      expect(neighbour!.logProbs[i]).toBeCloseTo(value, 4);
  });

  test("entropies and ranks are those of the logits", async () => {
    await using model = await openDecoder(goldenFolder("neox"), { threads: 1 });
    const rng = createRng(7);
    const ids = Int32Array.from({ length: 30 }, () => rng.int(256));
    const [scores] = await model.run([wholeSequence(ids)], { details: true });
    for (let t = 1; t < ids.length; t++) {
      const logits = Array.from(await model.lastLogits([ids.subarray(0, t)]));
      const largest = Math.max(...logits);
      const weights = logits.map((logit) => Math.exp(logit - largest));
      const sum = weights.reduce((a, b) => a + b, 0);
      const entropy = -weights.reduce((all, w) => all + (w / sum) * Math.log(w / sum), 0);
      expect(scores!.entropies![t - 1]).toBeCloseTo(entropy, 4);
      const rank = 1 + logits.filter((logit) => logit > logits[ids[t]!]!).length;
      expect(scores!.ranks![t - 1]).toBe(rank);
    }
  });
});
