/** The numbered programs of examples/, run as they stand against the built package. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test, vi } from "vitest";

/** Import a program and return what it printed. */
async function outputOf(name: string): Promise<string> {
  const lines: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((...words: unknown[]) => {
    lines.push(words.join(" "));
  });
  try {
    await import(`../../examples/${name}.ts`);
  } finally {
    log.mockRestore();
  }
  return lines.join("\n");
}

test("01-count-a-phrase", async () => {
  expect(await outputOf("01-count-a-phrase")).toMatchInlineSnapshot(`
    "the capital of Hungary: 64 times in 64 documents
    Budapest: 65 times in 65 documents
    open the file: 7 times in 7 documents
    the first two meet in 64 documents, the first and the last in 0
    facts-countries-000107: The capital of Hungary … Budapest"
  `);
});

test("02-mine-task-grams", async () => {
  expect(await outputOf("02-mine-task-grams")).toMatchInlineSnapshot(`
    "threshold: cosine above 0.447
    passed: 23.9 %, unrelated: 1.0 %
    mined: 8580 pairs
    identical: 29 pairs
    not-alphabetic: 0 pairs
    below-threshold: 6509 pairs
    not-in-table: 1612 pairs
    kept: 430 pairs
    select the → wählen sie (78 examples)
    for the → für die (55 examples)
    in the → in der (55 examples)
    choose format → wählen sie (44 examples)
    enter the → geben sie (41 examples)"
  `);
});

test("03-score-a-text", async () => {
  expect(await outputOf("03-score-a-text")).toMatchInlineSnapshot(`
    " Budapest: -2.32 over 4 tokens, its first choice
     Vienna: -13.00 over 3 tokens
     a file: -17.47 over 2 tokens
    it writes:  Budapest"
  `);
});

test("04-measure-your-own-numbers", async () => {
  expect(await outputOf("04-measure-your-own-numbers")).toMatchInlineSnapshot(`
    "small: distributional-memorization, spearman, zeros kept: 0.44 [0.09, 0.69]
    small: distributional-memorization, spearman, zeros dropped: 0.09 [-0.40, 0.51]
    small: distributional-memorization, kendall-tau-b, zeros kept: 0.27 [0.02, 0.49]
    small: distributional-generalization, kendall-distance, zeros kept: 0.37 [0.25, 0.49]
    small: distributional-memorization, partial-spearman length, zeros kept: 0.43 [0.07, 0.69]
    small: distributional-memorization, partial-spearman dfB, zeros kept: 0.42 [0.06, 0.70]
    small: distributional-memorization, partial-spearman dfA, zeros kept: 0.44 [0.09, 0.69]
    small: distributional-memorization, partial-spearman length dfB dfA, zeros kept: 0.42 [0.05, 0.70]
    small: zero-separation, auc, zeros kept: 0.83 [0.63, 0.98]
    large: distributional-memorization, spearman, zeros kept: 0.78 [0.56, 0.90]
    large: distributional-memorization, spearman, zeros dropped: 0.49 [0.13, 0.78]
    large: distributional-memorization, kendall-tau-b, zeros kept: 0.61 [0.44, 0.76]
    large: distributional-generalization, kendall-distance, zeros kept: 0.19 [0.12, 0.28]
    large: distributional-memorization, partial-spearman length, zeros kept: 0.78 [0.56, 0.91]
    large: distributional-memorization, partial-spearman dfB, zeros kept: 0.77 [0.54, 0.90]
    large: distributional-memorization, partial-spearman dfA, zeros kept: 0.78 [0.56, 0.90]
    large: distributional-memorization, partial-spearman length dfB dfA, zeros kept: 0.77 [0.54, 0.91]
    large: zero-separation, auc, zeros kept: 1.00 [0.98, 1.00]
    small: model-difference, spearman, zeros kept: -0.34 [-0.67, -0.06]
    codf=0: 10 pairs
    scored: 40 pairs"
  `);
});

test("05-train-a-tiny-transformer", async () => {
  expect(await outputOf("05-train-a-tiny-transformer")).toMatchInlineSnapshot(`
    "34432 parameters, 45 steps
    loss 5.6 → 0.2 nats a token
    The dog lay on the rug."
  `);
});

test("an example has 10 to 40 lines, says what it asks, and imports the public name only", () => {
  for (const file of readdirSync("examples")) {
    const source = readFileSync(`examples/${file}`, "utf8");
    const lines = source.trimEnd().split("\n");
    expect(lines.length, file).toBeGreaterThanOrEqual(10);
    expect(lines.length, file).toBeLessThanOrEqual(40);
    expect(lines[0], file).toMatch(/^\/\/ [A-Z].*[.?]$/);
    for (const [, name] of source.matchAll(/ from "([^"]+)"/g))
      expect(name, file).toMatch(/^(rote(\/[\w-]+)?|node:[\w/]+)$/);
  }
});
