import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import type { ExamplePair } from "#rote/memorization/example-frequency.js";
import { mergePairQueries } from "#rote/memorization/pair-query.js";
import { planShuffles } from "#rote/memorization/shuffle-plan.js";

/** 60 examples with two inputs and two outputs each; df of an input grows with its number. */
const rows: readonly ExamplePair[] = Array.from({ length: 60 }, (_, i) => i).flatMap((i) =>
  [`a${i}`, `a${(i + 1) % 60}`].flatMap((a) =>
    [`b${i % 7}`, `b${i % 5}`].map((b) => ({ example: `e${i}`, a, b })),
  ),
);
const df = (phrase: string): number =>
  phrase.startsWith("a") ? 1 + Math.floor(Number(phrase.slice(1)) / 2) : 5;
const plan = planShuffles(rows, df, { rng: createRng(1), permutations: 30 });
const images = (permutation: number): Map<string, string> =>
  new Map(
    plan.phrases.map((phrase, i) => [
      phrase,
      plan.phrases[plan.images[permutation * plan.phrases.length + i]!]!,
    ]),
  );

describe("planShuffles", () => {
  test("each permutation is a bijection of the input phrases; outputs stay", () => {
    for (let permutation = 0; permutation < 30; permutation++) {
      const image = images(permutation);
      expect(new Set(image.values()).size).toBe(plan.phrases.length);
      for (const [phrase, replaced] of image) {
        if (phrase.startsWith("b")) expect(replaced).toBe(phrase);
        else expect(replaced).toMatch(/^a/);
      }
    }
    expect(images(0)).not.toEqual(images(1));
  });

  test("phrases are exchanged with phrases of similar document frequency", () => {
    expect(plan.strata).toBe(3);
    for (let permutation = 0; permutation < 30; permutation++)
      for (const [phrase, replaced] of images(permutation))
        if (phrase.startsWith("a")) expect(Math.abs(df(phrase) - df(replaced))).toBeLessThan(10);
  });

  test("no phrase meets its own example again where that can be avoided", () => {
    expect(plan.conflicts).toBe(0);
    const examples = (a: string): string[] =>
      rows.filter((row) => row.a === a).map(({ example }) => example);
    for (const [phrase, replaced] of images(0))
      if (phrase.startsWith("a"))
        expect(examples(phrase).filter((id) => examples(replaced).includes(id))).toEqual([]);
  });

  test("phrases that cannot avoid their example are reported", () => {
    const one = rows.map((row) => ({ ...row, example: "same" }));
    expect(planShuffles(one, df, { rng: createRng(1), permutations: 3 }).conflicts).toBe(1);
  });

  test("conflicts are the replacements that clash in the end, by definition", () => {
    const row = fc.record({
      example: fc.constantFrom("e1", "e2", "e3", "e4"),
      a: fc.constantFrom("p", "q", "r", "s", "t"),
      b: fc.constantFrom("p", "u", "v"),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 12 }), fc.nat(), (rows, seed) => {
        const made = planShuffles(rows, () => 3, { rng: createRng(seed), permutations: 3 });
        const inputs = new Set(rows.map(({ a }) => a));
        const examples = (a: string) => rows.filter((r) => r.a === a).map((r) => r.example);
        let clashes = 0;
        for (let permutation = 0; permutation < 3; permutation++)
          for (const a of inputs) {
            const at = permutation * made.phrases.length + made.phrases.indexOf(a);
            const image = made.phrases[made.images[at]!]!;
            const isOwnOutput = rows.some((r) => r.a === a && r.b === image);
            if (isOwnOutput || examples(a).some((id) => examples(image).includes(id))) clashes++;
          }
        expect(made.conflicts).toBeCloseTo(clashes / (3 * inputs.size), 12);
      }),
      { numRuns: 300 },
    );
  });

  test("its pairs are exactly those that the permutations make, each once", () => {
    const expected = new Set<string>();
    for (let permutation = 0; permutation < 30; permutation++)
      for (const { a, b } of rows) expected.add(`${images(permutation).get(a)!} ${b}`);
    const pairs = Array.from({ length: plan.pairs.length / 2 }, (_, i) =>
      [plan.phrases[plan.pairs[2 * i]!]!, plan.phrases[plan.pairs[2 * i + 1]!]!].join(" "),
    );
    expect(pairs.length).toBe(expected.size);
    expect(new Set(pairs)).toEqual(expected);
  });

  test("the plan depends on rows, frequencies and seed, not on the order of rows", () => {
    const again = planShuffles([...rows].reverse(), df, { rng: createRng(1), permutations: 30 });
    expect(again).toEqual(plan);
    const other = planShuffles(rows, df, { rng: createRng(2), permutations: 30 });
    expect(other.images).not.toEqual(plan.images);
  });

  test("input phrases without documents take no part; no rows make an empty plan", () => {
    const absent = planShuffles(rows, () => 0, { rng: createRng(1) });
    expect(absent).toMatchObject({ phrases: [], conflicts: 0, permutations: 200 });
    expect(absent.pairs.length).toBe(0);
  });
});

test("a merged query holds every pair of each query once, at the stated positions", () => {
  const phrase = fc.constantFrom("a", "b", "c", "d", "e");
  const query = fc.array(fc.tuple(phrase, phrase), { maxLength: 8 }).map((pairs) => {
    const phrases = [...new Set(pairs.flat())];
    return { phrases, pairs: Uint32Array.from(pairs.flat(), (name) => phrases.indexOf(name)) };
  });
  fc.assert(
    fc.property(fc.array(query, { maxLength: 4 }), (queries) => {
      const merged = mergePairQueries(queries);
      const name = (i: number): string => merged.phrases[merged.pairs[i]!]!;
      const wanted = queries.flatMap(({ phrases, pairs }) =>
        Array.from({ length: pairs.length / 2 }, (_, i) =>
          [phrases[pairs[2 * i]!]!, phrases[pairs[2 * i + 1]!]!].join(" "),
        ),
      );
      const given = merged.positions.flatMap(({ pairs }) =>
        Array.from(pairs, (i) => [name(2 * i), name(2 * i + 1)].join(" ")),
      );
      expect(given).toEqual(wanted);
      expect(merged.pairs.length / 2).toBe(new Set(wanted).size);
      expect(new Set(merged.phrases).size).toBe(merged.phrases.length);
      queries.forEach(({ phrases }, i) => {
        const found = Array.from(merged.positions[i]!.phrases, (at) => merged.phrases[at]!);
        expect(found).toEqual(phrases);
      });
    }),
  );
});
